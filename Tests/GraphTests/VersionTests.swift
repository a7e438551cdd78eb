import Foundation
import Graph
import HTTP
import Testing

/// The table of versions, and the version that answers.
@Suite struct VersionTests {
    private static let header = "facebook-api-version"

    @Test(arguments: [
        ("v18.0", "2026-01-26", nil), ("v19.0", "2026-05-21", nil), ("v20.0", "2026-09-24", nil),
        ("v21.0", "2027-01-21", "2025-09-09"), ("v22.0", "2027-05-20", nil),
        ("v23.0", "2027-10-08", nil), ("v24.0", "2028-02-18", "2026-10-06"),
        ("v25.0", "2028-07-29", nil), ("v26.0", nil, nil), ("v17.0", nil, nil),
        ("v27.0", nil, nil), ("v2.12", nil, nil), ("v026.0", nil, nil),
    ])
    func `each API has its own end of a version`(
        _ version: String, _ graph: String?, _ marketing: String?
    ) {
        let versions = VersionTable.versions(of: version)
        #expect(versions.map(\.api) == [.graph, .marketing])
        #expect(versions.map(\.version) == [version, version])
        #expect(versions.map(\.endDate) == [graph, marketing])
    }

    @Test func `unversioned calls use no version`() {
        #expect(VersionTable.versions(of: nil).isEmpty)
    }

    @Test func `the dates are valid, and later versions end later`() throws {
        let numbers = 1...999
        for api in VersionedAPI.allCases {
            let dates = numbers.compactMap { number in
                VersionTable.versions(of: "v\(number).0").first { $0.api == api }?.endDate
            }
            try #require(dates.count > 1)
            #expect(zip(dates, dates.dropFirst()).allSatisfy { $0 < $1 })
            for date in dates + [VersionTable.dateRead] {
                let parsed = try Date("\(date)T00:00:00Z", strategy: .iso8601)
                #expect(parsed.formatted(.iso8601).hasPrefix(date))
            }
        }
        for number in numbers {
            let ends = VersionTable.versions(of: "v\(number).0").compactMap(\.endDate)
            #expect(ends.count < 2 || ends[1] < ends[0])
        }
    }

    /// Returns a client whose requests are all answered with these headers.
    private func client(
        version: String, _ headers: [(name: String, value: String)], status: Int = 200
    ) throws -> GraphClient {
        GraphClient(
            endpoint: try GraphEndpoint(url: "https://graph.example", version: version),
            transport: { _ in
                HTTPResponse(status: status, headers: headers, body: Array(#"{"id":"9"}"#.utf8))
            })
    }

    @Test(arguments: [
        ("v26.0", "v27.0", "v27.0"), ("v20.0", "v21.0", "v21.0"), ("v3.3", "v20.0", "v20.0"),
        ("v26.0", "v26.0", nil), ("none", "v20.0", nil), ("v26.0", "", nil), ("v26.0", "26", nil),
        ("v26.0", "v27.0\u{1B}[31m", nil), ("v26.0", "v27.0 or so", nil),
        ("v26.0", "v1000000000000000000000.0", nil), ("v26.0", "v٢٧.0", nil),
    ])
    func `the version that answered is compared with the requested one`(
        _ requested: String, _ served: String, _ substitute: String?
    ) async throws {
        let client = try client(version: requested, [(Self.header, served)])
        _ = try await client.identity(of: someToken, appSecret: nil)
        #expect(await client.substitute.version == substitute)
    }

    @Test func `a response without the header says nothing`() async throws {
        let client = try client(version: "v26.0", [])
        _ = try await client.identity(of: someToken, appSecret: nil)
        #expect(await client.substitute.version == nil)
    }

    @Test func `a refusal counts too, and the first version is kept`() async throws {
        let transport = ScriptedTransport(
            .response(#"{"id":"9"}"#, headers: [(Self.header, "v26.0")]),
            .refusal(190, headers: [(Self.header, "v27.0")]),
            .response(#"{"id":"9"}"#, headers: [(Self.header, "v28.0")]))
        let client = try transport.client()
        _ = try await client.identity(of: someToken, appSecret: nil)
        #expect(await client.substitute.version == nil)
        _ = try await refusal { _ = try await client.identity(of: someToken, appSecret: nil) }
        #expect(await client.substitute.version == "v27.0")
        _ = try await client.identity(of: someToken, appSecret: nil)
        #expect(await client.substitute.version == "v27.0")
    }

    @Test func `a probe returns the version and does not record it`() async throws {
        let client = try client(version: "v26.0", [(Self.header, "v27.0")])
        #expect(try await client.probe().servedVersion == "v27.0")
        #expect(await client.substitute.version == nil)
    }
}
