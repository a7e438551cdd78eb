// The effects of faults on a call.
extension Call {
    /// Returns the response of the first fault that replaces the Graph API's, or `nil`.
    func replacement(trace: String) -> GraphResponse? {
        for fault in faults {
            switch fault.kind {
            case .error: return GraphResponse(failure(fault), trace: trace)
            case .echo: return GraphResponse(echo(fault), trace: trace)
            case .html:
                return GraphResponse(
                    text: fault.message ?? Self.html, contentType: "text/html; charset=utf-8",
                    status: fault.status ?? 500)
            case .text:
                return GraphResponse(
                    text: fault.message ?? "Service Unavailable", contentType: "text/plain",
                    status: fault.status ?? 200)
            case .empty:
                return GraphResponse(
                    text: "", contentType: "application/json; charset=UTF-8",
                    status: fault.status ?? 200)
            case .oversized: return oversized(fault)
            case .redirect: return redirect(fault)
            case .reset:
                var response = GraphResponse(text: "", contentType: "text/plain")
                response.delivery = .reset
                return response
            default: continue
            }
        }
        return nil
    }

    /// Applies the faults that modify a response, in order, with compression last.
    func distort(_ response: inout GraphResponse) {
        for fault in faults {
            for (name, value) in (fault.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
                response.headers.append(.init(name: name, value: value))
            }
            switch fault.kind {
            case .slow: response.delay += fault.seconds ?? 1
            case .chunked: response.delivery = .chunked
            case .cutOff: response.delivery = .cutOff
            case .truncated:
                let bytes = response.bytes
                response.body = .bytes(
                    Array(bytes.prefix(bytes.count / 2)), contentType: response.contentType)
            case .formEncoded: formEncode(&response)
            case .expiresIn: setExpiresIn(fault.value, in: &response)
            case .extra: add(fault.value, to: &response)
            case .idsAsNumbers: distortData(&response) { $0.numberIDs() }
            case .withoutOwner: distortData(&response) { $0.removeOwner() }
            case .data: distortData(&response) { $0.take(fault.value) }
            case .brokenNames: breakNames(in: &response)
            default: break
            }
        }
        if faults.contains(where: { $0.kind == .gzip }) {
            response.body = .bytes(Gzip.wrap(response.bytes), contentType: response.contentType)
            response.headers.append(.init(name: "Content-Encoding", value: "gzip"))
        }
    }

    private func failure(_ fault: Fault) -> GraphFailure {
        let code = fault.code ?? 1
        return GraphFailure(
            status: fault.status ?? 400, message: fault.message ?? "An unknown error occurred",
            type: fault.type ?? "OAuthException", code: code, subcode: fault.subcode,
            isTransient: fault.isTransient, userTitle: fault.errorUserTitle,
            userMessage: fault.errorUserMsg,
            word: GraphFailure.word(code: code, subcode: fault.subcode))
    }

    /// Returns a failure whose message repeats all secrets of the request, both decoded and as
    /// sent.
    private func echo(_ fault: Fault) -> GraphFailure {
        var parts = [fault.message ?? "Malformed access token"]
        if let token = accessToken { parts.append(token) }
        for name in Self.secretParameters {
            if let value = self[name] { parts.append("\(name): \(value)") }
        }
        parts.append("in \(request.path)?\(request.query)&\(request.form)")
        var failure = failure(fault)
        failure.message = parts.joined(separator: " ")
        failure.code = fault.code ?? 190
        failure.word = GraphFailure.word(code: failure.code)
        return failure
    }

    private func oversized(_ fault: Fault) -> GraphResponse {
        let start = Array(#"{"data":""#.utf8)
        let end = Array(#""}"#.utf8)
        let size = max(0, (fault.bytes ?? 5 * 1024 * 1024) - start.count - end.count)
        var response = GraphResponse(text: "", contentType: "", status: fault.status ?? 200)
        response.body = .bytes(
            start + [UInt8](repeating: UInt8(ascii: "x"), count: size) + end,
            contentType: "application/json; charset=UTF-8")
        return response
    }

    private func redirect(_ fault: Fault) -> GraphResponse {
        var response = GraphResponse(
            text: "", contentType: "text/html", status: fault.status ?? 302)
        let location = fault.location ?? "https://graph.example.invalid/"
        response.headers.append(.init(name: "Location", value: location))
        return response
    }

    /// Encodes the response to an exchange as a form, as the Graph API did before v2.3.
    private func formEncode(_ response: inout GraphResponse) {
        guard case .string(let token) = response.object?["access_token"] else { return }
        var text = "access_token=\(FormItems.encode(token))"
        if case .integer(let seconds) = response.object?["expires_in"] {
            text += "&expires=\(seconds)"
        }
        response.body = .text(text, contentType: "text/plain; charset=UTF-8")
    }

    private func setExpiresIn(_ value: JSONValue?, in response: inout GraphResponse) {
        guard response.object?["access_token"] != nil else { return }
        response.object?["expires_in"] = value
    }

    private func add(_ value: JSONValue?, to response: inout GraphResponse) {
        guard case .object(let members) = value else { return }
        for member in members.members { response.object?[member.key] = member.value }
    }

    /// Adds a byte that is not UTF-8 and an unpaired surrogate to the start of all names.
    private func breakNames(in response: inout GraphResponse) {
        var bytes = response.bytes
        let start = Array(#""name":""#.utf8)
        bytes.replace(start, with: start + [0xFF] + Array(#"\ud83d"#.utf8))
        response.body = .bytes(bytes, contentType: response.contentType)
    }

    private func distortData(
        _ response: inout GraphResponse, _ change: (inout JSONObject) -> Void
    ) {
        guard case .object(var data) = response.object?["data"] else { return }
        change(&data)
        response.object?["data"] = .object(data)
    }

    private static let secretParameters = [
        "input_token", "fb_exchange_token", "revoke_token", "client_secret", "appsecret_proof",
        "code", "machine_id",
    ]

    private static let html = """
        <!DOCTYPE html><html lang="en" id="facebook"><head><title>Facebook | Error</title></head>\
        <body><h1>Sorry, something went wrong.</h1></body></html>
        """
}

extension JSONObject {
    fileprivate mutating func numberIDs() {
        for key in ["app_id", "user_id", "profile_id"] {
            guard let number = self[key]?.string.flatMap({ Int($0) }) else { continue }
            self[key] = .integer(number)
        }
    }

    /// Sets the members of an object; null removes a member.
    fileprivate mutating func take(_ value: JSONValue?) {
        guard case .object(let members) = value else { return }
        for member in members.members {
            self[member.key] = member.value == .null ? nil : member.value
        }
    }

    fileprivate mutating func removeOwner() {
        for key in ["app_id", "type", "application", "user_id", "profile_id"] { self[key] = nil }
    }
}
