import Glibc

/// Both ends of a pseudoterminal.
public final class TerminalDevice: Sendable {
    private let master: CInt
    private let slave: CInt
    /// The path of the end that programs see.
    public let path: String

    /// No pseudoterminal could be opened.
    public struct Failure: Error {
        let code: CInt
    }

    /// Opens a new pseudoterminal.
    public init() throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        var number: CInt = 0
        guard master >= 0, unsafe ioctl(master, Self.setLock, &number) == 0,
            unsafe ioctl(master, Self.getNumber, &number) == 0
        else { throw Failure(code: errno) }
        path = "/dev/pts/\(number)"
        // Kept open, so that nothing is lost between the end of one program and the start of the next.
        slave = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw Failure(code: errno) }
    }

    /// `TIOCSPTLCK` and `TIOCGPTN` of Linux.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    deinit {
        close(slave)
        close(master)
    }

    /// Whether the terminal echoes what is typed.
    public var echoes: Bool {
        var settings = termios()
        return unsafe tcgetattr(master, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Sets the size of the terminal.
    public func setSize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Returns what has been written to the terminal since the last call.
    public func read() -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe Glibc.read(master, &buffer, buffer.count)
            guard count > 0 else { return all }
            all += buffer.prefix(count)
        }
    }

    /// Types as much as the terminal accepts, and returns the number of bytes.
    public func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.write(master, bytes.baseAddress, bytes.count)
        }
        return max(0, count)
    }
}
