import Foundation
import Sharing
import Testing

@testable import Etcd

/// What is sent to the gateway, and which of its responses are believed.
@Suite(.timeLimit(.minutes(1))) struct ReplyTests {
    private let id = [UInt8](repeating: 0xAB, count: 16)
    private var head: String { "p/\(String(repeating: "ab", count: 16))/head" }

    @Test func `a head has a value, its own revision and the store's`() async throws {
        let nodes = ScriptedNodes(["a": [.pairs((head, "line\nfile"))]])
        let store = try nodes.store()
        let found = try #require(try await store.head(of: id))
        let expected = StoredHead(value: Array("line\nfile".utf8), revision: 5, readRevision: 9)
        #expect(found == expected)
        let key = Data(head.utf8).base64EncodedString()
        #expect(nodes.requests.map(\.body) == [#"{"key":"\#(key)"}"#])
    }

    @Test func `a transaction compares, writes and deletes`() async throws {
        let nodes = ScriptedNodes(["a": [.succeeded]])
        let outcome = try await nodes.store().replaceHead(
            of: id, with: [0, 0xFF], ifRevision: 7, keeping: "3-cd")
        guard case .succeeded(revision: 9) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let folder = "p/\(String(repeating: "ab", count: 16))/part"
        let key = base64(head)
        let body = try #require(nodes.requests.first?.body)
        #expect(nodes.requests.first?.path == "/v3/kv/txn")
        #expect(
            body == """
                {"compare":[{"target":"MOD","result":"EQUAL","key":"\(key)","mod_revision":"7"}],\
                "success":[{"request_put":{"key":"\(key)","value":"AP8="}},\
                {"request_delete_range":{"key":"\(base64("\(folder)/"))",\
                "range_end":"\(base64("\(folder)/3-cd/"))"}},\
                {"request_delete_range":{"key":"\(base64("\(folder)/3-cd0"))",\
                "range_end":"\(base64("\(folder)0"))"}}]}
                """)
    }

    @Test(arguments: [
        "required revision has been compacted", "required revision is a future revision",
    ])
    func `a part of a revision that etcd does not have is missing`(words: String) async throws {
        let nodes = ScriptedNodes([
            "a": [.error("etcdserver: mvcc: \(words)", code: 11, status: 400)]
        ])
        let part = try await nodes.store().part(
            PartName(set: "3-cd", number: 0), of: id, at: 4)
        #expect(part == nil)
        #expect(nodes.requests[0].body.hasSuffix(#","revision":"4"}"#))
    }

    @Test func `a response about another key is not believed`() async throws {
        let step = ScriptedNodes.Step.pairs(("p/other", "x"))
        let nodes = ScriptedNodes(["a": [step], "b": [step], "c": [step]])
        let error = try await failure { _ = try await nodes.store().head(of: id) }
        #expect(error == .refused(.notUnderstood, .notUnderstood(status: 200)))
    }

    @Test(arguments: [
        #"{"kvs":[]}"#, #"{"header":{"revision":"9"}}"#, #"{"header":{"cluster_id":"1"}}"#,
        #"{"header":{"cluster_id":"1","revision":"x"}}"#,
        #"{"header":{"cluster_id":"1","revision":"99999999999999999999"}}"#,
        #"{"header":{"cluster_id":"1","revision":1.5}}"#,
        #"{"header":{"cluster_id":"1","revision":"9"},"kvs":[{"key":"*","mod_revision":"1"}]}"#,
        #"{"header":{"cluster_id":"1","revision":"9"},"kvs":{}}"#,
        #"{"header":{"cluster_id":"1","revision":"9"},"kvs":[{"key":"YQ=="}]}"#,
        #"[]"#, #""ok""#, "{", "", String(repeating: "[", count: 100_000),
    ])
    func `what etcd would not send means neither a head nor none`(body: String) async throws {
        let step = ScriptedNodes.Step.reply(body)
        let nodes = ScriptedNodes(["a": [step], "b": [step], "c": [step]])
        let error = try await failure { _ = try await nodes.store().head(of: id) }
        #expect(error == .refused(.notUnderstood, .notUnderstood(status: 200)))
    }

    @Test func `numbers may be numbers, and spaces are allowed`() async throws {
        let body = """
            { "header" : {"cluster_id": "1", "revision": 9, "later": [null]},
              "kvs": [{"key": "\(base64(head))", "mod_revision": 5}], "count": 1 }

            """
        let nodes = ScriptedNodes(["a": [.reply(body)]])
        let found = try await nodes.store().head(of: id)
        #expect(found == StoredHead(value: [], revision: 5, readRevision: 9))
    }

    @Test func `the IDs of vaults are read in pages`() async throws {
        let key = { (digit: String) in "p/\(String(repeating: digit, count: 32))/head" }
        let nodes = ScriptedNodes([
            "a": [
                .pairs((key("0"), ""), ("p/foreign", ""), (key("1") + "s", ""), more: true),
                .pairs((key("2"), "")),
            ]
        ])
        let ids = try await nodes.store().vaultIDs()
        let expected: [[UInt8]] = [0x00, 0x22].map { Array(repeating: $0, count: 16) }
        #expect(ids == expected)
        let second = try #require(nodes.requests.last?.body)
        #expect(second.hasPrefix(#"{"key":"\#(base64(key("1") + "s\0"))","#))
    }

    @Test func `a megabyte is encoded and decoded quickly`() async throws {
        var bytes = [UInt8](repeating: 0, count: StoredHead.valueLimit)
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 7919 >> 3) }
        let text = Data(bytes).base64EncodedString()
        let body = #"{"header":{"cluster_id":"1","revision":"9"},"kvs":[{"key":"\#(base64(head))","#
        let nodes = ScriptedNodes([
            "a": [
                .succeeded,
                .reply(body + #""mod_revision":"5","value":"\#(text)"}]}"#),
            ]
        ])
        let store = try nodes.store()
        let time = try await ContinuousClock().measure {
            let outcome = await store.replaceHead(
                of: id, with: bytes, ifRevision: 5, keeping: nil)
            guard case .succeeded = outcome else {
                Issue.record("\(outcome)")
                return
            }
            let found = try await store.head(of: id)
            #expect(found?.value == bytes)
        }
        #expect(nodes.requests[0].body.contains("\"value\":\"\(text)\""))
        // Far above what it takes, even unoptimized and on a busy machine.
        #expect(time < .seconds(5))
    }

    private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
