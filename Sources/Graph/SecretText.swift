internal import Sodium

/// A text that is moved into guarded memory as it is decoded.
///
/// `JSONDecoder` leaves a copy in ordinary memory, which cannot be wiped.
struct SecretText: Decodable {
    /// Nil when it is nothing that can serve as a token: empty, or not printable ASCII.
    let secret: SharedSecret?

    init(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let isToken = !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) }
        secret = isToken ? SharedSecret(Secret(copying: bytes.span)) : nil
    }

    init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}
