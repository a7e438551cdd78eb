import Foundation
import HTTP
import NIOCore
import Synchronization
import Testing

@testable import Etcd

/// Nodes with scripted responses, which record the requests.
final class ScriptedNodes: Sendable {
    /// What a node does with one request.
    enum Step: Sendable {
        case reply(String, status: Int = 200)
        case bytes([UInt8], status: Int = 200)
        case failure(HTTPError)
        /// Answers only when the request has been given up.
        case silence
        /// Answers like `nothing`, but after this time.
        case slow(Duration)
    }

    /// A request as a node received it.
    struct Request: Sendable {
        let host: String
        let path: String
        let token: String?
        let body: String
    }

    private let steps: Mutex<[String: [Step]]>
    private let received = Mutex<[Request]>([])

    /// Creates nodes with these steps for each host; the last step of a host is repeated.
    init(_ steps: [String: [Step]]) {
        self.steps = Mutex(steps)
    }

    var requests: [Request] { received.withLock { $0 } }
    var hosts: [String] { requests.map(\.host) }

    /// Returns a store that uses the nodes `a`, `b` and `c`.
    func store(
        login: EtcdLogin? = nil,
        limits: EtcdLimits = EtcdLimits(read: .seconds(8), write: .seconds(8))
    ) throws -> EtcdStore {
        let address = try EtcdAddress("etcd://a,b,c/p")
        let gateway = EtcdGateway(
            endpoints: address.endpoints, login: login, limits: limits,
            transport: { request throws(HTTPError) in try await self.send(request) })
        return EtcdStore(address, gateway: gateway, close: {})
    }

    private func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let url = request.url.split(separator: "/", maxSplits: 2)
        let host = String(url[1].split(separator: ":")[0])
        received.withLock {
            $0.append(
                Request(
                    host: host, path: "/\(url[2])",
                    token: request.headers.first { $0.name == "Authorization" }?.value,
                    body: String(decoding: request.body, as: UTF8.self)))
        }
        let step = steps.withLock { steps -> Step? in
            guard let all = steps[host], let step = all.first else { return nil }
            if all.count > 1 { steps[host] = Array(all.dropFirst()) }
            return step
        }
        switch step {
        case .reply(let body, let status):
            return HTTPResponse(status: status, headers: [], body: Array(body.utf8))
        case .bytes(let body, let status):
            return HTTPResponse(status: status, headers: [], body: body)
        case .failure(let error):
            throw error
        case .silence:
            while !Task.isCancelled, request.deadline > .now() {
                try? await Task.sleep(for: .milliseconds(10))
            }
            throw .unreachable(.timeout)
        case .slow(let time):
            try? await Task.sleep(for: time)
            guard !Task.isCancelled else { throw .unreachable(.timeout) }
            return HTTPResponse(
                status: 200, headers: [], body: Array(ScriptedNodes.nothingFound.utf8))
        case nil:
            Issue.record("unexpected request to \(request.url)")
            throw .unreachable(.unknownHost)
        }
    }
}

extension ScriptedNodes {
    fileprivate static let header = #""header":{"cluster_id":"1","revision":"9"}"#
    /// The response to a range without any key.
    fileprivate static let nothingFound = "{\(header)}"
}

extension ScriptedNodes.Step {
    private static let header = ScriptedNodes.header

    static let nothing = reply(ScriptedNodes.nothingFound)
    /// The response to a transaction whose comparison failed.
    static let notSucceeded = reply("{\(header)}")
    static let succeeded = reply(#"{\#(header),"succeeded":true}"#)
    static let refusedConnection = failure(.unreachable(.noConnection))

    /// The response to a range with these pairs, of revision 5.
    static func pairs(_ pairs: (key: String, value: String)..., more: Bool = false) -> Self {
        let list = pairs.map { key, value in
            #"{"key":"\#(base64(key))","value":"\#(base64(value))","mod_revision":"5"}"#
        }
        return reply(
            #"{\#(header),"kvs":[\#(list.joined(separator: ","))],"more":\#(more)}"#)
    }

    /// An error as etcd itself reports it.
    static func error(_ message: String, code: Int, status: Int) -> Self {
        reply(#"{"error":"\#(message)","message":"\#(message)","code":\#(code)}"#, status: status)
    }

    static func token(_ token: String) -> Self { reply(#"{"token":"\#(token)"}"#) }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
