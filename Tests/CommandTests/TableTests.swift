import Testing

@testable import Console
@testable import tokenvault_main

@Suite struct TableTests {
    private func table(_ rows: [[String]]) -> Table {
        Table(
            columns: [
                Table.Column(title: "ENTRY"), Table.Column(title: "NAME", canShrink: true),
                Table.Column(title: "WHAT", canShrink: true),
            ], rows: rows)
    }

    @Test func `columns are aligned, whatever the width of their characters`() {
        let lines = table([["page:1", "日本", "x"], ["page:22", "Café", "y"]]).lines(width: nil)
        #expect(
            lines == [
                "ENTRY    NAME  WHAT", "page:1   日本  x", "page:22  Café  y",
            ])
    }

    @Test func `lines have no trailing spaces`() {
        #expect(table([["page:1", "", ""]]).lines(width: nil) == ["ENTRY   NAME  WHAT", "page:1"])
    }

    @Test func `without a terminal nothing is cut`() {
        let name = String(repeating: "n", count: 500)
        let lines = table([["page:1", name, "x"]]).lines(width: nil)
        #expect(lines.last?.contains(name) == true)
    }

    @Test func `one long cell does not pad all the others to its width`() {
        let name = String(repeating: "n", count: 60_000)
        let rows = [["page:1", name, "x"]] + (1...100).map { ["page:\($0)", "n", "x"] }
        let lines = table(rows).lines(width: nil)
        #expect(lines.joined().utf8.count < 100_000)
        #expect(lines[2].hasSuffix(String(repeating: " ", count: 199) + "  x"))
    }

    @Test func `the widest column that can shrink shrinks first`() {
        let lines = table([
            ["page:1", String(repeating: "n", count: 30), "0123456789"]
        ]).lines(width: 36)
        #expect(lines.last == "page:1  nnnnnnnnnnnnnnn…  0123456789")
    }

    @Test func `columns that cannot shrink stay whole, and lines are cut as a last resort`() {
        let lines = table([["page:1020000000000001", "name name", "what what"]]).lines(width: 24)
        #expect(lines.last == "page:1020000000000001  …")
    }

    @Test(arguments: 1...120)
    func `a line is never wider than the terminal`(width: Int) {
        let rows = [
            ["page:1020000000000001", "Fake 日本語 👩‍👩‍👧 Café", "ADVERTISE ANALYZE"],
            ["user:9", "مخبز", "e\u{301}"],
        ]
        for line in table(rows).lines(width: width) {
            #expect(DisplayText.columns(of: line) <= width)
        }
    }

    @Test func `control characters in cells are replaced`() {
        let lines = table([["page:1", "a\nb\u{1B}[2J", "x"]]).lines(width: nil)
        #expect(lines.count == 2)
        #expect(lines.last == "page:1  a\u{FFFD}b\u{FFFD}[2J  x")
    }

    @Test func `a column that may be dropped is dropped before others are cut`() {
        let columns = [
            Table.Column(title: "ENTRY"), Table.Column(title: "NAME", canShrink: true, canGo: true),
            Table.Column(title: "EXPIRES", canShrink: true),
        ]
        let table = Table(
            columns: columns, rows: [["page:1", "a long name of a page", "2027-01-20"]])
        #expect(table.lines(width: 40).last == "page:1  a long name of a pa…  2027-01-20")
        #expect(table.lines(width: 20).last == "page:1  2027-01-20")
    }
}
