import Platform

/// A line on the terminal that counts, once the work has taken a second; nothing in a pipe.
package final class Progress {
    private let world: World
    private let isShown: Bool
    private let started = SystemClock.uptime()
    private var lastShown = 0.0

    package init(in world: World, quiet: Bool) {
        self.world = world
        isShown = !quiet && world.terminal.errorIsTerminal()
    }

    /// Tells how far the work is, at most ten times a second.
    package func show(_ text: @autoclosure () -> String) {
        let now = SystemClock.uptime()
        guard isShown, now - started > 1, now - lastShown > 0.1 else { return }
        lastShown = now
        world.terminal.writeError("\r\u{1B}[K\(text())")
    }

    /// Wipes the line.
    package func end() {
        if lastShown > 0 { world.terminal.writeError("\r\u{1B}[K") }
        lastShown = 0
    }
}
