internal import CPlatform
internal import Glibc

/// A terminal whose input is not echoed and arrives byte by byte, until it is restored.
///
/// Canonical mode is off, because it cuts lines at 4,095 bytes and tokens have no maximum length.
/// The keys that send signals are off too: the terminal would signal the whole process group, and
/// the shell would take over a terminal that has not been restored yet.
struct HiddenInput {
    private let descriptor: CInt
    private var original = termios()
    private var hidden = termios()

    /// The terminal cannot be configured, because it is gone or belongs to other processes.
    struct Refused: Error {}

    /// Hides what is typed, and drops what was typed before the prompt.
    ///
    /// In the background, this stops the process until it is in the foreground.
    init(_ terminal: borrowing File) throws(Refused) {
        descriptor = terminal.descriptor
        guard unsafe tcgetattr(descriptor, &original) == 0 else { throw Refused() }
        hidden = original
        unsafe tokenvault_hide_input(&hidden)
        // If SIGTTOU is ignored, it would not stop this process, and the terminal belongs to the
        // shell.
        guard Self.isForeground(descriptor) || tokenvault_ignores(SIGTTOU) == 0 else {
            throw Refused()
        }
        while unsafe tcsetattr(descriptor, TCSAFLUSH, &hidden) != 0 {
            guard errno == EINTR else { throw Refused() }
        }
        // The settings as the terminal applied them, for comparison later.
        unsafe tcgetattr(descriptor, &hidden)
        send("\u{1B}[?2004h")
    }

    /// Turns bracketed paste on or off.
    ///
    /// If the end of a paste arrives late, only its markers show where it ends. A terminal that
    /// does not know them ignores the request.
    private func send(_ request: String) {
        guard let kind = Environment.variable("TERM"), kind != "dumb", !kind.isEmpty else { return }
        try? writeAll(Array(request.utf8).span, to: descriptor, path: "the terminal")
    }

    /// Returns whether this process may prompt on the terminal.
    static func isForeground(_ descriptor: CInt) -> Bool {
        tcgetpgrp(descriptor) == getpgrp()
    }

    /// Restores the terminal, and drops unread input, which the shell would run.
    mutating func end() {
        if !Self.isForeground(descriptor) {
            var now = termios()
            // A shell that has taken over has applied its own settings by now.
            guard unsafe tcgetattr(descriptor, &now) == 0,
                unsafe tokenvault_same_terminal(&now, &hidden) != 0
            else { return }
        }
        // In the background, the process would be stopped for this.
        let mask = SignalMask(blocking: [SIGTTOU])
        send("\u{1B}[?2004l")
        while unsafe tcsetattr(descriptor, TCSAFLUSH, &original) != 0, errno == EINTR {}
        mask.restore()
    }

    /// The keys that the terminal is configured with.
    var bindings: KeyDecoder.Bindings {
        func key(_ index: CInt) -> Int {
            var settings = original
            return Int(unsafe tokenvault_key(&settings, index))
        }
        return KeyDecoder.Bindings(
            interrupt: key(VINTR), quit: key(VQUIT), suspend: key(VSUSP), erase: key(VERASE),
            eraseLine: key(VKILL), eraseWord: key(VWERASE), end: key(VEOF), literal: key(VLNEXT))
    }
}
