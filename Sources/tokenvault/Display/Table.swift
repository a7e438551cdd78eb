/// Rows with columns under each other, as wide as the terminal at the most.
struct Table {
    struct Column {
        let title: String
        /// Whether it gives way where the terminal is too narrow.
        var canShrink = false
        /// Whether it goes altogether where even that is not enough; the last of them goes first.
        var canGo = false
        /// Adds colour to a cell, which takes no room.
        var paint: (String) -> String = { $0 }
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
        let title = line(columns.map(\.title), widths, width: width, isPainted: false)
        return [title] + texts.map { line($0, widths, width: width, isPainted: true) }
    }

    private func line(
        _ row: [String], _ widths: [Int], width: Int?, isPainted: Bool
    ) -> String {
        var line = ""
        var painted = ""
        for (column, text) in row.enumerated() {
            let cut = DisplayText.cut(text, to: widths[column])
            let room = widths[column] - DisplayText.columns(of: cut) + Self.gap
            let padding = column < row.count - 1 ? String(repeating: " ", count: max(room, 1)) : ""
            line += cut + padding
            painted += (isPainted ? columns[column].paint(cut) : cut) + padding
        }
        // Colour is left out where it might be cut in two.
        if let width, DisplayText.columns(of: line) > width {
            line = DisplayText.cut(line, to: width)
            painted = line
        }
        while painted.last == " " { painted.removeLast() }
        return painted
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
