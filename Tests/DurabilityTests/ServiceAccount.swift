import Foundation
import Support
import Testing

/// A user other than the one who runs the tests, with a vault and a machine key; requires root.
struct ServiceAccount {
    let home: Home
    let id: Int

    init(id: Int, entries: [String: String] = [:]) async throws {
        home = try await Home.withVault(entries)
        self.id = id
        try takeOver()
    }

    /// Gives all files of the home to the account.
    func takeOver() throws {
        let files = FileManager.default
        let paths = try files.subpathsOfDirectory(atPath: home.path).map { "\(home.path)/\($0)" }
        for path in [home.path] + paths {
            try files.setAttributes(
                [.ownerAccountID: id, .groupOwnerAccountID: id], ofItemAtPath: path)
        }
    }

    /// Runs the program as the account.
    func run(_ arguments: String..., variables: [String: String] = [:]) async throws -> Outcome {
        try await run(arguments: arguments, variables)
    }

    /// Runs the program as the account, which must succeed.
    func succeed(_ arguments: String...) async throws {
        let outcome = try await run(arguments: arguments)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }

    /// Starts the program as the account.
    func start(
        _ arguments: [String], input: String = "", variables: [String: String] = [:]
    ) throws -> Child {
        try Child(
            "/usr/bin/setpriv",
            ["--reuid=\(id)", "--regid=\(id)", "--clear-groups", ProgramUnderTest.path] + arguments,
            environment: home.environment.merging(variables) { $1 }, input: input,
            scratch: home.scratch)
    }

    /// Runs a shell command as the account.
    func shell(_ line: String) async throws -> Outcome {
        try await home.run(
            tool: "setpriv",
            ["--reuid=\(id)", "--regid=\(id)", "--clear-groups", "sh", "-c", line])
    }

    func run(
        arguments: [String], _ variables: [String: String] = [:]
    ) async throws -> Outcome {
        try await home.run(
            tool: "setpriv",
            ["--reuid=\(id)", "--regid=\(id)", "--clear-groups", ProgramUnderTest.path] + arguments,
            variables: variables)
    }
}
