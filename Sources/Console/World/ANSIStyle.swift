/// Colors that draw the user's attention.
///
/// They are used only on a terminal that is not dumb and without NO_COLOR (https://no-color.org).
package struct ANSIStyle {
    private let isOn: Bool

    /// Creates the style for standard output.
    package init(forOutputOf world: World) {
        self.init(world, isTerminal: world.terminal.outputColumns() != nil)
    }

    /// Creates the style for standard error.
    package init(forErrorsOf world: World) {
        self.init(world, isTerminal: world.terminal.errorIsTerminal())
    }

    private init(_ world: World, isTerminal: Bool) {
        isOn = isTerminal && world.variable("NO_COLOR") == nil && world.variable("TERM") != "dumb"
    }

    package func red(_ text: String) -> String { painted(text, "31") }
    package func yellow(_ text: String) -> String { painted(text, "33") }

    private func painted(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
