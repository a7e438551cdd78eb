import Sodium
import Testing

@testable import Platform

// What keys do at a prompt. Other tests run the program and check that they do it on a terminal.
@Suite struct KeyDecoderTests {
    private func keys(_ bytes: [UInt8]) -> [KeyDecoder.Key] {
        var decoder = KeyDecoder(KeyDecoder.Bindings())
        return bytes.compactMap { decoder.key(for: $0) }
    }

    private func line(_ bytes: [UInt8], limit: Int = 1024) -> [UInt8] {
        var line = TypedLine(limit: limit)
        for key in keys(bytes) { line.apply(key) }
        return line.text.withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }

    @Test func `any bytes can be decoded, and the interrupt key always works`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<40)).map { _ in
                // Mostly bytes that sequences consist of.
                Bool.random()
                    ? "\u{1B}[O]P;0123~\\\u{07}\u{0D}M".utf8.randomElement() ?? 0
                    : UInt8.random(in: 0...255, using: &generator)
            }
            // Ctrl-V takes the next byte literally.
            guard bytes.last != 0x16 else { continue }
            #expect(keys(bytes + [0x03]).last == .signal(2), "\(bytes)")
        }
    }

    @Test func `Enter ends any unfinished sequence`() {
        for begun in ["", "\u{1B}", "\u{1B}[", "\u{1B}[1;", "\u{1B}O", "\u{1B}]11;rgb", "\u{1B}P"] {
            #expect(keys(Array(begun.utf8) + [0x0D]) == [.enter], "\(begun.debugDescription)")
        }
    }

    @Test func `bytes that arrive later count as typed`() {
        let escape: UInt8 = 0x1B
        let beginnings: [[UInt8]] = [
            [escape], [escape, 0x5B], Array("\u{1B}]11".utf8), Array("\u{1B}[M".utf8),
            [escape, 0xC3], Array("\u{1B}[200~".utf8),
        ]
        for begun in beginnings {
            var decoder = KeyDecoder(KeyDecoder.Bindings())
            for byte in begun { #expect(decoder.key(for: byte) == nil) }
            decoder.abandon()
            #expect(decoder.key(for: UInt8(ascii: "x")) == .byte(UInt8(ascii: "x")))
            #expect(decoder.key(for: 0x0D) == .enter)
        }
    }

    @Test func `a disabled interrupt key has no effect, and Ctrl-W always erases a word`() {
        var bindings = KeyDecoder.Bindings()
        bindings.interrupt = -1
        bindings.eraseWord = -1
        var decoder = KeyDecoder(bindings)
        #expect(decoder.key(for: 0x03) == nil)
        #expect(decoder.key(for: 0x17) == .eraseWord)
    }

    @Test(arguments: [
        // é, €, an emoji, whole and in parts; Latin-1; overlong forms and surrogates, which are not
        // characters.
        ([0x61, 0xC3, 0xA9], [0x61]), ([0x61, 0xE2, 0x82, 0xAC], [0x61]),
        ([0x61, 0xF0, 0x9F, 0xA5, 0x90], [0x61]), ([0x61, 0xA9], [0x61]),
        ([0x61, 0xA9, 0xA9], [0x61, 0xA9]), ([0x61, 0xC3], [0x61]), ([0x61, 0xE9], [0x61]),
        ([0xE2, 0x82], [0xE2]), ([0xC0, 0xAF], [0xC0]), ([0xED, 0xA0, 0x80], [0xED, 0xA0]),
        ([0xC3, 0xA9, 0xA9], [0xC3, 0xA9]), ([], []), ([0x61], []),
    ])
    func `erase removes one character, or one byte that is not part of any`(
        _ typed: [UInt8], _ left: [UInt8]
    ) {
        #expect(line(typed + [0x7F]) == left)
        #expect(line(typed + [0x08]) == left)
    }

    @Test func `words and lines are erased from the end`() {
        #expect(line(Array("one two  \u{17}".utf8)) == Array("one ".utf8))
        #expect(line(Array("one\u{17}\u{17}".utf8)) == [])
        #expect(line(Array("one two\u{15}three".utf8)) == Array("three".utf8))
    }

    @Test func `a line that was too long stays invalid until it is erased`() {
        var line = TypedLine(limit: 3)
        for byte in "abcd".utf8 { line.apply(.byte(byte)) }
        line.apply(.erase)
        let (isTooLong, count) = (line.isTooLong, line.count)
        #expect(isTooLong && count == 2)
        line.apply(.eraseLine)
        let (isStillTooLong, left) = (line.isTooLong, line.count)
        #expect(!isStillTooLong && left == 0)
    }

    @Test func `a line break inside a paste makes several lines, one at its end does not`() {
        var line = TypedLine(limit: 8)
        for key in keys(Array("\u{1B}[200~a\r\n\u{1B}[201~".utf8)) { line.apply(key) }
        let (hasSeveralLines, count) = (line.hasSeveralLines, line.count)
        #expect(!hasSeveralLines && count == 1)
        line.apply(.byte(0x62))
        let hasThen = line.hasSeveralLines
        #expect(hasThen)
    }
}
