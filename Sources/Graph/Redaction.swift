public import Sodium

/// Removes secrets from texts that come from Meta or a library.
///
/// Meta repeats tokens and app secrets in its error messages. Known secrets are matched against
/// only the letters and digits of the text, so that no separator, invisible character, accent,
/// escape or change of case hides one. Text that merely looks like a secret is matched in the form
/// that a person reads, in which words remain separate.
public struct Redactor: Sendable {
    private let secrets: [SharedSecret]

    /// The text that replaces a secret.
    public static let placeholder = "[redacted]"
    /// The maximum number of bytes of a text to process and keep.
    public static let limit = 2048

    /// Creates a redactor that removes these secrets and everything that looks like a secret.
    public init(secrets: [SharedSecret]) {
        self.secrets = secrets
    }

    /// Returns `text` on one line, truncated to `limit`, without secrets and control characters.
    public func redacted(_ text: String) -> String {
        let wasCut = text.utf8.count > Self.limit
        let folded = FoldedText(wasCut ? text.prefix(bytes: Self.limit) : text)
        var isSecret = [Bool](repeating: false, count: folded.scalars.count)
        var ranges = folded.suspiciousRanges
        for secret in secrets where secret.count >= 4 {
            ranges += SecretForms(secret.withBytes { Array(copying: $0) })
                .ranges(in: folded, wasCut: wasCut)
        }
        for index in ranges.joined() { isSecret[index] = true }
        // A combining mark after a secret would otherwise combine with the placeholder.
        for index in isSecret.indices.dropFirst()
        where isSecret[index - 1] && folded.scalars[index].isInvisible { isSecret[index] = true }

        var line = String.UnicodeScalarView()
        for (index, scalar) in folded.scalars.enumerated() {
            guard isSecret[index] else {
                line.append(scalar)
                continue
            }
            if index == 0 || !isSecret[index - 1] { line += Self.placeholder.unicodeScalars }
        }
        return String(line).split(whereSeparator: { $0.isWhitespace || $0.isControl })
            .joined(separator: " ") + (wasCut ? "…" : "")
    }
}

/// The forms in which a known secret may occur in a folded text.
private struct SecretForms {
    /// The secret as it is, in hexadecimal, and in base64 at each of the three possible byte
    /// offsets, all reduced to letters and digits.
    private var letters: [[UInt8]] = []
    /// The secret in its readable form.
    ///
    /// This is the only form to search for if the secret has too few letters and digits to be
    /// distinguished from ordinary words.
    private let exact: [UInt8]

    private static let minLetters = 8

    init(_ secret: [UInt8]) {
        let folded = FoldedText(String(decoding: secret, as: UTF8.self))
        exact = folded.readable.bytes
        guard folded.letters.bytes.count >= Self.minLetters else { return }
        letters = [folded.letters.bytes, Array(hexadecimal(secret).utf8)]
        for shift in 0..<3 {
            let encoded = Base64.encode((Array(repeating: 0, count: shift) + secret).span)
            // The first and last characters depend on the bytes next to the secret.
            let own = encoded.dropFirst(shift == 0 ? 0 : shift + 1).dropLast(2)
            letters.append(FoldedText(String(decoding: own, as: UTF8.self)).letters.bytes)
        }
    }

    /// Returns the ranges of the secret in the text.
    ///
    /// If the text was cut, this includes the beginning of a secret at its end.
    func ranges(in text: FoldedText, wasCut: Bool) -> [Range<Int>] {
        text.readable.ranges(of: exact)
            + letters.flatMap { form in
                let tail = wasCut ? text.letters.truncatedRange(of: form, atLeast: 4) : nil
                return text.letters.ranges(of: form) + (tail.map { [$0] } ?? [])
            }
    }
}

extension Character {
    /// Whether a terminal interprets the character instead of showing it, or it hides others.
    var isControl: Bool {
        unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}

/// Removes the secrets of a call from names, categories and similar texts in its response.
///
/// Nothing else is changed, because users may choose any name.
struct NameRedactor {
    private let secrets: [SharedSecret]
    private let forms: [SecretForms]
    private let shortest: Int

    /// Creates a redactor, for one response.
    init(_ request: GraphRequest) {
        secrets = request.secrets.filter { $0.count >= 8 }
        forms = secrets.map { SecretForms($0.withBytes { Array(copying: $0) }) }
        shortest = secrets.map(\.count).min() ?? .max
    }

    /// Returns the name without secrets.
    func redacted(_ name: String) -> String {
        // Most names are shorter than any secret.
        guard name.utf8.count >= shortest else { return name }
        let folded = FoldedText(name)
        let isClean = forms.allSatisfy { $0.ranges(in: folded, wasCut: false).isEmpty }
        return isClean ? name : Redactor(secrets: secrets).redacted(name)
    }
}
