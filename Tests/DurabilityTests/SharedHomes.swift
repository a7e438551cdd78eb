import Foundation
import Support
import Testing

/// Machines, each with a home and a machine key, that share a vault through nodes of etcd.
///
/// The nodes end with this object.
final class SharedHomes: Sendable {
    let cluster: EtcdCluster
    let homes: [Home]
    /// The arguments of `remote add` and `clone`.
    let connection: [String]

    /// - Parameters:
    ///   - count: The number of machines; the passphrase opens the vault of the first.
    ///   - nodes: The number of nodes.
    ///   - entries: What the vault has before it is shared.
    init(
        _ count: Int = 2, nodes: Int = 1, quota: Int? = nil,
        entries: [String: String] = ["page:1": "EAAFAKE1"]
    ) async throws {
        cluster = try await EtcdCluster(size: nodes, quota: quota)
        connection = [
            cluster.address(prefix: "tokenvault/durability"), "--ca-file",
            cluster.authority.certificate, "--cert", cluster.client.certificate, "--cert-key",
            cluster.client.privateKey, "--user", cluster.user, "--password-file",
            cluster.passwordFile,
        ]
        let first = try await Home.withVault(entries)
        homes = try [first] + (1..<count).map { _ in try Home() }
        for number in 1..<count {
            try await first.succeed(
                "key", "add", "web\(number)", homes[number].keyFile, "--passphrase-file",
                first.passphraseFile)
        }
        for (number, command) in homes.indices.map({
            ($0, $0 == 0 ? ["remote", "add"] : ["clone"])
        }) {
            let shared = try await run(number, command + connection)
            try #require(shared.status == 0, "\(shared.errors)")
        }
    }

    deinit { cluster.stop() }

    /// Runs the program on a machine.
    func run(_ machine: Int, _ arguments: [String], input: String = "") async throws -> Outcome {
        let home = homes[machine]
        return try await home.start(
            arguments, input: input, variables: ["TOKENVAULT_KEY_FILE": home.keyFile]
        ).outcome()
    }

    /// Runs the program on a machine.
    func run(_ machine: Int, _ arguments: String..., input: String = "") async throws -> Outcome {
        try await run(machine, arguments, input: input)
    }

    /// Runs the program on a machine, and returns whether it succeeded without a word.
    func succeed(
        _ machine: Int, _ arguments: String..., input: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let outcome = try await run(machine, arguments, input: input)
        #expect(
            outcome.status == 0 && !outcome.errors.contains("not shared yet"),
            "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    }

    /// Returns the secret of an entry on a machine, or `nil` if it has none.
    func secret(_ machine: Int, _ reference: String) async throws -> String? {
        let outcome = try await run(machine, "get", "-n", reference)
        return outcome.status == 0 ? outcome.output : nil
    }

    /// Syncs the machines until there is nothing to do, and checks that all have the same vault and
    /// no file was left.
    func settle(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for machine in Array(homes.indices) + Array(homes.indices) {
            var outcome = try await run(machine, "sync")
            for _ in 0..<20 where [69, 75].contains(outcome.status) {
                outcome = try await run(machine, "sync")
            }
            #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
        }
        let vaults = try homes.map { try $0.contents(of: $0.vault) }
        #expect(vaults.allSatisfy { $0 == vaults[0] }, sourceLocation: sourceLocation)
        for home in homes {
            #expect(
                try home.names(in: home.data) == [
                    "vault", "vault.lock", "vault.remote", "vault.sync", "vault.sync.lock",
                ], sourceLocation: sourceLocation)
        }
    }
}
