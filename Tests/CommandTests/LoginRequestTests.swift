import Entries
import Graph
import Testing

@testable import Console
@testable import tokenvault_main

/// What `login` requests, according to its options.
@Suite struct LoginRequestTests {
    private static let configuration = "1040000000000001"

    private func request(
        scope: String? = nil, configID: String? = nil, rerequests: Bool = false
    ) throws -> LoginRequest {
        try LoginRequest(scope: scope, configID: configID, rerequests: rerequests)
    }

    private func scopes(_ request: LoginRequest) -> [String]? {
        if case .scopes(let scopes) = request.permissions { scopes } else { nil }
    }

    @Test func `the scopes are those named, or else those for pages`() throws {
        #expect(scopes(try request()) == LoginRequest.defaultScopes)
        #expect(
            scopes(try request(scope: "email, pages_show_list")) == ["email", "pages_show_list"])
        #expect(scopes(try request(scope: "")) == [])
    }

    @Test func `a configuration takes the place of scopes`() throws {
        let request = try request(configID: Self.configuration)
        guard case .configuration(let configuration) = request.permissions else {
            Issue.record("no configuration")
            return
        }
        #expect(configuration.id == Self.configuration)
    }

    @Test func `another login like this one has the same options`() throws {
        #expect(try request().command("tokenvault login") == "tokenvault login")
        #expect(
            try request(configID: Self.configuration).command("tokenvault login --app app:1")
                == "tokenvault login --app app:1 --config-id 1040000000000001")
        #expect(
            try request(scope: "email pages_show_list", rerequests: true).command(
                "tokenvault login") == "tokenvault login --scope email,pages_show_list --rerequest")
    }

    @Test(arguments: [
        (["--config-id", configuration, "--scope", "email"], "configuration-with-scopes"),
        (["--config-id", configuration, "--scope", ""], "configuration-with-scopes"),
        (["--config-id", "0"], "not-a-configuration-id"),
        (["--config-id", "1040000000000001x"], "not-a-configuration-id"),
        (["--config-id", ""], "not-a-configuration-id"), (["--scope", "a&b"], "not-scopes"),
    ])
    func `conflicting and invalid options are refused before anything else`(
        options: [String], id: String
    ) async throws {
        let world = try TestWorld(hasVault: false)
        world.allow(.simulation)
        let ending = await world.run(["login", "--no-browser"] + options)
        #expect(ending.failure?.status == .usage && ending.output == "")
        #expect(ending.failure?.id == id)
        #expect(world.calls.isEmpty && !ending.allOutput.contains("dialog/oauth"))
    }
}
