import Entries
import Foundation
import GraphSimulator
import Sodium
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// How one run of the program ended.
struct Ending {
    let status: Console.ExitStatus
    /// Standard output.
    let output: String
    /// Standard error, without the lines for `failure`.
    let notes: String
    let failure: Failure?

    /// Returns standard output as JSON.
    func json() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(output.utf8))
    }

    /// Returns standard output as a JSON object.
    func object() throws -> [String: Any] {
        try #require(try json() as? [String: Any])
    }

    /// Returns standard output as an array of JSON objects.
    func objects() throws -> [[String: Any]] {
        try #require(try json() as? [[String: Any]])
    }

    /// Everything that the user or a log may see.
    var allOutput: String {
        var all = output + notes
        if let failure {
            all +=
                "\(failure.message)\n\(failure.hint ?? "")\n\(ErrorDocument(failure, hint: nil).text)"
        }
        return all
    }
}

extension TestWorld {
    /// Runs the program with these arguments, as `Program` does, but without ending the process.
    @discardableResult
    func run(_ arguments: String...) async -> Ending {
        await run(arguments)
    }

    func run(_ arguments: [String]) async -> Ending {
        clearStreams()
        setArguments(arguments)
        do {
            let status = try await status(arguments)
            return Ending(status: status, output: output, notes: errors, failure: nil)
        } catch {
            let failure = Failure(error)
            return Ending(
                status: failure.status, output: output, notes: errors, failure: failure)
        }
    }

    private func status(_ arguments: [String]) async throws -> Console.ExitStatus {
        let world = world
        switch SecretCommand(arguments.map { Array($0.utf8) }) {
        // It would replace this process.
        case .exec, nil: break
        case let command?: return try command.run(in: world)
        }
        switch try CommandLineParsing.command(for: arguments) {
        case .text(let text):
            try world.terminal.print(text)
            return .done
        case .local(let command):
            let run = HookedRun(of: command, in: world, over: network)
            return try run.finish(Result { try command.run(in: run.world) })
        case .network(let command):
            let run = HookedRun(of: command, in: world, over: network)
            let result: Result<Console.ExitStatus, any Error>
            do {
                let status = try await run.run(command)
                result = .success(status)
            } catch {
                result = .failure(error)
            }
            return try run.finish(result)
        }
    }

    /// Stores an entry without running the program.
    func store(
        _ reference: String, _ secret: String, _ describe: (inout Metadata) -> Void = { _ in }
    ) throws {
        let reference = try #require(Reference(text: reference))
        let secret = SharedSecret(Secret(copying: Array(secret.utf8).span))
        var metadata = Metadata()
        metadata.addedAt = now
        metadata.changedAt = now
        describe(&metadata)
        try vault().change { _ in [EntryChange(reference) { _ in .store(secret, metadata) }] }
    }

    /// Returns the entry with this reference, or `nil` if it is not stored.
    func stored(_ reference: String) throws -> (metadata: Metadata, secret: String)? {
        let reference = try #require(Reference(text: reference))
        let found = try vault().read { try $0.entryIfAny(reference) }
        guard let (entry, secret) = found else { return nil }
        let text = secret.withBytes { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        return (entry.metadata, text)
    }

    /// Returns the metadata of a stored entry.
    func metadata(_ reference: String) throws -> Metadata {
        try #require(try stored(reference)).metadata
    }

    /// Returns all references in the vault.
    func references() throws -> [String] {
        try vault().read { try $0.entries() }.map(\.reference.description)
    }

    /// Stores the simulation's app, as `add` would.
    func storeApp(secret: String = "FAKEsecret0001") throws {
        try store("app:1234567890123456", secret)
    }

    /// Stores a long-lived user token that the simulation knows too.
    func storeUser(
        token: String = "EAAFAKElonguser1", lifetime: String = "+60d",
        scopes: [String] = ["pages_show_list", "business_management", "public_profile"]
    ) throws {
        try storeApp()
        let list = scopes.map { "\"\($0)\"" }.joined(separator: ",")
        try simulation.merge(
            state: """
                {"tokens": [{"token": "\(token)", "app": "1234567890123456",
                  "user": "10200000000000009", "type": "USER", "issued_at": "-1s",
                  "expires_at": "\(lifetime)", "data_access_expires_at": "+90d",
                  "scopes": [\(list)]}]}
                """)
        let span = try #require(TimeWords.span(String(lifetime.dropFirst())))
        let expiry = now + span
        try store("user:10200000000000009", token) { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
            metadata.name = "Ann Fake"
            metadata.expiresAt = .at(expiry)
            metadata.dataAccessExpiresAt = .at(now + 90 * 86_400)
            metadata.scopes = scopes
        }
    }

    /// The requests to the simulation, as "METHOD path".
    var calls: [String] {
        simulation.requests.map { "\($0.method) \($0.path)" }
    }
}
