package import Sodium

/// A random passphrase.
package enum GeneratedPassphrase {
    /// Prints `passphrase` as the command's result.
    ///
    /// If standard output is a file, the passphrase must survive a power failure just as the vault
    /// does, because nothing else opens the vault.
    package static func print(_ passphrase: SharedSecret, json: Bool, in world: World) throws {
        var line = Secret(minimumCapacity: 64)
        if json { line.append(Array(#"{"passphrase":""#.utf8).span) }
        passphrase.withBytes { line.append($0) }
        if json { line.append(Array(#""}"#.utf8).span) }
        line.append(UInt8(ascii: "\n"))
        try line.withBytes { try world.terminal.writeOutput($0) }
        try world.terminal.synchronizeOutput()
    }

    /// Returns five groups of five letters and digits, with 125 bits of entropy.
    ///
    /// The alphabet has 32 characters, none of which look alike.
    package static func make() -> SharedSecret {
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
