internal import CPlatform
internal import Glibc

/// Decodes the bytes that a terminal sends during a prompt, and returns keys.
///
/// The line has no cursor: text is typed, pasted and erased only at its end. Arrow keys, function
/// keys and other control characters have no effect. Neither have the sequences that a terminal
/// puts around a paste, or sends in reply to an earlier program. Ctrl-V takes the next byte
/// literally, for passphrases that contain a control character.
struct KeyDecoder {
    enum Key: Equatable {
        /// A byte of the answer.
        case byte(UInt8)
        /// The Enter key.
        case enter
        /// A line break inside a bracketed paste.
        case pastedLineBreak
        case erase
        case eraseWord
        case eraseLine
        /// Ctrl-D, the end of input.
        case end
        /// A signal, from Ctrl-C, Ctrl-\ or Ctrl-Z.
        case signal(CInt)
    }

    /// The control characters that the terminal is configured with (stty(1)); -1 for a disabled
    /// one.
    struct Bindings: Sendable {
        var interrupt = 0x03
        var quit = 0x1C
        var suspend = 0x1A
        var erase = 0x7F
        var eraseLine = 0x15
        var eraseWord = 0x17
        var end = 0x04
        var literal = 0x16
    }

    private enum State: Equatable {
        case plain
        /// After Ctrl-V.
        case literal
        /// After ESC.
        case escape
        /// After ESC [ or ESC O, with the bytes that followed.
        case sequence([UInt8])
        /// After ESC ] and similar: text up to BEL or ESC \.
        case text
        case textEscape
        /// In a sequence that has this many bytes left.
        case skipping(Int)
    }

    private let bindings: Bindings
    private var state = State.plain
    private(set) var isPasting = false

    init(_ bindings: Bindings) {
        self.bindings = bindings
    }

    /// Whether an escape sequence has begun.
    ///
    /// Its bytes arrive together, so a byte that arrives later was typed.
    var isInSequence: Bool { state != .plain && state != .literal }

    /// Ends the current sequence or else the current paste, because nothing more arrives.
    mutating func abandon() {
        if isInSequence { state = .plain } else { isPasting = false }
    }

    /// Returns the key that `byte` completes, or `nil` if there is none.
    mutating func key(for byte: UInt8) -> Key? {
        if state != .literal, let number = signal(of: byte) {
            state = .plain
            return .signal(number)
        }
        switch state {
        case .plain:
            return isPasting ? pastedKey(byte) : plainKey(byte)
        case .literal:
            state = .plain
            return byte == 0 ? nil : .byte(byte)
        case .escape:
            return escaped(byte)
        case .sequence(let bytes):
            return sequence(bytes, byte)
        case .text:
            return text(byte)
        case .textEscape:
            guard byte == UInt8(ascii: "\\") else { return escaped(byte) }
            state = .plain
            return nil
        case .skipping(let count):
            state = count > 1 ? .skipping(count - 1) : .plain
            return nil
        }
    }

    private func signal(of byte: UInt8) -> CInt? {
        switch Int(byte) {
        case bindings.interrupt: SIGINT
        case bindings.quit: SIGQUIT
        case bindings.suspend: SIGTSTP
        default: nil
        }
    }

    private static let escape: UInt8 = 0x1B

    private mutating func plainKey(_ byte: UInt8) -> Key? {
        switch Int(byte) {
        case 0x0A, 0x0D: return .enter
        case 0x08, 0x7F, bindings.erase: return .erase
        case 0x17, bindings.eraseWord: return .eraseWord
        case 0x15, bindings.eraseLine: return .eraseLine
        case 0x04, bindings.end: return .end
        case bindings.literal: state = .literal
        case 0x1B: state = .escape
        // A tab is whitespace, for which a secret is refused, and not a key to ignore.
        case 0x09, 0x20...: return .byte(byte)
        default: break
        }
        return nil
    }

    private mutating func pastedKey(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x0A, 0x0D: return .pastedLineBreak
        case Self.escape: state = .escape
        case 0x7F: break
        case 0x09, 0x20...: return .byte(byte)
        default: break
        }
        return nil
    }

    private mutating func escaped(_ byte: UInt8) -> Key? {
        state = .plain
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "O"): state = .sequence([byte])
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
            UInt8(ascii: "_"):
            state = .text
        case Self.escape: state = .escape
        case ..<0x20: return key(for: byte)
        // Alt with a character, which may take several bytes.
        case 0xC0...0xDF: state = .skipping(1)
        case 0xE0...0xEF: state = .skipping(2)
        case 0xF0...0xF7: state = .skipping(3)
        default: break
        }
        return nil
    }

    private mutating func sequence(_ bytes: [UInt8], _ byte: UInt8) -> Key? {
        switch byte {
        case 0x20...0x3F:
            // Longer than any sequence that matters here.
            state = .sequence(bytes.count < 32 ? bytes + [byte] : bytes)
            return nil
        case 0x40...0x7E:
            state = .plain
            switch String(decoding: bytes + [byte], as: UTF8.self) {
            case "[200~": isPasting = true
            case "[201~": isPasting = false
            // Function keys of the Linux console, and mouse events.
            case "[[": state = .skipping(1)
            case "[M": state = .skipping(3)
            default: break
            }
            return nil
        default:
            state = .plain
            return key(for: byte)
        }
    }

    private mutating func text(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x07: state = .plain
        case Self.escape: state = .textEscape
        case 0x0A, 0x0D:
            state = .plain
            return key(for: byte)
        default: break
        }
        return nil
    }
}
