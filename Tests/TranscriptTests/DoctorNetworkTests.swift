import Foundation
import Testing

// What keeps this machine from reaching the Graph API is a finding of `doctor`, and never aborts
// it.
struct DoctorNetworkTests {
    private struct Finding: Decodable {
        let subject: String
        let ok: Bool
        let problem: String
        let remedy: String?
    }

    private func findings(
        _ environment: [String: String], _ options: String..., in home: TemporaryHome
    ) async throws -> [Finding] {
        let run = try await home.run(["doctor", "--json"] + options, environment: environment)
        #expect(run.status == 1 && run.errors.isEmpty, "\(run.status) \(run.errors)")
        return try run.json([Finding].self)
    }

    @Test func `unreadable certificates are a finding, with a command to inspect them`()
        async throws
    {
        let home = try await TemporaryHome.withVault()
        try home.write(Data("no certificate".utf8), to: "empty ca.pem")
        for path in ["\(home.path)/missing.pem", "\(home.path)/empty ca.pem", home.path] {
            for (environment, options) in [
                (["TOKENVAULT_CA_FILE": path], []), ([:], ["--ca-file", path]),
            ] {
                let url = ["TOKENVAULT_GRAPH_URL": "https://localhost:1"]
                let found = try await findings(
                    environment.merging(url) { $1 }, options.first ?? "--quiet",
                    options.last ?? "--quiet", in: home)
                let reach = try #require(found.first { $0.subject == "reaching localhost:1" })
                #expect(!reach.ok && reach.problem == "no certificates in \(path)")
                let word = path.contains(" ") ? "'\(path)'" : path
                #expect(reach.remedy == "ls -ld \(word)")
                #expect(found.contains { $0.subject.hasPrefix("the vault ") && $0.ok })
            }
        }
    }

    @Test(arguments: ["socks5://127.0.0.1:1", "http://", "http://user:%zz@127.0.0.1", "::", " "])
    func `a proxy that cannot be used is a finding`(proxy: String) async throws {
        let home = try await TemporaryHome.withVault()
        let found = try await findings(
            ["TOKENVAULT_GRAPH_URL": "https://graph.example.invalid", "HTTPS_PROXY": proxy],
            in: home)
        let reach = try #require(found.last)
        #expect(!reach.ok && reach.problem == "HTTPS_PROXY is not a valid proxy address")
        #expect(reach.remedy == "unset HTTPS_PROXY https_proxy")
    }

    @Test(arguments: [
        ["TOKENVAULT_GRAPH_URL": "graph.facebook.com"],
        ["TOKENVAULT_GRAPH_URL": "http://graph.facebook.com"],
        ["TOKENVAULT_GRAPH_URL": "https://graph.facebook.com/v26.0"],
        ["TOKENVAULT_GRAPH_VERSION": "26"],
    ])
    func `a variable with an invalid address or version is a finding`(
        _ environment: [String: String]
    ) async throws {
        let home = try await TemporaryHome.withVault()
        let found = try await findings(environment, in: home)
        let address = try #require(found.last)
        #expect(!address.ok && address.subject == "the Graph API URL")
        #expect(address.remedy == "unset TOKENVAULT_GRAPH_URL TOKENVAULT_GRAPH_VERSION")
    }

    @Test(arguments: [
        (["TOKENVAULT_GRAPH_URL": "graph.facebook.com"], ["--graph-version", "v26.0"]),
        (["TOKENVAULT_GRAPH_VERSION": "26"], ["--graph-url", "https://graph.example.invalid"]),
        (
            ["TOKENVAULT_GRAPH_URL": "https://graph.facebook.com/v26.0"],
            ["--graph-version", "v26.0"]
        ),
    ])
    func `it is a finding even if an option sets the other one`(
        _ environment: [String: String], _ options: [String]
    ) async throws {
        let home = try await TemporaryHome.withVault()
        let found = try await findings(environment, options[0], options[1], in: home)
        let address = try #require(found.last)
        #expect(!address.ok && address.subject == "the Graph API URL", "\(address)")
    }

    @Test func `an option with an invalid address is a usage error`() async throws {
        let home = try await TemporaryHome.withVault()
        let run = try await home.run("doctor", "--graph-url", "graph.facebook.com")
        #expect(run.status == 64 && run.hasFailedProperly)
    }
}
