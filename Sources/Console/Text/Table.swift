/// Rows with columns under each other, as wide as the terminal at the most.
package struct Table {
    package struct Column {
        package let title: String
        /// Whether it gives way where the terminal is too narrow.
        package var canShrink = false
        /// Whether it goes altogether where even that is not enough; the last of them goes first.
        package var canGo = false
        /// Adds colour to a cell, which takes no room.
        package var paint: (String) -> String = { $0 }

        package init(
            title: String, canShrink: Bool = false, canGo: Bool = false,
            paint: @escaping (String) -> String = { $0 }
        ) {
            self.title = title
            self.canShrink = canShrink
            self.canGo = canGo
            self.paint = paint
        }
    }

    package var columns: [Column]
    package var rows: [[String]] = []

    package init(
        columns: [Column], rows: [[String]] = []
    ) {
        self.columns = columns
        self.rows = rows
    }

    private static let gap = 2
    private static let leastWidth = 11
    /// Without a terminal nothing is cut; but one long cell must not fill up all others of its column.
    private static let mostPadding = 200

    /// The lines; `width` is the terminal's, nil where there is none and lines may be of any length.
    package func lines(width: Int?) -> [String] {
        if let width, let table = withoutLastOptionalColumn(for: width) {
            return table.lines(width: width)
        }
        let texts = rows.map { $0.map(DisplayText.clean) }
        var widths = widest(texts)
        if let width {
            shrink(&widths, to: width)
        } else {
            widths = widths.map { min($0, Self.mostPadding) }
        }
        let title = line(columns.map(\.title), widths, width: width, isPainted: false)
        return [title] + texts.map { line($0, widths, width: width, isPainted: true) }
    }

    /// The columns that the widest cell of each column takes.
    private func widest(_ rows: [[String]]) -> [Int] {
        var widths = columns.map { DisplayText.columns(of: $0.title) }
        for row in rows {
            for (column, text) in row.enumerated() {
                widths[column] = max(widths[column], DisplayText.columns(of: text))
            }
        }
        return widths
    }

    private func line(
        _ row: [String], _ widths: [Int], width: Int?, isPainted: Bool
    ) -> String {
        // Bytes, which take a quarter of the time of strings that grow.
        var line: [UInt8] = []
        line.reserveCapacity(256)
        var taken = 0
        for (column, text) in row.enumerated() {
            let isWhole = widths[column] == Self.mostPadding
            let cut = isWhole ? text : DisplayText.cut(text, to: widths[column])
            let width = DisplayText.columns(of: cut)
            line += (isPainted ? columns[column].paint(cut) : cut).utf8
            taken += width
            guard column < row.count - 1 else { break }
            let room = max(widths[column] - width + Self.gap, 1)
            line += repeatElement(UInt8(ascii: " "), count: room)
            taken += room
        }
        while line.last == UInt8(ascii: " ") { line.removeLast() }
        guard let width, taken > width else { return String(decoding: line, as: UTF8.self) }
        // Colour is left out where it might be cut in two.
        let plain = self.line(row, widths, width: nil, isPainted: false)
        return DisplayText.cut(plain, to: width)
    }

    /// The table less one column, where it is too wide even when all that can shrink has done so.
    private func withoutLastOptionalColumn(for width: Int) -> Table? {
        guard let last = columns.lastIndex(where: \.canGo) else { return nil }
        let least = zip(columns, widest(rows)).map { column, widest in
            column.canShrink ? min(widest, Self.leastWidth) : widest
        }
        guard least.reduce(Self.gap * (columns.count - 1), +) > width else { return nil }
        var narrower = self
        narrower.columns.remove(at: last)
        narrower.rows = rows.map { row in
            var row = row
            row.remove(at: last)
            return row
        }
        return narrower
    }

    private func shrink(_ widths: inout [Int], to width: Int) {
        func excess() -> Int {
            widths.reduce(Self.gap * (columns.count - 1), +) - width
        }
        // The widest gives way first, so that short columns stay whole as long as possible.
        while excess() > 0,
            let widest = columns.indices.filter({
                columns[$0].canShrink && widths[$0] > Self.leastWidth
            }).max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
        }
    }
}
