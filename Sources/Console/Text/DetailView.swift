/// A title and a list of facts, one per line, with the names on the left.
package struct DetailView {
    package let title: String

    package init(title: String) {
        self.title = title
    }

    private static let nameWidth = 13

    /// Returns the lines, without the facts that have no value.
    package func text(_ facts: [(name: String, value: String?)]) -> String {
        let lines = facts.compactMap { name, value -> String? in
            guard let value, !value.isEmpty else { return nil }
            let padding = String(repeating: " ", count: max(1, Self.nameWidth - name.count))
            return "  \(name)\(padding)\(DisplayText.clean(value))"
        }
        return ([DisplayText.clean(title)] + lines).joined(separator: "\n") + "\n"
    }
}
