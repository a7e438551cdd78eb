internal import Sodium

/// A string that is moved into guarded memory when it is decoded.
///
/// `JSONDecoder` leaves a copy in ordinary memory, which cannot be wiped.
struct SecretText: Decodable {
    /// The secret, or `nil` if it is empty, not printable ASCII, or too long for a vault.
    let secret: SharedSecret?

    private static let limit = 65_536

    init(_ text: some StringProtocol) {
        // Surrounding whitespace is not part of the secret.
        let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        var bytes = Array(text.utf8.drop(while: isSpace))
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        let isToken =
            (1...Self.limit).contains(bytes.count)
            && bytes.allSatisfy { (0x21...0x7E).contains($0) }
        secret = isToken ? SharedSecret(Secret(copying: bytes.span)) : nil
    }

    init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}
