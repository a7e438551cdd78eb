internal import CPlatform
internal import Glibc

/// A terminal whose input is not shown and comes byte by byte, until it is put back.
///
/// The line discipline is switched off, because a terminal in canonical mode cuts lines at 4,095 bytes
/// and tokens have no maximum length. So are the keys that send signals: the terminal would send them to
/// the whole process group, and the shell would take over a terminal that is not put back yet.
struct HiddenInput {
    private let descriptor: CInt
    private var usual = termios()
    private var hidden = termios()

    /// The terminal cannot be set: it is gone, or belongs to others.
    struct Refused: Error {}

    /// Hides what is typed; what was typed before the question is dropped.
    ///
    /// In the background this stops the process until it is in the foreground.
    init(_ terminal: borrowing File) throws(Refused) {
        descriptor = terminal.descriptor
        guard unsafe tcgetattr(descriptor, &usual) == 0 else { throw Refused() }
        hidden = usual
        unsafe tokenvault_hide_input(&hidden)
        // Ignored, SIGTTOU would not stop it, and the terminal is the shell's.
        guard Self.isForeground(descriptor) || tokenvault_ignores(SIGTTOU) == 0 else {
            throw Refused()
        }
        while unsafe tcsetattr(descriptor, TCSAFLUSH, &hidden) != 0 {
            guard errno == EINTR else { throw Refused() }
        }
        // As the terminal has it, to be compared with later.
        unsafe tcgetattr(descriptor, &hidden)
        say("\u{1B}[?2004h")
    }

    /// Asks the terminal to mark what is pasted, or not to.
    ///
    /// Only marks tell how far a paste goes whose end comes late. A terminal that does not know them passes
    /// them over.
    private func say(_ request: String) {
        guard let kind = Environment.variable("TERM"), kind != "dumb", !kind.isEmpty else { return }
        try? writeAll(Array(request.utf8).span, to: descriptor, path: "the terminal")
    }

    /// Whether this process may ask there.
    static func isForeground(_ descriptor: CInt) -> Bool {
        tcgetpgrp(descriptor) == getpgrp()
    }

    /// Puts the terminal back, and drops what was typed and not read: the shell would run it.
    mutating func end() {
        if !Self.isForeground(descriptor) {
            var now = termios()
            // A shell that has taken over has its own settings by now.
            guard unsafe tcgetattr(descriptor, &now) == 0,
                unsafe tokenvault_same_terminal(&now, &hidden) != 0
            else { return }
        }
        // Once in the background, it would be stopped for this.
        let mask = SignalMask(blocking: [SIGTTOU])
        say("\u{1B}[?2004l")
        while unsafe tcsetattr(descriptor, TCSAFLUSH, &usual) != 0, errno == EINTR {}
        mask.restore()
    }

    /// The keys that the terminal's owner has chosen.
    var bindings: KeyDecoder.Bindings {
        func key(_ index: CInt) -> Int {
            var settings = usual
            return Int(unsafe tokenvault_key(&settings, index))
        }
        return KeyDecoder.Bindings(
            interrupt: key(VINTR), quit: key(VQUIT), suspend: key(VSUSP), erase: key(VERASE),
            eraseLine: key(VKILL), eraseWord: key(VWERASE), end: key(VEOF), literal: key(VLNEXT))
    }
}
