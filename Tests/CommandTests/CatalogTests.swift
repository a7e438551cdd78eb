import Entries
import Foundation
import Testing

@testable import Console
@testable import tokenvault_main

/// The message catalog is complete, and each message follows the rules for messages.
@Suite struct CatalogTests {
    /// Other programs that a hint may suggest.
    private static let otherPrograms: Set = [
        "cat", "chmod", "chown", "cp", "curl", "ls", "mv", "rm", "sudo", "timedatectl", "ulimit",
        "unset",
    ]
    /// What a message may begin with, other than a lowercase letter or a value.
    private static let names = ["Meta ", "Meta's ", "HTTPS_PROXY "]
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private let items = MessageCatalog.items
    /// The failures of all samples.
    private let failures = MessageCatalog.types.flatMap { Self.failures(of: $0) }

    init() throws {
        // Without any items, the tests would prove nothing.
        try #require(items.count > 50)
    }

    private static func failures<M: Message>(of type: M.Type) -> [Failure] {
        M.samples.map(\.failure)
    }

    @Test func `each ID belongs to one message and has a sample`() {
        #expect(Set(items.map(\.id)).count == items.count)
        for item in items {
            #expect(!item.failures.isEmpty, "no sample: \(item.id)")
            let isName = item.id.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+){0,4}/) != nil
            #expect(isName, "\(item.id)")
        }
        let known = Set(items.map(\.id))
        for failure in failures {
            #expect(known.contains(failure.id), "not of any type: \(failure.message)")
        }
    }

    @Test func `each message type is listed`() throws {
        let listed = MessageCatalog.types.map { String(reflecting: $0) }
        var found = 0
        for target in ["Console", "tokenvault-main"] {
            let folder = Self.repository.appending(path: "Sources/\(target)").path
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
            where path.hasSuffix(".swift") {
                let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
                let declared =
                    #/(?:enum|struct|class|extension) ([A-Za-z.]+): [A-Za-z, ]*\bMessage\b/#
                for type in text.matches(of: declared).map(\.1) {
                    found += 1
                    #expect(listed.contains { $0.hasSuffix(".\(type)") }, "not listed: \(type)")
                }
            }
        }
        #expect(found == listed.count)
    }

    @Test func `each ID has a paragraph in the manual, and each paragraph has an ID`() throws {
        let folder = Self.repository.appending(path: "Scripts/errors.d").path
        let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
        let expected = Set(items.map { "\($0.id).mdoc" })
        #expect(expected.subtracting(files).sorted() == [])
        #expect(files.subtracting(expected).sorted() == [])
    }

    @Test func `a message is one line, begins with a lowercase letter and has no trailing period`()
    {
        for message in failures.map(\.message) {
            let text = message.text
            let isClean = text.unicodeScalars.allSatisfy {
                ![.control, .lineSeparator, .paragraphSeparator].contains(
                    $0.properties.generalCategory)
            }
            #expect(!text.isEmpty && isClean && !text.hasSuffix(".") && !text.hasPrefix(" "))
            guard case .words(let words)? = message.parts.first else { continue }
            let beginsWell =
                words.first?.isUppercase == false || Self.names.contains(where: text.hasPrefix)
            #expect(beginsWell, "\(text)")
        }
    }

    @Test func `each hint is a valid command`() throws {
        let hints = Set(failures.compactMap(\.hint))
        try #require(hints.count > 10)
        for hint in hints.map(\.text) {
            let program = String(hint.prefix { $0 != " " })
            guard program == "tokenvault" else {
                #expect(Self.otherPrograms.contains(program), "\(hint)")
                continue
            }
            // Redirections are not arguments.
            let words = hint.replacing(#/ \d+<\s*\S+/#, with: "").split(separator: " ")
            #expect(throws: Never.self, "\(hint)") {
                try CommandLineParsing.command(for: words.dropFirst().map(String.init))
            }
        }
    }

    @Test func `the dump for the manual has a line for each form of a message, with placeholders`()
        throws
    {
        let lines = MessageCatalog.dump.split(separator: "\n")
        #expect(Set(lines).count == lines.count)
        for line in [
            "message\t66\tno-vault\tno vault at \tpath\t", "hint\tno-vault\ttokenvault init",
            "message\t2\tstored-token-expired\t\tref\t expired \ttime\t ago",
            "message\t2\tstored-token-expired\t\tref\t has expired",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }
}
