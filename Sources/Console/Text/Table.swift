/// A table with aligned columns that fits the width of the terminal.
package struct Table {
    package struct Column {
        package let title: String
        /// Whether the column may shrink if the terminal is too narrow.
        package var canShrink = false
        /// Whether the column may be omitted if shrinking is not enough; the last one goes first.
        package var canGo = false
        /// Adds color to a cell without changing its width.
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
    private static let minimumWidth = 11
    /// The width up to which cells are padded when there is no terminal.
    ///
    /// Nothing is truncated then, but one long cell must not pad all others in its column.
    private static let maximumPadding = 200

    /// Returns the lines of the table.
    ///
    /// `width` is the width of the terminal, or `nil` if there is no terminal and lines may have
    /// any length.
    package func lines(width: Int?) -> [String] {
        if let width, let table = withoutLastOptionalColumn(for: width) {
            return table.lines(width: width)
        }
        let texts = rows.map { $0.map(DisplayText.clean) }
        var widths = widest(texts)
        if let width {
            shrink(&widths, to: width)
        } else {
            widths = widths.map { min($0, Self.maximumPadding) }
        }
        let title = line(columns.map(\.title), widths, width: width, isPainted: false)
        return [title] + texts.map { line($0, widths, width: width, isPainted: true) }
    }

    /// Returns the width of the widest cell in each column.
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
        // Appending bytes takes a quarter of the time of appending to a string.
        var line: [UInt8] = []
        line.reserveCapacity(256)
        var taken = 0
        for (column, text) in row.enumerated() {
            let isWhole = widths[column] == Self.maximumPadding
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
        // Without color, because truncation might split an escape sequence.
        let plain = self.line(row, widths, width: nil, isPainted: false)
        return DisplayText.cut(plain, to: width)
    }

    /// Returns the table without its last optional column, or `nil` if it has none or fits after
    /// shrinking.
    private func withoutLastOptionalColumn(for width: Int) -> Table? {
        guard let last = columns.lastIndex(where: \.canGo) else { return nil }
        let minimumWidths = zip(columns, widest(rows)).map { column, widest in
            column.canShrink ? min(widest, Self.minimumWidth) : widest
        }
        guard minimumWidths.reduce(Self.gap * (columns.count - 1), +) > width else { return nil }
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
        // The widest column shrinks first, so that narrow ones stay complete as long as possible.
        while excess() > 0,
            let widest = columns.indices.filter({
                columns[$0].canShrink && widths[$0] > Self.minimumWidth
            }).max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
        }
    }
}
