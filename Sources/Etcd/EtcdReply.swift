import FoundationEssentials

/// A response of the gateway.
///
/// Members that are zero, false or empty are left out there.
protocol EtcdReply: Decodable, Sendable {}

/// A 64-bit number, which the gateway sends as a string.
struct EtcdNumber: Decodable, Equatable, Sendable {
    let value: Int64

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int64.self) {
            value = number
            return
        }
        guard let number = Int64(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "")
        }
        value = number
    }
}

/// What every response about keys begins with.
///
/// Something else that answers has none.
struct EtcdHeader: Decodable, Sendable {
    let cluster: String
    let revision: EtcdNumber

    private enum CodingKeys: String, CodingKey {
        case cluster = "cluster_id"
        case revision
    }
}

/// The response to `EtcdRequest.range`.
struct EtcdRange: EtcdReply {
    let header: EtcdHeader
    let kvs: [Pair]?
    let more: Bool?

    struct Pair: Decodable, Sendable {
        let key: Data
        let value: Data?
        let modRevision: EtcdNumber

        private enum CodingKeys: String, CodingKey {
            case key
            case value
            case modRevision = "mod_revision"
        }
    }
}

/// The response to `EtcdRequest.put`.
struct EtcdPut: EtcdReply {
    let header: EtcdHeader
}

/// The response to `EtcdRequest.replace`.
struct EtcdTransaction: EtcdReply {
    let header: EtcdHeader
    let succeeded: Bool?
}

/// The response to `EtcdRequest.authenticate`.
struct EtcdToken: EtcdReply {
    let token: String
}

/// The JSON of an error.
///
/// Releases before 3.6 also have the message as `error`.
struct EtcdErrorObject: Decodable {
    /// A status code of gRPC.
    let code: Int
    let message: String
}
