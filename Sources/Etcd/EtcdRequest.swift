internal import FoundationEssentials
internal import JSON
internal import Sodium

/// A request to the JSON gateway: a method of etcd's gRPC interface, and its message as JSON.
struct EtcdRequest: Sendable {
    /// The path of the method, which etcd has had since version 3.4.
    let path: String
    let body: [UInt8]

    private init(_ path: String, _ write: (inout JSONWriter) -> Void) {
        self.path = path
        var writer = JSONWriter(escaping: .required)
        writer.begin("{")
        write(&writer)
        writer.end("}")
        body = writer.bytes
    }

    /// Asks for keys from `key` up to but not including `end`, or for `key` alone.
    ///
    /// Unless told otherwise, etcd reads linearizably.
    static func range(
        _ key: [UInt8], to end: [UInt8]? = nil, revision: Int64? = nil, keysOnly: Bool = false,
        limit: Int? = nil
    ) -> EtcdRequest {
        EtcdRequest("/v3/kv/range") { writer in
            writer.bytes("key", key)
            if let end { writer.bytes("range_end", end) }
            // 64-bit numbers are strings in the JSON form of protocol buffers.
            if let revision { writer.member("revision", "\(revision)") }
            if keysOnly { writer.member("keys_only", true) }
            if let limit { writer.member("limit", "\(limit)") }
        }
    }

    /// Writes one value.
    static func put(_ value: [UInt8], at key: [UInt8]) -> EtcdRequest {
        EtcdRequest("/v3/kv/put") { $0.put(value, at: key) }
    }

    /// Writes a value and deletes ranges of keys, if the `mod_revision` of the key is `revision`;
    /// that of a missing key is 0.
    static func replace(
        _ key: [UInt8], with value: [UInt8], ifRevision revision: Int64,
        deleting ranges: [EtcdKeys.Range]
    ) -> EtcdRequest {
        EtcdRequest("/v3/kv/txn") { writer in
            writer.name("compare")
            writer.begin("[")
            writer.begin("{")
            writer.member("target", "MOD")
            writer.member("result", "EQUAL")
            writer.bytes("key", key)
            writer.member("mod_revision", "\(revision)")
            writer.end("}")
            writer.end("]")
            writer.name("success")
            writer.begin("[")
            writer.operation("request_put") { $0.put(value, at: key) }
            for range in ranges {
                writer.operation("request_delete_range") { writer in
                    writer.bytes("key", range.start)
                    writer.bytes("range_end", range.end)
                }
            }
            writer.end("]")
        }
    }

    /// Asks for a token.
    ///
    /// The body contains the password.
    static func authenticate(_ login: EtcdLogin) -> EtcdRequest {
        let password = login.password.withBytes { bytes in
            var text: [UInt8] = []
            // Not reallocated, which would leave copies.
            text.reserveCapacity(2 * bytes.count + 2)
            text.append(UInt8(ascii: "\""))
            for index in bytes.indices {
                // Passwords have no control characters: see EtcdLogin.
                if [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(bytes[index]) {
                    text.append(UInt8(ascii: "\\"))
                }
                text.append(bytes[index])
            }
            text.append(UInt8(ascii: "\""))
            return text
        }
        return EtcdRequest("/v3/auth/authenticate") { writer in
            writer.member("name", login.user)
            writer.member("password", written: password)
        }
    }

    /// Asks a node about its own state.
    static let status = EtcdRequest("/v3/maintenance/status") { _ in }
    /// Asks for the alarms of all nodes.
    static let alarms = EtcdRequest("/v3/maintenance/alarm") { _ in }
    /// Asks for the nodes.
    static let members = EtcdRequest("/v3/cluster/member/list") { _ in }
}

extension JSONWriter {
    fileprivate mutating func put(_ value: [UInt8], at key: [UInt8]) {
        bytes("key", key)
        bytes("value", value)
    }

    fileprivate mutating func operation(_ name: StaticString, _ write: (inout JSONWriter) -> Void) {
        begin("{")
        self.name(name)
        begin("{")
        write(&self)
        end("}")
        end("}")
    }

    /// Writes a member in base64 with padding, as the gateway requires.
    ///
    /// Foundation's encoder is many times as fast as libsodium's, whose time must not depend on the
    /// content.
    fileprivate mutating func bytes(_ name: String, _ bytes: [UInt8]) {
        let text = Data(bytes).base64EncodedData()
        member(name, written: [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")])
    }
}
