public import Sodium

/// Removes secrets from texts that came from Meta or a library: Meta repeats tokens and app secrets in
/// its error messages.
///
/// Known secrets are looked for in the letters and digits of the text alone, so that no separator,
/// invisible character, accent, escape or change of case hides one. What merely looks like a secret is
/// looked for in the text as a person reads it, where words stay words.
public struct Redactor: Sendable {
    private let secrets: [SharedSecret]

    /// What replaces a secret.
    public static let mark = "[redacted]"
    /// The most bytes of a text that are looked at and kept.
    public static let limit = 2048

    /// A redactor that knows these secrets, besides everything that looks like one.
    public init(secrets: [SharedSecret]) {
        self.secrets = secrets
    }

    /// `text` on one line, cut to `limit`, without secrets and without control characters.
    public func redacted(_ text: String) -> String {
        let wasCut = text.utf8.count > Self.limit
        let folded = FoldedText(wasCut ? text.prefix(bytes: Self.limit) : text)
        var isSecret = [Bool](repeating: false, count: folded.scalars.count)
        var places = folded.suspiciousPlaces
        for secret in secrets where secret.count >= 4 {
            places += SecretForms(secret.withBytes { Array(copying: $0) })
                .places(in: folded, wasCut: wasCut)
        }
        for index in places.joined() { isSecret[index] = true }
        // What combines with the last letter would combine with the mark.
        for index in isSecret.indices.dropFirst()
        where isSecret[index - 1] && folded.scalars[index].isInvisible { isSecret[index] = true }

        var line = String.UnicodeScalarView()
        for (index, scalar) in folded.scalars.enumerated() {
            guard isSecret[index] else {
                line.append(scalar)
                continue
            }
            if index == 0 || !isSecret[index - 1] { line += Self.mark.unicodeScalars }
        }
        return String(line).split(whereSeparator: { $0.isWhitespace || $0.isControl })
            .joined(separator: " ") + (wasCut ? "…" : "")
    }
}

/// What a known secret looks like in a folded text.
private struct SecretForms {
    /// The secret itself, in hexadecimal and in base64 at each place within three bytes, all reduced to
    /// letters and digits.
    private var letters: [[UInt8]] = []
    /// The secret as it is read: all there is to look for if it has too few letters and digits to be told
    /// from ordinary words.
    private let exact: [UInt8]

    private static let leastLetters = 8

    init(_ secret: [UInt8]) {
        let folded = FoldedText(String(decoding: secret, as: UTF8.self))
        exact = folded.readable.bytes
        guard folded.letters.bytes.count >= Self.leastLetters else { return }
        letters = [folded.letters.bytes, Array(hexadecimal(secret).utf8)]
        for shift in 0..<3 {
            let encoded = Base64.encode((Array(repeating: 0, count: shift) + secret).span)
            // The letters at the ends depend on what is next to the secret.
            let own = encoded.dropFirst(shift == 0 ? 0 : shift + 1).dropLast(2)
            letters.append(FoldedText(String(decoding: own, as: UTF8.self)).letters.bytes)
        }
    }

    /// Where the text has the secret; also where it has the beginning of it, if it was cut there.
    func places(in text: FoldedText, wasCut: Bool) -> [Range<Int>] {
        text.readable.places(of: exact)
            + letters.flatMap { form in
                let tail = wasCut ? text.letters.tail(beginning: form, atLeast: 4) : nil
                return text.letters.places(of: form) + (tail.map { [$0] } ?? [])
            }
    }
}

extension Character {
    /// A character that a terminal obeys instead of showing it, or that hides others.
    var isControl: Bool {
        unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}

extension GraphRequest {
    /// A name, a category or the like as Meta sent it, without the secrets that the call was made with.
    ///
    /// Nothing else in it is changed: people may name things as they like.
    func redactedName(_ name: String) -> String {
        let secrets = secrets.filter { $0.count >= 8 }
        // Most names are shorter than any secret.
        guard let shortest = secrets.map(\.count).min(), name.utf8.count >= shortest else {
            return name
        }
        let folded = FoldedText(name)
        let isClean = secrets.allSatisfy { secret in
            SecretForms(secret.withBytes { Array(copying: $0) })
                .places(in: folded, wasCut: false).isEmpty
        }
        return isClean ? name : Redactor(secrets: secrets).redacted(name)
    }
}
