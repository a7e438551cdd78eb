// The calls under `/_simulator`, which are not part of any platform's API:
//
// GET    requests   The requests to all platforms; those to Instagram and Threads have paths that
//                   begin with the platform. An empty array means that nothing was sent.
// DELETE requests   Clears the requests and the load.
// GET    load       The number of connections, and the largest number of concurrent requests.
// POST   faults     Replaces the faults by an array of faults (see `Fault`).
// DELETE faults     Clears the faults.
// POST   clock      Moves the clock: {"advance":"3d"}, {"at":"2026-11-20T18:15:02Z"}.
// POST   state      Adds or changes apps, users, tokens, codes and modes (see `StateDocument` and
//                   `Simulation.sampleState`). The members `instagram` and `threads` contain
//                   those of these platforms and, in `quirks`, the variations of their responses
//                   (see `PlatformDocument` and `PlatformQuirks`):
//                   {"threads":{"quirks":{"refresh":"same-token"}}}.
// POST   tokens     Makes a token fail, or work again with 0: {"token":"EAAFAKE1","dead":460}.
// POST   apps       Changes the secret of an app: {"id":"1234567890123456","secret":"FAKE"}.
extension Simulation {
    private struct ClockChange: Decodable {
        var advance: String?
        var at: String?
    }

    private struct TokenChange: Decodable {
        var token: String
        var dead: Int?
    }

    private struct AppChange: Decodable {
        var id: String
        var secret: String
    }

    func respondToAdminCall(_ request: SimulatedRequest) -> SimulatedResponse {
        do throws(StateError) {
            return try admin(request) ?? response(404, ["error": "unknown call"])
        } catch {
            return response(400, ["error": .string(error.description)])
        }
    }

    private func admin(_ request: SimulatedRequest) throws(StateError) -> SimulatedResponse? {
        let body = request.form.utf8
        switch (request.method, request.path) {
        case ("GET", "/_simulator/requests"): return response(200, .array(requests.map(\.json)))
        case ("DELETE", "/_simulator/requests"): clearRequests()
        case ("GET", "/_simulator/load"): return response(200, load.json)
        case ("POST", "/_simulator/faults"): setFaults(try Fault.array(json: body))
        case ("DELETE", "/_simulator/faults"): setFaults([])
        case ("POST", "/_simulator/clock"):
            try change(StrictJSON.decode(ClockChange.self, from: body))
        case ("POST", "/_simulator/state"): try merge(state: request.form)
        case ("POST", "/_simulator/tokens"):
            let change = try StrictJSON.decode(TokenChange.self, from: body)
            let reason = change.dead == 0 ? nil : change.dead
            guard kill(token: change.token, reason: reason) else {
                throw StateError(description: "unknown token")
            }
        case ("POST", "/_simulator/apps"):
            let change = try StrictJSON.decode(AppChange.self, from: body)
            guard setSecret(change.secret, ofApp: change.id) else {
                throw StateError(description: "unknown app")
            }
        default: return nil
        }
        return response(200, ["success": true])
    }

    private func change(_ change: ClockChange) throws(StateError) {
        if let text = change.at {
            guard let time = GraphTime.rfc3339(text) else {
                throw StateError(description: "'at' is not a valid RFC 3339 time")
            }
            setTime(time)
        }
        if let text = change.advance {
            guard let seconds = GraphTime.span(text) else {
                throw StateError(description: "'advance' is not a valid duration such as 3d")
            }
            advance(by: seconds)
        }
    }

    private func response(_ status: Int, _ json: JSONValue) -> SimulatedResponse {
        let type = SimulatedResponse.Header(name: "Content-Type", value: "application/json")
        return SimulatedResponse(status: status, headers: [type], body: json.rendered)
    }
}

extension SimulatedRequest {
    fileprivate var json: JSONValue {
        var names: JSONObject = [:]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            names[name] = .string(value)
        }
        return [
            "method": .string(method), "path": .string(path), "query": .string(query),
            "headers": .object(names), "form": .string(form),
        ]
    }
}
