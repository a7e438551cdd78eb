import Testing

@testable import Console
@testable import tokenvault_main

@Suite struct DisplayTextTests {
    @Test(arguments: [
        ("Fake Café", "Fake Café"), ("日本語 🥐 👩‍👩‍👧 مخبز", "日本語 🥐 👩‍👩‍👧 مخبز"),
        ("a\u{1B}[31mb", "a\u{FFFD}[31mb"), ("a\nb\r\nc\td", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d"),
        ("\u{202E}abc\u{202C}", "\u{FFFD}abc\u{FFFD}"), ("a\u{2066}b", "a\u{FFFD}b"),
        ("a\u{200B}b\u{200E}c\u{FEFF}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}"),
        ("a\u{7F}b\u{9B}31m", "a\u{FFFD}b\u{FFFD}31m"),
        ("a\u{2028}b\u{2029}", "a\u{FFFD}b\u{FFFD}"),
        ("a\u{0}", "a\u{FFFD}"), ("", ""),
    ])
    func `characters that control a terminal are replaced`(text: String, clean: String) {
        #expect(DisplayText.clean(text) == clean)
    }

    @Test func `every control character is replaced`() {
        for value in (0...0x1F).map({ UInt32($0) }) + (0x7F...0x9F).map({ UInt32($0) }) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            #expect(DisplayText.clean("a\(Character(scalar))b") == "a\u{FFFD}b")
        }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("Café", 4), ("Cafe\u{301}", 4), ("日本", 4), ("한국", 4), ("ｆｕ", 4),
        ("🥐", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2), ("مخبز", 4), ("e\u{301}\u{302}", 1),
    ])
    func `the width of a text is counted in columns`(text: String, columns: Int) {
        #expect(DisplayText.columns(of: text) == columns)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("", 3, ""),
        ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 3, "日…"),
        ("日本語", 2, "…"), ("Cafe\u{301} x", 5, "Cafe\u{301}…"), ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"),
    ])
    func `a long text is cut with an ellipsis, never inside a character`(
        text: String, limit: Int, cut: String
    ) {
        #expect(DisplayText.cut(text, to: limit) == cut)
        #expect(DisplayText.columns(of: DisplayText.cut(text, to: limit)) <= limit)
    }
}
