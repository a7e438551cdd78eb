import Sharing
import Testing

/// The value of a head in the store.
@Suite struct HeadLineTests {
    private static let set = "7-000102030405060708090a0b0c0d0e0f"

    private func line(of file: [UInt8]) -> HeadLine {
        HeadLine(
            of: file, generation: 7, epoch: 2, mac: Array(1...32), nonce: Array(33...64),
            partSet: Self.set)
    }

    @Test func aSmallFileFollowsTheLine() throws {
        let file = Array("tokenvault/1\nbytes\n\0\n".utf8)
        let value = line(of: file).value(with: file)
        let parsed = try HeadLine.parse(value)
        #expect(parsed.line == line(of: file) && parsed.file == file)
        #expect(parsed.line.parts.isEmpty && parsed.line.describes(file))
        #expect(!parsed.line.describes(Array(file.reversed())))
    }

    @Test(arguments: [1 << 20, 1 << 20 + 1, 3 << 20])
    func aLargeFileIsInParts(size: Int) throws {
        let file = [UInt8](repeating: 7, count: size)
        let line = line(of: file)
        let value = line.value(with: file)
        #expect(value.count <= StoredHead.valueLimit)
        #expect(line.parts.count == (size > 1 << 20 ? (size - 1) >> 20 + 1 : 0))
        #expect(
            line.parts.flatMap { HeadLine.part($0.number, of: file) }
                == (line.parts.isEmpty ? [] : file))
        #expect(try HeadLine.parse(value).line == line)
    }

    @Test func laterFormatsAndKeys() throws {
        let text = String(decoding: line(of: [1]).value(with: []), as: UTF8.self)
        let later = text.replacing("\"format\":1,", with: "\"format\":2,")
        #expect(throws: HeadLine.Fault.laterFormat) { try HeadLine.parse(Array(later.utf8)) }
        let more = text.replacing("\"format\":1,", with: "\"format\":1,\"later\":[{}],")
        #expect(try HeadLine.parse(Array(more.utf8) + [1]).line == line(of: [1]))
    }

    @Test(arguments: [
        "", "\n", "{}\n", "{\"format\":1}\n", "[]\n", "x", "{\"format\":1,\"format\":1}\n",
    ])
    func malformed(text: String) {
        #expect(throws: HeadLine.Fault.malformed) { try HeadLine.parse(Array(text.utf8)) }
    }

    @Test(arguments: [
        ("\"generation\":7", "\"generation\":0"), ("\"generation\":7", "\"generation\":7.0"),
        ("\"generation\":7", "\"generation\":9223372036854775808"),
        ("\"epoch\":2", "\"epoch\":-2"), ("\"length\":1", "\"length\":2"),
        ("\"length\":1", "\"length\":16777217"), ("\"mac\":\"AQ", "\"mac\":\"A"),
        ("\"length\":1", "\"length\":1,\"parts\":\"7-00\""),
        ("\"length\":1", "\"length\":1,\"parts\":\"../head\""),
    ])
    func malformedValues(of part: String, replacedBy other: String) {
        let text = String(decoding: line(of: [1]).value(with: []), as: UTF8.self)
        #expect(text.contains(part))
        let value = Array(text.replacing(part, with: other).utf8) + [1]
        #expect(throws: HeadLine.Fault.malformed) { try HeadLine.parse(value) }
    }
}
