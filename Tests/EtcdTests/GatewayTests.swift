import HTTP
import Sharing
import Testing

@testable import Etcd

/// Which nodes are asked, when a login happens, and what is certain about a failed transaction.
@Suite(.timeLimit(.minutes(1))) struct GatewayTests {
    private let id = [UInt8](repeating: 1, count: 16)
    private let login: EtcdLogin

    init() throws {
        login = try EtcdLogin(user: "ann", passwordFile: secret("FAKEpw"))
    }

    @Test(
        arguments: [
            .refusedConnection, .failure(.unreachable(.unknownHost)),
            .failure(.unreachable(.timeout)),
            .failure(.unreachable(.connectionClosed)), .failure(.unreachable(.untrusted)),
            .failure(.tooLarge(status: 200)),
            .error("etcdserver: no leader", code: 14, status: 503),
            .error("context deadline exceeded", code: 2, status: 500),
            .error("etcdserver: too many requests", code: 8, status: 429),
            .reply("<html>", status: 502), .reply("", status: 302), .reply("{}"), .reply("null"),
            .reply("Not Found\n", status: 404), .bytes([0xFF, 0xFE]),
        ] as [ScriptedNodes.Step])
    func `what reads goes to the next node`(step: ScriptedNodes.Step) async throws {
        let nodes = ScriptedNodes(["a": [step], "b": [.nothing]])
        let store = try nodes.store()
        #expect(try await store.head(of: id) == nil)
        #expect(nodes.hosts == ["a", "b"])
        // From now on, the node that answered comes first.
        #expect(try await store.head(of: id) == nil)
        #expect(nodes.hosts == ["a", "b", "b"])
    }

    @Test func `nodes without a leader are asked again`() async throws {
        let noLeader = ScriptedNodes.Step.error("etcdserver: no leader", code: 14, status: 503)
        let nodes = ScriptedNodes(["a": [noLeader, .nothing], "b": [noLeader], "c": [noLeader]])
        #expect(try await nodes.store().head(of: id) == nil)
        #expect(nodes.hosts == ["a", "b", "c", "a"])
    }

    @Test func `nodes that never have a leader are given up within the limit`() async throws {
        let noLeader = ScriptedNodes.Step.error("etcdserver: no leader", code: 14, status: 503)
        let nodes = ScriptedNodes(["a": [noLeader], "b": [noLeader], "c": [noLeader]])
        let store = try nodes.store(limits: EtcdLimits(read: .seconds(1), write: .seconds(1)))
        let error = try await failure { _ = try await store.head(of: id) }
        #expect(error == .noAnswer(.unavailable(status: 503)))
        #expect(nodes.hosts.count > 3 && nodes.hosts.count < 20)
    }

    @Test func `a silent node is not waited for`() async throws {
        let nodes = ScriptedNodes(["a": [.silence], "b": [.silence], "c": [.nothing]])
        let time = try await ContinuousClock().measure {
            _ = try await nodes.store().head(of: id)
        }
        #expect(nodes.hosts == ["a", "b", "c"])
        // The first two have had a quarter of eight seconds each.
        #expect(time > .seconds(3) && time < .seconds(7))
    }

    @Test func `a slow node is not given up`() async throws {
        let nodes = ScriptedNodes([
            "a": [.slow(.seconds(3))], "b": [.refusedConnection], "c": [.refusedConnection],
        ])
        #expect(try await nodes.store().head(of: id) == nil)
        #expect(nodes.hosts == ["a", "b", "c"])
    }

    @Test func `without any node there is no answer within the limit`() async throws {
        let nodes = ScriptedNodes(["a": [.silence], "b": [.silence], "c": [.silence]])
        let store = try nodes.store(limits: EtcdLimits(read: .seconds(1), write: .seconds(2)))
        let clock = ContinuousClock()
        let time = try await clock.measure {
            let error = try await failure { _ = try await store.head(of: id) }
            #expect(error == .noAnswer(.unreachable(.timeout)))
        }
        #expect(time < .seconds(3))
    }

    @Test(
        arguments: [
            ("etcdserver: permission denied", 7, 403, .permissionDenied, .forbidden),
            ("etcdserver: user name is empty", 3, 400, .unauthorized(.noUser), .unauthorized),
            ("etcdserver: request is too large", 3, 400, .tooLarge, .tooLarge),
            (
                "grpc: received message larger than max (2097175 vs. 2097152)", 8, 429, .tooLarge,
                .tooLarge
            ),
            (
                "etcdserver: mvcc: database space exceeded", 8, 429, .quotaExceeded, .quotaExceeded
            ),
        ] as [(String, Int, Int, EtcdError.Reason, StoreRefusal)])
    func `what every node would refuse is asked once`(
        message: String, code: Int, status: Int, reason: EtcdError.Reason, refusal: StoreRefusal
    ) async throws {
        let nodes = ScriptedNodes(["a": [.error(message, code: code, status: status)]])
        let store = try nodes.store()
        let error = try await failure { _ = try await store.head(of: id) }
        #expect(error == .refused(refusal, reason))
        #expect(nodes.hosts == ["a"])
        guard
            case .refused(refusal, _) = await store.replaceHead(
                of: id, with: [1], ifRevision: 0, keeping: nil)
        else {
            Issue.record("not refused")
            return
        }
    }

    @Test func `a client certificate with a name is recognized`() async throws {
        let nodes = ScriptedNodes([
            "a": [
                .reply(
                    "CommonName of client sending a request against gateway will be ignored and"
                        + " not used as expected\n", status: 400)
            ]
        ])
        let store = try nodes.store()
        let error = try await failure { _ = try await store.head(of: id) }
        #expect(error == .refused(.unauthorized, .certificateHasName))
    }

    @Test func `of several failures the one that can be fixed is reported`() async throws {
        let nodes = ScriptedNodes([
            "a": [.refusedConnection], "b": [.failure(.unreachable(.untrusted))],
            "c": [.failure(.unreachable(.timeout))],
        ])
        let store = try nodes.store()
        let error = try await failure { _ = try await store.head(of: id) }
        #expect(error == .noAnswer(.unreachable(.untrusted)))
    }

    @Test func `the token is fetched once and sent without a scheme`() async throws {
        let nodes = ScriptedNodes(["a": [.token("abc.1"), .nothing]])
        let store = try nodes.store(login: login)
        _ = try await store.head(of: id)
        _ = try await store.head(of: id)
        let paths = ["/v3/auth/authenticate", "/v3/kv/range", "/v3/kv/range"]
        #expect(nodes.requests.map(\.path) == paths)
        #expect(nodes.requests.map(\.token) == [nil, "abc.1", "abc.1"])
    }

    @Test(
        arguments: [
            .error("etcdserver: invalid auth token", code: 16, status: 401),
            .error("etcdserver: revision of auth store is old", code: 3, status: 400),
        ] as [ScriptedNodes.Step])
    func `a rejected token is replaced once, also for a transaction`(
        rejection: ScriptedNodes.Step
    ) async throws {
        let nodes = ScriptedNodes([
            "a": [.token("old"), rejection, .token("new"), .succeeded]
        ])
        let store = try nodes.store(login: login)
        let outcome = await store.replaceHead(of: id, with: [1], ifRevision: 0, keeping: nil)
        guard case .succeeded(9) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(nodes.requests.map(\.token) == [nil, "old", nil, "new"])
    }

    @Test func `a token rejected twice is reported`() async throws {
        let rejection = ScriptedNodes.Step.error(
            "etcdserver: invalid auth token", code: 16, status: 401)
        let nodes = ScriptedNodes([
            "a": [.token("old"), rejection, .token("new"), rejection]
        ])
        let store = try nodes.store(login: login)
        let error = try await failure { _ = try await store.head(of: id) }
        #expect(error == .refused(.unauthorized, .unauthorized(.token)))
        #expect(nodes.requests.count == 4)
    }

    @Test func `a wrong password is sent once and not repeated in the error`() async throws {
        let nodes = ScriptedNodes([
            "a": [
                .error(
                    "etcdserver: authentication failed, invalid user ID or password", code: 3,
                    status: 400)
            ]
        ])
        let store = try nodes.store(login: login)
        let error = try #require(
            await #expect(throws: StoreFailure.self) { try await store.head(of: id) })
        #expect(Failure(error) == .refused(.unauthorized, .unauthorized(.wrongPassword)))
        #expect(!String(reflecting: error).contains("FAKEpw"))
        #expect(nodes.requests.count == 1)
    }

    @Test func `without authentication etcd is used without a token`() async throws {
        let nodes = ScriptedNodes([
            "a": [
                .error("etcdserver: authentication is not enabled", code: 9, status: 412), .nothing,
                .nothing,
                .error("etcdserver: user name is empty", code: 3, status: 400), .token("new"),
                .nothing,
            ]
        ])
        let store = try nodes.store(login: login)
        _ = try await store.head(of: id)
        _ = try await store.head(of: id)
        // It was turned on in the meantime.
        _ = try await store.head(of: id)
        #expect(nodes.requests.map(\.token) == [nil, nil, nil, nil, nil, "new"])
    }

    @Test(arguments: ["", "a b", "a\\nX: b", "\\u00e4", String(repeating: "a", count: 8_193)])
    func `a token that is not one is never sent`(token: String) async throws {
        let step = ScriptedNodes.Step.token(token)
        let nodes = ScriptedNodes(["a": [step], "b": [step], "c": [step]])
        let store = try nodes.store(login: login)
        let error = try await failure { _ = try await store.head(of: id) }
        #expect(error == .refused(.notUnderstood, .notUnderstood(status: 200)))
        #expect(nodes.requests.allSatisfy { $0.path == "/v3/auth/authenticate" })
    }

    @Test(
        arguments: [
            .refusedConnection, .failure(.unreachable(.unknownHost)),
            .failure(.unreachable(.connectTimeout)), .failure(.unreachable(.untrusted)),
            .error("etcdserver: too many requests", code: 8, status: 429),
        ] as [ScriptedNodes.Step])
    func `a transaction that was not sent goes to the next node`(
        step: ScriptedNodes.Step
    ) async throws {
        let nodes = ScriptedNodes(["a": [step], "b": [.succeeded]])
        let outcome = try await nodes.store().replaceHead(
            of: id, with: [1], ifRevision: 0, keeping: nil)
        guard case .succeeded = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(nodes.hosts == ["a", "b"])
    }

    @Test(
        arguments: [
            .failure(.unreachable(.timeout)), .failure(.unreachable(.connectionClosed)),
            .failure(.tooLarge(status: 200)), .silence,
            .error("etcdserver: request timed out", code: 14, status: 503),
            .error("etcdserver: leader changed", code: 14, status: 503),
            .error("context deadline exceeded", code: 2, status: 500),
            .error("context canceled", code: 1, status: 408),
            .reply("<html>", status: 502), .reply("", status: 504), .reply("", status: 302),
            .reply("{}"), .reply(""), .reply("{\"header\":"), .reply("true"),
        ] as [ScriptedNodes.Step])
    func `a transaction without an answer is unknown and not repeated`(
        step: ScriptedNodes.Step
    ) async throws {
        let nodes = ScriptedNodes(["a": [step]])
        let store = try nodes.store(limits: EtcdLimits(read: .seconds(1), write: .seconds(1)))
        let outcome = await store.replaceHead(of: id, with: [1], ifRevision: 0, keeping: nil)
        guard case .unknown = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(nodes.hosts == ["a"])
    }

    @Test func `a transaction whose login had no answer was not sent`() async throws {
        let nodes = ScriptedNodes([
            "a": [.failure(.unreachable(.timeout))], "b": [.token("abc"), .notSucceeded],
        ])
        let outcome = try await nodes.store(login: login).replaceHead(
            of: id, with: [1], ifRevision: 0, keeping: nil)
        guard case .lostRace = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func `a node that is silent when asked for a login is not waited for`() async throws {
        let nodes = ScriptedNodes(["a": [.silence], "b": [.token("abc"), .succeeded]])
        let store = try nodes.store(
            login: login, limits: EtcdLimits(read: .seconds(1), write: .seconds(4)))
        let outcome = await store.replaceHead(of: id, with: [1], ifRevision: 0, keeping: nil)
        guard case .succeeded = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(nodes.hosts == ["a", "b", "b"])
    }

    @Test func `a transaction that reached no node is refused`() async throws {
        let nodes = ScriptedNodes([
            "a": [.refusedConnection], "b": [.refusedConnection], "c": [.refusedConnection],
        ])
        let outcome = try await nodes.store().replaceHead(
            of: id, with: [1], ifRevision: 0, keeping: nil)
        guard case .refused(.unavailable, let cause) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect((cause as? EtcdError)?.reason == .unreachable(.noConnection))
    }
}

/// A `StoreFailure` that can be compared.
enum Failure: Equatable {
    case noAnswer(EtcdError.Reason?)
    case refused(StoreRefusal, EtcdError.Reason?)

    init(_ failure: StoreFailure) {
        switch failure {
        case .noAnswer(let cause): self = .noAnswer((cause as? EtcdError)?.reason)
        case .refused(let refusal, let cause):
            self = .refused(refusal, (cause as? EtcdError)?.reason)
        }
    }
}

/// Returns the failure of `body`; fails the test if it throws nothing.
func failure(of body: () async throws -> Void) async throws -> Failure {
    Failure(try #require(await #expect(throws: StoreFailure.self) { try await body() }))
}
