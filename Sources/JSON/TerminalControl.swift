extension Unicode.Scalar {
    /// Whether a terminal would obey the scalar, or let it hide or turn around others.
    public var isTerminalControl: Bool {
        switch value {
        // Joiners and variation selectors are parts of emoji and of some scripts' letters.
        case 0x200C, 0x200D, 0xFE00...0xFE0F: return false
        // The pattern of Braille without dots, which looks like a space.
        case 0x2800: return true
        default: break
        }
        switch properties.generalCategory {
        case .control, .surrogate, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            return true
        // Format characters can turn text around or hide it.
        case .format: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }

    /// `\u` and four digits for each UTF-16 unit of the scalar.
    public var jsonEscape: String {
        (UTF16.encode(self)?.map { $0 } ?? []).map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
