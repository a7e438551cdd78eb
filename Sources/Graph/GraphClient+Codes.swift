import HTTP
public import Sodium

extension GraphClient {
    /// Exchanges the code from a login for a token: `POST oauth/access_token`.
    ///
    /// The call is never retried: a code is valid for a single call, which may have used up the
    /// code even if the response was lost.
    public func redeem(
        _ code: SharedSecret, of dialog: LoginDialog, app: AppCredentials
    ) async throws(GraphError) -> IssuedToken {
        var request = codeRequest(code, redirect: dialog.redirect, appID: app.id)
        request.parameters.append(("client_secret", .secret(app.secret)))
        if let verifier = dialog.verifier {
            request.parameters.append(("code_verifier", .secret(verifier)))
        }
        let sent = request
        return try await send(sent) { response throws(GraphError) in
            try response.issuedToken(request: sent)
        }
    }

    /// Exchanges a code from `oauth/client_code` for a token: `POST oauth/access_token`.
    ///
    /// This is the call of the device for which the code was created, so it does not use the app
    /// secret. Pass the `machineID` from the previous response, and store the returned one.
    public func redeem(
        clientCode code: SharedSecret, redirect: RedirectURI, appID: String,
        machineID: SharedSecret?
    ) async throws(GraphError) -> (token: IssuedToken, machineID: SharedSecret?) {
        var request = codeRequest(code, redirect: redirect, appID: appID)
        if let machineID { request.parameters.append(("machine_id", .secret(machineID))) }
        let sent = request
        return try await send(sent) { response throws(GraphError) in
            let token = try response.issuedToken(request: sent)
            // A missing machine ID, or one too long for a record, must not lose the token.
            let device = try? response.decoded(as: DeviceResponse.self, request: sent)
            let machineID = device?.machineID.secret
            return (token, machineID.flatMap { $0.count <= 4_096 ? $0 : nil })
        }
    }

    /// Requests a code that another device can exchange for its own token: `GET oauth/client_code`.
    ///
    /// The app secret is in the URL because that is the only form of the call that Meta documents.
    public func clientCode(
        of token: SharedSecret, redirect: RedirectURI, app: AppCredentials
    ) async throws(GraphError) -> SharedSecret {
        var request = GraphRequest(
            method: .get, path: "oauth/client_code",
            parameters: [
                ("client_id", .text(app.id)), ("client_secret", .secret(app.secret)),
                ("redirect_uri", .text(redirect.text)),
            ],
            token: token)
        request.addProof(appSecret: app.secret)
        let sent = request
        return try await send(sent) { response throws(GraphError) in
            guard let code = try response.decoded(as: CodeResponse.self, request: sent).code.secret
            else { throw .invalidResponse(.shape("code"), status: response.status) }
            return code
        }
    }

    private func codeRequest(
        _ code: SharedSecret, redirect: RedirectURI, appID: String
    ) -> GraphRequest {
        var request = GraphRequest(
            method: .post, path: "oauth/access_token",
            parameters: [
                ("client_id", .text(appID)), ("redirect_uri", .text(redirect.text)),
                ("code", .secret(code)),
            ])
        request.isRepeatable = false
        return request
    }
}

private struct CodeResponse: Decodable {
    let code: SecretText
}

private struct DeviceResponse: Decodable {
    let machineID: SecretText

    private enum CodingKeys: String, CodingKey {
        case machineID = "machine_id"
    }
}
