package import Sodium

/// Passphrases that nobody has to think of.
package enum GeneratedPassphrase {
    /// Prints it as the command's result.
    ///
    /// In a file it must outlast a power failure as the vault does, which nothing else opens.
    package static func print(_ passphrase: SharedSecret, json: Bool, in world: World) throws {
        var line = Secret(minimumCapacity: 64)
        if json { line.append(Array(#"{"passphrase":""#.utf8).span) }
        passphrase.withBytes { line.append($0) }
        if json { line.append(Array(#""}"#.utf8).span) }
        line.append(UInt8(ascii: "\n"))
        try line.withBytes { try world.terminal.writeOutput($0) }
        try world.terminal.synchronizeOutput()
    }

    /// Five groups of five letters and digits, 125 bits, none of which look alike.
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
