import GraphSimulator

let app = "1234567890123456"
let appToken = "1234567890123456|FAKEsecret0001"
let user = "10200000000000009"
/// Friday, 20 November 2026, 10:15:02 in Pacific time.
let morning = 1_795_198_502

extension Simulation {
    /// Returns a simulation of the sample state with a stopped clock.
    static func atRest(_ time: Int = morning) throws -> Simulation {
        try Simulation(clock: .stopped(at: time))
    }

    func get(_ target: String, token: String? = nil) -> SimulatedResponse {
        request("GET", target, token: token)
    }

    func request(_ method: String, _ target: String, token: String? = nil) -> SimulatedResponse {
        let headers = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        return answer(SimulatedRequest(method, target, headers: headers))
    }

    func post(_ target: String, _ form: String) -> SimulatedResponse {
        answer(SimulatedRequest("POST", target, form: form))
    }

    func exchange(
        _ token: String, app: String = app, secret: String = "FAKEsecret0001", and more: String = ""
    ) -> SimulatedResponse {
        post(
            "/v26.0/oauth/access_token",
            "grant_type=fb_exchange_token&client_id=\(app)&client_secret=\(secret)"
                + "&fb_exchange_token=\(token)\(more)")
    }

    func debug(_ token: String) -> SimulatedResponse {
        get("/v26.0/debug_token?input_token=\(token)", token: appToken)
    }
}

extension SimulatedResponse {
    /// Returns whether the body contains a piece of text.
    func has(_ piece: String) -> Bool { text.contains(piece) }
}
