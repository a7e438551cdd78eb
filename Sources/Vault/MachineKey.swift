public import Sodium

/// The content of a machine's key file: its private key, and the public key of the one vault that
/// it trusts.
public struct MachineKey: Sendable {
    /// The maximum size of a key file, in bytes.
    public static let fileLimit = 65_536

    let privateKey: SharedSecret
    package let vaultPublicKey: [UInt8]

    static let prefix = Array("TOKENVAULT-KEY-1 ".utf8)

    /// Reads a key file: exactly one line `TOKENVAULT-KEY-1 <base64 of 64 bytes>`.
    ///
    /// Blank lines and lines that begin with `#` are ignored.
    public init(file: borrowing Secret) throws(VaultError) {
        let keys: Secret? = file.withBytes { bytes in Self.onlyKey(in: bytes) }
        guard let keys, keys.count == 64 else { throw .wrongMachineKey(.malformedKeyFile) }
        let privateKey = keys.withBytes { Secret(copying: $0.extracting(first: 32)) }
        self.privateKey = SharedSecret(privateKey)
        vaultPublicKey = keys.withBytes { Array(copying: $0.extracting(32..<64)) }
    }

    /// Computes the public key of the machine.
    func makePublicKey() -> [UInt8] {
        privateKey.withSecret { Box.publicKey(of: $0) }
    }

    private static func onlyKey(in bytes: Span<UInt8>) -> Secret? {
        var found: Secret?
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
            var line = start..<end
            if !line.isEmpty, bytes[line.upperBound - 1] == UInt8(ascii: "\r") {
                line = line.lowerBound..<line.upperBound - 1
            }
            start = end + 1
            if line.isEmpty || bytes[line.lowerBound] == UInt8(ascii: "#") { continue }
            guard found == nil, line.count > prefix.count,
                zip(line, prefix).allSatisfy({ bytes[$0] == $1 }),
                let key = Base64.decodeSecret(
                    bytes.extracting(line.lowerBound + prefix.count..<line.upperBound))
            else { return nil }
            found = consume key
        }
        return found
    }
}
