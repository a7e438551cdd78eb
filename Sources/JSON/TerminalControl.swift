extension Unicode.Scalar {
    /// Whether a terminal would interpret the scalar, or the scalar would hide or reorder others.
    public var isTerminalControl: Bool {
        switch value {
        // Joiners and variation selectors are part of emoji, and of letters in some scripts.
        case 0x200C, 0x200D, 0xFE00...0xFE0F: return false
        // The Braille pattern without dots, which looks like a space.
        case 0x2800: return true
        default: break
        }
        switch properties.generalCategory {
        case .control, .surrogate, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            return true
        // Format characters can reorder or hide text.
        case .format: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }

    /// A `\u` escape with four digits for each UTF-16 unit of the scalar.
    public var jsonEscape: String {
        (UTF16.encode(self)?.map { $0 } ?? []).map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
