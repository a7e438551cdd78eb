public import Sodium

/// Replaces secrets in a response that is printed as it is otherwise.
///
/// It replaces known secrets, raw, percent-encoded and escaped as in JSON, and every value of
/// `access_token`: in JSON at any depth, in JSON inside strings, in URLs and in forms. All other
/// bytes stay the same.
///
/// For error messages, there is ``Redactor``: it also removes what only looks like a secret.
public struct SecretMask: Sendable {
    private let index: SecretIndex

    private static let placeholder = Array(Redactor.placeholder.utf8)

    /// Creates a mask for these secrets, except those with less than 8 bytes.
    public init(secrets: [SharedSecret]) {
        index = SecretIndex(secrets)
    }

    /// Returns the text with all secrets replaced by `[redacted]`.
    public func masked(_ text: [UInt8]) -> [UInt8] {
        let ranges = ranges(in: text)
        guard !ranges.isEmpty else { return text }
        var masked: [UInt8] = []
        masked.reserveCapacity(text.count)
        var end = 0
        for secret in ranges {
            masked += text[end..<secret.range.lowerBound]
            masked += secret.quote + Self.placeholder + secret.quote
            end = secret.range.upperBound
        }
        masked += text[end...]
        return masked
    }

    /// Returns the text with all secrets replaced by `[redacted]`.
    public func masked(_ text: String) -> String {
        String(decoding: masked(Array(text.utf8)), as: UTF8.self)
    }

    /// A part of a text to replace.
    struct Part {
        var range: Range<Int>
        /// What to put around the placeholder, because the part is not in quotation marks.
        var quote: [UInt8] = []
    }

    /// Returns the parts to replace, in order and without overlaps.
    private func ranges(in text: [UInt8]) -> [Part] {
        var found: [Part] = []
        index.forEachRange(in: text) { found.append(Part(range: $0)) }
        for layer in DecodedText.layers(of: text) {
            AccessTokenValues(in: layer).visit { value in
                let quote = value.quote.map { Array(text[layer.origin(of: $0..<$0 + 1)]) }
                found.append(Part(range: layer.origin(of: value.range), quote: quote ?? []))
            }
        }
        // The longest part comes first, with its quotation marks.
        found.sort { one, other in
            one.range.lowerBound != other.range.lowerBound
                ? one.range.lowerBound < other.range.lowerBound
                : one.range.upperBound > other.range.upperBound
        }
        var merged: [Part] = []
        for part in found {
            if let last = merged.last?.range, part.range.lowerBound < last.upperBound {
                let end = max(last.upperBound, part.range.upperBound)
                merged[merged.count - 1].range = last.lowerBound..<end
            } else {
                merged.append(part)
            }
        }
        return merged
    }
}
