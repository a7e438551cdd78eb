/// Rows with columns under each other, as wide as the terminal at the most.
struct Table {
    struct Column {
        let title: String
        /// Whether it gives way where the terminal is too narrow.
        var canShrink = false
        /// Whether it goes altogether where even that is not enough; the last of them goes first.
        var canGo = false
    }

    var columns: [Column]
    var rows: [[String]] = []

    private static let gap = 2
    private static let leastWidth = 11

    /// The lines; `width` is the terminal's, nil where there is none and lines may be of any length.
    func lines(width: Int?) -> [String] {
        if let width, let table = withoutLastOptionalColumn(for: width) {
            return table.lines(width: width)
        }
        let texts = rows.map { $0.map(DisplayText.clean) }
        var widths = columns.indices.map { column in
            (texts.map { $0[column] } + [columns[column].title]).map(DisplayText.columns(of:)).max()
                ?? 0
        }
        if let width { shrink(&widths, to: width) }
        return ([columns.map(\.title)] + texts).map { row in
            var line = ""
            for (column, text) in row.enumerated() {
                let cut = DisplayText.cut(text, to: widths[column])
                line += cut
                if column < row.count - 1 {
                    let padding = widths[column] - DisplayText.columns(of: cut) + Self.gap
                    line += String(repeating: " ", count: max(padding, 1))
                }
            }
            while line.last == " " { line.removeLast() }
            return width.map { DisplayText.cut(line, to: $0) } ?? line
        }
    }

    /// The table less one column, where it is too wide even when all that can shrink has done so.
    private func withoutLastOptionalColumn(for width: Int) -> Table? {
        guard let last = columns.lastIndex(where: \.canGo) else { return nil }
        let least = columns.indices.map { column in
            let widest =
                (rows.map { $0[column] } + [columns[column].title])
                .map(DisplayText.columns(of:)).max() ?? 0
            return columns[column].canShrink ? min(widest, Self.leastWidth) : widest
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
