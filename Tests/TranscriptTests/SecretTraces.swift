import Foundation

/// A secret in every form in which it could leak: raw, percent-encoded, in hexadecimal, and in Base64
/// at any offset.
struct SecretTraces: Sendable {
    let secret: String
    private let forms: [Data]

    init(_ secret: String) {
        self.secret = secret
        let bytes = Array(secret.utf8)
        let escaped = bytes.map { byte in
            let isPlain = Character(Unicode.Scalar(byte)).isLetter || (48...57).contains(byte)
            return isPlain
                ? String(Unicode.Scalar(byte)) : "%" + String(format: "%02X", Int(byte))
        }.joined()
        let hexadecimal = bytes.map { String(format: "%02x", Int($0)) }.joined()
        var texts = [
            secret, escaped, escaped.lowercased(), escaped.replacing("%20", with: "+"),
            hexadecimal, hexadecimal.uppercased(),
        ]
        for shift in 0..<3 {
            let text = Data(Array(repeating: 0, count: shift) + bytes).base64EncodedString()
            // The bytes before and after the secret change the characters at its ends.
            let inner = String(
                text.filter { $0 != "=" }.dropFirst(shift == 0 ? 0 : shift + 1).dropLast())
            texts += [inner, inner.replacing("+", with: "-").replacing("/", with: "_")]
        }
        forms = Set(texts).map { Data($0.utf8) }
    }

    /// Returns whether `data` contains the secret in any form.
    func isIn(_ data: Data) -> Bool { forms.contains { data.range(of: $0) != nil } }

    /// Returns whether `text` contains the secret in any form.
    func isIn(_ text: String) -> Bool { isIn(Data(text.utf8)) }
}
