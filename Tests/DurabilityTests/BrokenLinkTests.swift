import Foundation
import Support
import Testing

/// Vaults behind symbolic links that lead to nothing.
@Suite(.timeLimit(.minutes(2)))
struct BrokenLinkTests {
    /// A link at the vault's path, or above it, and where the vault would be.
    enum Shape: CaseIterable {
        case absolute, relative, chain, directory, relativeDirectory

        /// Makes the links; returns the one to blame, its target, and where the vault is to be made.
        func make(in home: Home) throws -> (link: String, target: String, destination: String) {
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
    func `link and target are named, and the hint makes the vault there`(shape: Shape) async throws
    {
        let home = try Home()
        let (link, target, destination) = try shape.make(in: home)
        let named = "\(link) is a symbolic link to \(target), which does not exist"
        let words = ["--passphrase-file", home.passphraseFile]
        for command in [["get", "app:1"], ["list"], ["add", "app:1"], ["passphrase"]] {
            let outcome = try await home.run(arguments: command + words)
            #expect(outcome.status == 66 && outcome.output.isEmpty)
            #expect(
                outcome.errors.contains("no vault at \(home.vault): \(named)"), "\(outcome.errors)")
        }
        let status = try await home.run("status")
        #expect(status.status == 66 && status.output.contains(named), "\(status.output)")
        let made = try await home.run(arguments: ["init", "--kdf", "interactive"] + words)
        #expect(made.status == 73)
        #expect(made.errors.contains("\(named); the link was not changed"), "\(made.errors)")
        let hint = try #require(made.complaints.last).dropFirst("tokenvault: hint: ".count)
        #expect(hint == "tokenvault init --vault \(destination)")
        let missing = try await home.run("list", "--vault", home.vault)
        #expect(missing.complaints.last?.hasSuffix(hint) == true, "\(missing.errors)")
        let doctor = try await home.run("doctor", "--offline")
        #expect(doctor.output.contains(named) && doctor.output.contains(hint), "\(doctor.output)")
        let typed = hint.replacing("tokenvault init", with: "'\(ProgramUnderTest.path)' init")
        let done = try await home.run(
            tool: "sh",
            ["-c", "\(typed) --kdf interactive --passphrase-file '\(home.passphraseFile)'"])
        #expect(done.status == 0, "\(done.errors)")
        try await home.succeed("verify", "--passphrase-file", home.passphraseFile)
    }

    @Test func `links in a circle are told as such, and lead to no circle of hints`() async throws {
        let home = try Home()
        let files = FileManager.default
        try files.createDirectory(atPath: home.data, withIntermediateDirectories: false)
        try files.createSymbolicLink(atPath: home.vault, withDestinationPath: "other")
        try files.createSymbolicLink(atPath: "\(home.data)/other", withDestinationPath: "vault")
        let words = ["--passphrase-file", home.passphraseFile]
        #expect(try await home.run(arguments: ["init"] + words).status == 73)
        for command in [["get", "app:1"] + words, ["status"]] {
            let outcome = try await home.run(arguments: command)
            #expect(outcome.status == 74)
            #expect(
                outcome.errors.contains("Too many levels of symbolic links"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("hint: tokenvault init"))
        }
    }
}
