import Foundation

/// A secret in all forms in which it may have got somewhere: raw, percent-encoded, in hexadecimal, and
/// in base64 at any place.
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
            // What stands before and behind it changes the letters at its ends.
            let inner = String(
                text.filter { $0 != "=" }.dropFirst(shift == 0 ? 0 : shift + 1).dropLast())
            texts += [inner, inner.replacing("+", with: "-").replacing("/", with: "_")]
        }
        forms = Set(texts).map { Data($0.utf8) }
    }

    /// Whether `data` holds it in some form.
    func isIn(_ data: Data) -> Bool { forms.contains { data.range(of: $0) != nil } }

    /// Whether `text` holds it in some form.
    func isIn(_ text: String) -> Bool { isIn(Data(text.utf8)) }
}
