import Foundation
import Support
import Testing

/// Vault paths that are broken symbolic links, or lead through one.
@Suite(.timeLimit(.minutes(2)))
struct BrokenLinkTests {
    /// The broken links that are tested, at the vault's path or above it.
    enum Shape: CaseIterable {
        case absolute, relative, chain, directory, relativeDirectory

        /// Creates the links and returns the broken one, its target, and where to create the vault.
        func create(in home: Home) throws -> (link: String, target: String, destination: String) {
            let files = FileManager.default
            func link(_ path: String, _ target: String) throws {
                try files.createSymbolicLink(atPath: path, withDestinationPath: target)
            }
            if self == .directory {
                try link(home.data, "\(home.path)/gone")
                return (home.data, "\(home.path)/gone", "\(home.path)/gone/vault")
            }
            if self == .relativeDirectory {
                try link(home.data, "gone")
                return (home.data, "\(home.path)/gone", "\(home.path)/gone/vault")
            }
            try files.createDirectory(atPath: home.data, withIntermediateDirectories: false)
            let target = "\(home.path)/gone/vault"
            switch self {
            case .relative:
                try link(home.vault, "../gone/vault")
                return (home.vault, "\(home.data)/../gone/vault", "\(home.data)/../gone/vault")
            case .chain:
                try link(home.vault, "\(home.path)/second")
                try link("\(home.path)/second", target)
                return ("\(home.path)/second", target, target)
            default:
                try link(home.vault, target)
                return (home.vault, target, target)
            }
        }
    }

    @Test(arguments: Shape.allCases)
    func `the link and its target are named, and the hint creates the vault there`(shape: Shape)
        async throws
    {
        let home = try Home()
        let (link, target, destination) = try shape.create(in: home)
        let named = "\(link) is a symbolic link to \(target), which does not exist"
        let passphrase = ["--passphrase-file", home.passphraseFile]
        for command in [["get", "app:1"], ["list"], ["add", "app:1"], ["passphrase"]] {
            let outcome = try await home.run(arguments: command + passphrase)
            #expect(outcome.status == 66 && outcome.output.isEmpty)
            #expect(
                outcome.errors.contains("no vault at \(home.vault): \(named)"), "\(outcome.errors)")
        }
        let status = try await home.run("status")
        #expect(status.status == 66 && status.output.contains(named), "\(status.output)")
        let made = try await home.run(arguments: ["init", "--kdf", "interactive"] + passphrase)
        #expect(made.status == 73)
        #expect(made.errors.contains("\(named); the link was not changed"), "\(made.errors)")
        let hint = try #require(made.errorLines.last).dropFirst("tokenvault: hint: ".count)
        #expect(hint == "tokenvault init --vault \(destination)")
        let missing = try await home.run("list", "--vault", home.vault)
        #expect(missing.errorLines.last?.hasSuffix(hint) == true, "\(missing.errors)")
        let doctor = try await home.run("doctor", "--offline")
        #expect(doctor.output.contains(named) && doctor.output.contains(hint), "\(doctor.output)")
        let command = hint.replacing("tokenvault init", with: "'\(ProgramUnderTest.path)' init")
        let done = try await home.run(
            tool: "sh",
            ["-c", "\(command) --kdf interactive --passphrase-file '\(home.passphraseFile)'"])
        #expect(done.status == 0, "\(done.errors)")
        try await home.succeed("verify", "--passphrase-file", home.passphraseFile)
    }

    @Test func `circular links are reported, without circular hints`() async throws {
        let home = try Home()
        let files = FileManager.default
        try files.createDirectory(atPath: home.data, withIntermediateDirectories: false)
        try files.createSymbolicLink(atPath: home.vault, withDestinationPath: "other")
        try files.createSymbolicLink(atPath: "\(home.data)/other", withDestinationPath: "vault")
        let passphrase = ["--passphrase-file", home.passphraseFile]
        #expect(try await home.run(arguments: ["init"] + passphrase).status == 73)
        for command in [["get", "app:1"] + passphrase, ["status"]] {
            let outcome = try await home.run(arguments: command)
            #expect(outcome.status == 74)
            #expect(
                outcome.errors.contains("Too many levels of symbolic links"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("hint: tokenvault init"))
        }
    }
}
