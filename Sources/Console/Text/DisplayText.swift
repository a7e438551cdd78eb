import JSON

/// Text on its way to a terminal.
package enum DisplayText {
    /// `text` on one line, without what a terminal would obey: names come from Meta, where anyone may
    /// have chosen them.
    package static func clean(_ text: String) -> String {
        if isPrintableASCII(text) { return text }
        return String(
            text.map { character in
                character.unicodeScalars.contains(where: \.isTerminalControl) || isPile(character)
                    ? "\u{FFFD}" : character
            })
    }

    /// Whether a letter has so many marks that they cover the lines around it.
    private static func isPile(_ character: Character) -> Bool {
        character.unicodeScalars.count { $0.properties.generalCategory == .nonspacingMark } > 6
    }

    /// How many columns `text` takes: two for the wide characters of East Asia and emoji.
    package static func columns(of text: String) -> Int {
        if isPrintableASCII(text) { return text.utf8.count }
        return text.reduce(0) { $0 + columns(of: $1) }
    }

    /// The most common case by far, which needs no look at each character's properties.
    private static func isPrintableASCII(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices where !(0x20...0x7E).contains(bytes[index]) { return false }
        return true
    }

    /// `text`, cut to `limit` columns with an ellipsis at the end where it is longer.
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

/// A path as it is shown to a person.
package func shown(_ path: String) -> String { DisplayText.clean(path) }
