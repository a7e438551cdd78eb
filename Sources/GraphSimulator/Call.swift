/// A parsed request to the Graph API.
struct Call {
    /// The endpoint of a call, with the name that faults match.
    enum Endpoint: String {
        case accessToken = "oauth/access_token"
        case clientCode = "oauth/client_code"
        case revoke = "oauth/revoke"
        case dialog = "dialog/oauth"
        case debugToken = "debug_token"
        case me
        case app
        case accounts
        case permissions
        case page
        case feed
        case photos
        case post
        case user
        case node
    }

    let request: SimulatedRequest
    let platform: SimulatedPlatform
    let now: Int
    /// The requested version, or `nil` for an unversioned path.
    let requestedVersion: GraphVersion?
    /// The version that serves the call, or `nil` if the requested one never existed.
    let version: GraphVersion?
    /// The segments of the path after the platform and the version.
    let segments: [String]
    let query: FormItems
    let form: FormItems
    /// The content of the files in a multipart form, by parameter.
    let files: [String: [UInt8]]
    /// The endpoint of Facebook, set by `SimulatedGraph`, which knows which IDs are pages.
    var endpoint = Endpoint.node
    /// The faults that affect this call.
    var faults: [Fault] = []

    init(_ request: SimulatedRequest, at now: Int) {
        self.request = request
        self.now = now
        var segments = request.path.split(separator: "/")
        let platform = SimulatedPlatform.allCases.first {
            !$0.basePath.isEmpty && $0.basePath.dropFirst() == segments.first ?? ""
        }
        if platform != nil { segments.removeFirst() }
        self.platform = platform ?? .facebook
        requestedVersion = segments.first.flatMap { GraphVersion($0) }
        if requestedVersion != nil { segments.removeFirst() }
        version = self.platform.version(serving: requestedVersion, at: now)
        self.segments = segments.map { FormItems.decode($0) }
        query = FormItems(request.query)
        let multipart = MultipartItems(request)
        form = multipart.map { FormItems($0) } ?? FormItems(request.form)
        files = multipart?.files ?? [:]
    }

    /// Returns a parameter from the query or the form body.
    subscript(parameter: String) -> String? { query[parameter] ?? form[parameter] }

    /// The access token from the parameters or the `Authorization` header.
    var accessToken: String? {
        if let token = self["access_token"], !token.isEmpty { return token }
        guard let header = request.headers["authorization"] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, ["bearer", "oauth"].contains(parts[0].lowercased()) else {
            return nil
        }
        return String(parts[1])
    }

    /// The names in `fields`, without their subfields, or `nil` if it is missing or empty.
    var fields: [String]? {
        fieldExpressions?.map { String($0.prefix { $0 != "{" && $0 != "." }) }
    }

    /// Returns the names in the braces after a field, or `nil` if there are none.
    func subfields(of field: String) -> [String]? {
        guard let all = fieldExpressions?.first(where: { $0.hasPrefix(field + "{") }),
            all.hasSuffix("}")
        else { return nil }
        return all.dropFirst(field.count + 1).dropLast().split(separator: ",").map(String.init)
    }

    /// The parts of `fields` between the commas that are not in braces.
    private var fieldExpressions: [String]? {
        guard let fields = self["fields"], !fields.isEmpty else { return nil }
        var depth = 0
        let parts = fields.split { character in
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            return character == "," && depth == 0
        }
        return parts.map { String($0.drop { $0 == " " }) }
    }

    var limit: Int? { self["limit"].flatMap { Int($0) } }

    /// Returns whether a fault for this endpoint, such as `me` or `threads/me`, affects the call.
    func matches(_ name: String) -> Bool {
        if name == "*" { return true }
        guard platform != .facebook else { return name == endpoint.rawValue }
        let path = segments.joined(separator: "/")
        return ["\(platform.rawValue)/*", "\(platform.rawValue)/\(path)"].contains(name)
    }

    /// Returns the fault of this kind, if it affects this call.
    func fault(_ kind: Fault.Kind) -> Fault? { faults.first { $0.kind == kind } }
}
