// What faults do to a call.
extension Call {
    /// The answer of the first fault that keeps Graph from answering itself.
    func replacement(trace: String) -> Answer? {
        for fault in faults {
            switch fault.kind {
            case .error: return Answer(failure(fault), trace: trace)
            case .echo: return Answer(echo(fault), trace: trace)
            case .html:
                return Answer(
                    text: fault.message ?? Self.html, contentType: "text/html; charset=utf-8",
                    status: fault.status ?? 500)
            case .text:
                return Answer(
                    text: fault.message ?? "Service Unavailable", contentType: "text/plain",
                    status: fault.status ?? 200)
            case .empty:
                return Answer(
                    text: "", contentType: "application/json; charset=UTF-8",
                    status: fault.status ?? 200)
            case .oversized: return oversized(fault)
            case .redirect: return redirect(fault)
            case .reset:
                var answer = Answer(text: "", contentType: "text/plain")
                answer.delivery = .reset
                return answer
            default: continue
            }
        }
        return nil
    }

    /// Applies the faults that change an answer, in their order, compression last.
    func distort(_ answer: inout Answer) {
        for fault in faults {
            for (name, value) in (fault.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
                answer.headers.append(.init(name: name, value: value))
            }
            switch fault.kind {
            case .slow: answer.delay += fault.seconds ?? 1
            case .chunked: answer.delivery = .chunked
            case .cutOff: answer.delivery = .cutOff
            case .truncated:
                let bytes = answer.bytes
                answer.body = .bytes(
                    Array(bytes.prefix(bytes.count / 2)), contentType: answer.contentType)
            case .formEncoded: formEncode(&answer)
            case .expiresIn: setExpiresIn(fault.value, in: &answer)
            case .extra: add(fault.value, to: &answer)
            case .idsAsNumbers: distortData(&answer) { $0.numberIDs() }
            case .withoutOwner: distortData(&answer) { $0.removeOwner() }
            case .data: distortData(&answer) { $0.take(fault.value) }
            case .brokenNames: breakNames(in: &answer)
            default: break
            }
        }
        if faults.contains(where: { $0.kind == .gzip }) {
            answer.body = .bytes(Gzip.wrap(answer.bytes), contentType: answer.contentType)
            answer.headers.append(.init(name: "Content-Encoding", value: "gzip"))
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

    /// A message that repeats every secret of the request, as it is and as it came over the wire.
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

    private func oversized(_ fault: Fault) -> Answer {
        let start = Array(#"{"data":""#.utf8)
        let end = Array(#""}"#.utf8)
        let size = max(0, (fault.bytes ?? 5 * 1024 * 1024) - start.count - end.count)
        var answer = Answer(text: "", contentType: "", status: fault.status ?? 200)
        answer.body = .bytes(
            start + [UInt8](repeating: UInt8(ascii: "x"), count: size) + end,
            contentType: "application/json; charset=UTF-8")
        return answer
    }

    private func redirect(_ fault: Fault) -> Answer {
        var answer = Answer(text: "", contentType: "text/html", status: fault.status ?? 302)
        let location = fault.location ?? "https://graph.example.invalid/"
        answer.headers.append(.init(name: "Location", value: location))
        return answer
    }

    /// The exchange's answer before v2.3: not JSON but a form.
    private func formEncode(_ answer: inout Answer) {
        guard case .string(let token) = answer.object?["access_token"] else { return }
        var text = "access_token=\(FormItems.encode(token))"
        if case .integer(let seconds) = answer.object?["expires_in"] {
            text += "&expires=\(seconds)"
        }
        answer.body = .text(text, contentType: "text/plain; charset=UTF-8")
    }

    private func setExpiresIn(_ value: JSONValue?, in answer: inout Answer) {
        guard answer.object?["access_token"] != nil else { return }
        answer.object?["expires_in"] = value
    }

    private func add(_ value: JSONValue?, to answer: inout Answer) {
        guard case .object(let members) = value else { return }
        for member in members.members { answer.object?[member.key] = member.value }
    }

    /// Lets names begin with a byte that is not UTF-8 and with half of a surrogate pair.
    private func breakNames(in answer: inout Answer) {
        var bytes = answer.bytes
        let start = Array(#""name":""#.utf8)
        bytes.replace(start, with: start + [0xFF] + Array(#"\ud83d"#.utf8))
        answer.body = .bytes(bytes, contentType: answer.contentType)
    }

    private func distortData(_ answer: inout Answer, _ change: (inout JSONObject) -> Void) {
        guard case .object(var data) = answer.object?["data"] else { return }
        change(&data)
        answer.object?["data"] = .object(data)
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

    /// Takes over the members of an object; null takes one away.
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
