import Sharing
import Testing

@testable import Etcd

/// Addresses of shared vaults: `etcd://HOST[:PORT][,HOST…]/PREFIX`.
@Suite struct AddressTests {
    @Test(arguments: [
        ("etcd://db.example/team", ["db.example:2379"], "team"),
        ("etcd://db.example:4001/team", ["db.example:4001"], "team"),
        ("etcd://db.example:2379/team/", ["db.example:2379"], "team"),
        ("ETCD://a,b:1,c:65535/x/Y_1/z-2.0", ["a:2379", "b:1", "c:65535"], "x/Y_1/z-2.0"),
        (
            "etcd://127.0.0.1,[::1]:23,[fe80::1]/p",
            ["127.0.0.1:2379", "[::1]:23", "[fe80::1]:2379"], "p"
        ),
        ("etcd://a,a:2379,b/p", ["a:2379", "b:2379"], "p"),
    ])
    func `an address names nodes and a prefix`(
        text: String, nodes: [String], prefix: String
    ) throws {
        let address = try EtcdAddress(text)
        #expect(address.endpoints.map { "\($0.host):\($0.port)" } == nodes)
        #expect(address.prefix == prefix)
        #expect(try EtcdAddress(address.description) == address)
    }

    @Test(
        arguments: [
            ("", .scheme), ("etcd", .scheme), ("etcd:/a/p", .scheme), ("etcds://a/p", .scheme),
            ("https://a/p", .scheme), ("//a/p", .scheme), ("a/p", .scheme),
            ("etcd://a/p q", .characters), ("etcd://a/p\n", .characters),
            ("etcd://a/\u{1B}", .characters),
            ("etcd://\u{301}a/p", .characters), ("etcd:/\u{2F}\u{301}a/p", .characters),
            ("etcd://ä/p", .characters), ("etcd://a\0/p", .characters),
            ("etcd://user@a/p", .credentials), ("etcd://user:FAKE@a/p", .credentials),
            ("etcd://user:FA/KE@a/p", .credentials), ("etcd://a/p@q", .credentials),
            ("etcd:///p", .host), ("etcd://", .host), ("etcd://,a/p", .host),
            ("etcd://a,/p", .host),
            ("etcd://a,,b/p", .host), ("etcd://a:/p", .host), ("etcd://a:0/p", .host),
            ("etcd://a:65536/p", .host), ("etcd://a:02379/p", .host), ("etcd://a:-1/p", .host),
            ("etcd://a:99999999999999999999/p", .host), ("etcd://a:1:2/p", .host),
            ("etcd://::1/p", .host), ("etcd://[::1/p", .host), ("etcd://[]/p", .host),
            ("etcd://[::g]/p", .host), ("etcd://[1.2.3]/p", .host), ("etcd://[::1]x/p", .host),
            ("etcd://a%2fb/p", .host), ("etcd://a?b/p", .host), ("etcd://a#b/p", .host),
            ("etcd://a", .prefix), ("etcd://a/", .prefix), ("etcd://a//", .prefix),
            ("etcd://a//p", .prefix), ("etcd://a/p//q", .prefix), ("etcd://a/p//", .prefix),
            ("etcd://a/.", .prefix), ("etcd://a/../p", .prefix), ("etcd://a/p?x=1", .prefix),
            ("etcd://a/p#x", .prefix), ("etcd://a/p%20", .prefix), ("etcd://a/p:q", .prefix),
            (
                "etcd://" + String(repeating: "a,", count: EtcdAddress.endpointLimit) + "b/p",
                .tooManyHosts
            ),
            ("etcd://a/" + String(repeating: "p", count: EtcdAddress.prefixLimit + 1), .tooLong),
            ("etcd://a/" + String(repeating: "p", count: EtcdAddress.lengthLimit), .tooLong),
        ] as [(String, EtcdAddress.Problem)])
    func `a text that is not an address is rejected`(
        text: String, problem: EtcdAddress.Problem
    ) {
        #expect(throws: problem) { try EtcdAddress(text) }
    }

    @Test func `the longest prefix and the most nodes are accepted`() throws {
        let prefix = String(repeating: "p", count: EtcdAddress.prefixLimit)
        let hosts = (1...EtcdAddress.endpointLimit).map { "h\($0)" }
        let address = try EtcdAddress("etcd://\(hosts.joined(separator: ","))/\(prefix)")
        #expect(address.endpoints.count == hosts.count)
        #expect(address.prefix == prefix)
    }

    @Test func `the keys of a vault are under the prefix and its ID`() {
        let keys = EtcdKeys(prefix: "team/a")
        let id = (0..<16).map { UInt8($0) }
        let folder = "team/a/000102030405060708090a0b0c0d0e0f"
        #expect(text(keys.head(of: id)) == "\(folder)/head")
        #expect(text(keys.part(.init(set: "7-ab", number: 3), of: id)) == "\(folder)/part/7-ab/3")
        #expect(keys.vaultID(ofHead: keys.head(of: id)) == id)
        let others = [
            "team/a/head", "\(folder)/heads", "\(folder)/part/head", "\(folder)0/head",
            "team/a/000102030405060708090A0B0C0D0E0F/head", "team/a/00/head", "team/a/",
            "team/b/000102030405060708090a0b0c0d0e0f/head", "", "\(folder)/head\0",
        ]
        for other in others { #expect(keys.vaultID(ofHead: Array(other.utf8)) == nil) }
        #expect(keys.vaultID(ofHead: Array("team/a/".utf8) + [0xFF]) == nil)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
