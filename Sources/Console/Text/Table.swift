/// A table with aligned columns that fits the width of the terminal.
package struct Table {
    package struct Column {
        package let title: String
        /// Whether the column may shrink if the terminal is too narrow.
        package var canShrink = false
        /// Whether the column may be omitted if shrinking is not enough; the last one goes first.
        package var canGo = false
        /// Whether the column is left out.
        package var isHidden = false
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

    package var columns: [Column] {
        didSet { precondition(columns.count == oldValue.count) }
    }
    package var rows: [[String]] = []
    /// The width of the widest cell that was measured in each column.
    private var widest: [Int]

    package init(
        columns: [Column], rows: [[String]] = []
    ) {
        self.columns = columns
        self.rows = rows
        widest = columns.map { DisplayText.columns(of: $0.title) }
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
        var table = self
        for row in rows { table.measure(row) }
        let layout = table.layout(width: width)
        return [layout.title] + rows.map(layout.line)
    }

    /// Makes room for a row that need not be in `rows`: a table of any length takes little memory
    /// if its rows are measured first, and made again to print them.
    package mutating func measure(_ row: [String]) {
        for (column, text) in row.enumerated() {
            widest[column] = max(
                widest[column], DisplayText.columns(of: DisplayText.clean(text)))
        }
    }

    /// Returns how to print what was measured at the width of the terminal, or `nil` for any width.
    package func layout(width: Int?) -> Layout {
        var shown = columns.indices.filter { !columns[$0].isHidden }
        guard let width else {
            return Layout(
                columns: shown.map { columns[$0] }, indices: shown,
                widths: shown.map { min(widest[$0], Self.maximumPadding) }, width: nil)
        }
        func total(_ widths: [Int]) -> Int { widths.reduce(Self.gap * (widths.count - 1), +) }
        while let last = shown.lastIndex(where: { columns[$0].canGo }),
            total(
                shown.map {
                    columns[$0].canShrink ? min(widest[$0], Self.minimumWidth) : widest[$0]
                }) > width
        {
            shown.remove(at: last)
        }
        var widths = shown.map { widest[$0] }
        // The widest column shrinks first, so that narrow ones stay complete as long as possible.
        while total(widths) > width,
            let widest = widths.indices.filter({
                columns[shown[$0]].canShrink && widths[$0] > Self.minimumWidth
            }).max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
        }
        return Layout(
            columns: shown.map { columns[$0] }, indices: shown, widths: widths, width: width)
    }

    /// The columns to print, and their widths.
    package struct Layout {
        fileprivate let columns: [Column]
        /// The positions of their cells in a row.
        fileprivate let indices: [Int]
        fileprivate let widths: [Int]
        /// The width of the terminal.
        fileprivate let width: Int?

        /// The line with the titles.
        package var title: String { line(columns.map(\.title), width: width, isPainted: false) }

        /// Returns the line for a row.
        package func line(_ row: [String]) -> String {
            line(indices.map { DisplayText.clean(row[$0]) }, width: width, isPainted: true)
        }

        private func line(_ cells: [String], width: Int?, isPainted: Bool) -> String {
            // Appending bytes takes a quarter of the time of appending to a string.
            var line: [UInt8] = []
            line.reserveCapacity(256)
            var taken = 0
            for (column, text) in cells.enumerated() {
                let isWhole = widths[column] == Table.maximumPadding
                let cut = isWhole ? text : DisplayText.cut(text, to: widths[column])
                let width = DisplayText.columns(of: cut)
                line += (isPainted ? columns[column].paint(cut) : cut).utf8
                taken += width
                guard column < cells.count - 1 else { break }
                let room = max(widths[column] - width + Table.gap, 1)
                line += repeatElement(UInt8(ascii: " "), count: room)
                taken += room
            }
            while line.last == UInt8(ascii: " ") { line.removeLast() }
            guard let width, taken > width else { return String(decoding: line, as: UTF8.self) }
            // Without color, because truncation might split an escape sequence.
            let plain = self.line(cells, width: nil, isPainted: false)
            return DisplayText.cut(plain, to: width)
        }
    }
}
