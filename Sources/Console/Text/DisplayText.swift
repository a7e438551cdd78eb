import JSON

/// Functions for text that is shown on a terminal.
package enum DisplayText {
    /// Returns `text` on one line and without control characters for the terminal.
    ///
    /// Names come from Meta, where anyone may have chosen them.
    package static func clean(_ text: String) -> String {
        if isPrintableASCII(text) { return text }
        return String(
            text.map { character in
                character.unicodeScalars.contains(where: \.isTerminalControl)
                    || hasStackedMarks(character)
                    ? "\u{FFFD}" : character
            })
    }

    /// Returns whether a character has so many combining marks that they cover other lines.
    private static func hasStackedMarks(_ character: Character) -> Bool {
        character.unicodeScalars.count { $0.properties.generalCategory == .nonspacingMark } > 6
    }

    /// Returns the number of columns that `text` occupies: two for each East Asian wide character
    /// or emoji.
    package static func columns(of text: String) -> Int {
        if isPrintableASCII(text) { return text.utf8.count }
        return text.reduce(0) { $0 + columns(of: $1) }
    }

    /// Returns whether `text` is printable ASCII, which is by far the most common case and spares
    /// looking up the properties of each character.
    private static func isPrintableASCII(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices where !(0x20...0x7E).contains(bytes[index]) { return false }
        return true
    }

    /// Returns `text`, truncated with an ellipsis if it is longer than `limit` columns.
    package static func cut(_ text: String, to limit: Int) -> String {
        guard columns(of: text) > limit else { return text }
        var kept = ""
        var used = 0
        for character in text {
            let width = columns(of: character)
            guard used + width < limit else { break }
            kept.append(character)
            used += width
        }
        return kept + "…"
    }

    private static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation
            || character.unicodeScalars.contains(where: { $0.value == 0xFE0F })
        {
            return 2
        }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default:
            return first.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}

/// Returns a path as it is shown to the user.
package func shown(_ path: String) -> String { DisplayText.clean(path) }
