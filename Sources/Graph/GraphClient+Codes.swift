import HTTP
public import Sodium

extension GraphClient {
    /// Exchanges the code of a login for a token: `POST oauth/access_token`.
    ///
    /// Made once, whatever comes: a code is good for one call, and the first may have used it up though
    /// no answer came.
    public func redeem(
        _ code: SharedSecret, of dialog: LoginDialog, app: AppCredentials
    ) async throws(GraphError) -> IssuedToken {
        var request = codeRequest(code, redirect: dialog.redirect, appID: app.id)
        request.parameters.append(("client_secret", .secret(app.secret)))
        if let verifier = dialog.verifier {
            request.parameters.append(("code_verifier", .secret(verifier)))
        }
        let sent = request
        return try await ask(sent) { answer throws(GraphError) in
            try answer.issuedToken(request: sent)
        }
    }

    /// Exchanges a code of `oauth/client_code` for a token without the app secret, as the device does
    /// that the code was made for: `POST oauth/access_token`.
    ///
    /// `machineID` is what Graph answered the last time; what it answers now is to be kept.
    public func redeem(
        clientCode code: SharedSecret, redirect: RedirectURI, appID: String,
        machineID: SharedSecret?
    ) async throws(GraphError) -> (token: IssuedToken, machineID: SharedSecret?) {
        var request = codeRequest(code, redirect: redirect, appID: appID)
        if let machineID { request.parameters.append(("machine_id", .secret(machineID))) }
        let sent = request
        return try await ask(sent) { answer throws(GraphError) in
            let token = try answer.issuedToken(request: sent)
            // No device, or one whose name does not fit into a record, is no reason to lose the token.
            let device = try? answer.decoded(as: DeviceAnswer.self, request: sent)
            let name = device?.machineID.secret
            return (token, name.flatMap { $0.count <= 4_096 ? $0 : nil })
        }
    }

    /// Asks for a code by which another device gets a token of its own: `GET oauth/client_code`.
    ///
    /// The app secret stands in the URL, because Meta documents the call only so.
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
        return try await ask(sent) { answer throws(GraphError) in
            guard let code = try answer.decoded(as: CodeAnswer.self, request: sent).code.secret
            else { throw .invalidResponse(.shape("code"), status: answer.status) }
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

private struct CodeAnswer: Decodable {
    let code: SecretText
}

private struct DeviceAnswer: Decodable {
    let machineID: SecretText

    private enum CodingKeys: String, CodingKey {
        case machineID = "machine_id"
    }
}
