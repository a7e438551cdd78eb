import ArgumentParser
import Sodium
import Vault

struct Init: LocalCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a new vault.",
        discussion: """
            Asks for a passphrase twice, or takes it from where it is taken from otherwise.

            Example:
              tokenvault init
            """)

    @Option(help: "What trying a passphrase costs.")
    var kdf = DerivationCost.moderate

    @Flag(help: "Make a strong passphrase and print it, once.")
    var generate = false

    @Flag(name: [.long, .customShort("q")], help: "No notes on standard error.")
    var quiet = false

    @OptionGroup var vault: VaultOptions

    func run(in world: World) throws -> ExitStatus {
        let access = vault.access
        let path = try access.resolvedPath(in: world)
        guard path.last != "/" else {
            throw Failure.usage("the vault's path ends with a slash; name the file")
        }
        try VaultCreation.refuseExisting(path)
        if generate, access.namesPassphrase {
            throw Failure.usage("either --generate or a passphrase from elsewhere")
        }
        let passphrase =
            generate
            ? GeneratedPassphrase.make()
            : try Unlocking(access, world: world).newPassphrase(for: path)
        try VaultCreation.create(path: path, passphrase: passphrase, cost: kdf.cost) {
            // A passphrase that nobody got to see must not lock anything.
            if generate { try GeneratedPassphrase.print(passphrase, in: world) }
        }
        if !quiet { world.terminal.note("made the vault \(shown(path))") }
        return .done
    }
}

/// The costs of Argon2id that libsodium names.
enum DerivationCost: String, ExpressibleByArgument, CaseIterable {
    case interactive
    case moderate
    case sensitive

    var cost: PassphraseKey.Cost {
        switch self {
        case .interactive: .interactive
        case .moderate: .moderate
        case .sensitive: .sensitive
        }
    }
}

/// Passphrases that nobody has to think of.
enum GeneratedPassphrase {
    /// Prints it as the command's result.
    static func print(_ passphrase: SharedSecret, in world: World) throws {
        var line = passphrase.duplicate()
        line.append(UInt8(ascii: "\n"))
        try line.withBytes { try world.terminal.writeOutput($0) }
    }

    /// Five groups of five letters and digits, 125 bits, none of which look alike.
    static func make() -> SharedSecret {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        let random = Secret.random(count: 25)
        var passphrase = Secret(minimumCapacity: 32)
        random.withBytes { bytes in
            for index in bytes.indices {
                if index > 0, index % 5 == 0 { passphrase.append(UInt8(ascii: "-")) }
                passphrase.append(alphabet[Int(bytes[index] & 31)])
            }
        }
        return SharedSecret(passphrase)
    }
}
