import Platform

/// A progress line on the terminal, shown once the work has taken a second.
///
/// It is not shown if standard error is not a terminal.
package final class Progress {
    private let world: World
    private let isShown: Bool
    private let started = SystemClock.uptime()
    private var lastShown = 0.0

    package init(in world: World, quiet: Bool) {
        self.world = world
        isShown = !quiet && world.terminal.errorIsTerminal()
    }

    /// Updates the line, at most ten times a second.
    package func show(_ text: @autoclosure () -> String) {
        let now = SystemClock.uptime()
        guard isShown, now - started > 1, now - lastShown > 0.1 else { return }
        lastShown = now
        world.terminal.writeError("\r\u{1B}[K\(text())")
    }

    /// Erases the line.
    package func end() {
        if lastShown > 0 { world.terminal.writeError("\r\u{1B}[K") }
        lastShown = 0
    }
}
