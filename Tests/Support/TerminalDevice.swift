import Glibc

/// Both ends of a pseudo terminal.
public final class TerminalDevice: Sendable {
    private let master: CInt
    private let slave: CInt
    /// The path of the end that programs see.
    public let path: String

    /// There is none to be had.
    public struct Failure: Error {
        let code: CInt
    }

    /// Opens a terminal of its own.
    public init() throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        var number: CInt = 0
        guard master >= 0, unsafe ioctl(master, Self.setLock, &number) == 0,
            unsafe ioctl(master, Self.getNumber, &number) == 0
        else { throw Failure(code: errno) }
        path = "/dev/pts/\(number)"
        // Held open, so that nothing is lost between one program's end and the next one's start.
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

    /// Whether what is typed appears.
    public var echoes: Bool {
        var settings = termios()
        return unsafe tcgetattr(master, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Sets its size.
    public func setSize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// What has been written to the terminal since the last look.
    public func read() -> [UInt8] {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe Glibc.read(master, &piece, piece.count)
            guard count > 0 else { return all }
            all += piece.prefix(count)
        }
    }

    /// Types as much as the terminal takes; returns how many bytes that was.
    public func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.write(master, bytes.baseAddress, bytes.count)
        }
        return max(0, count)
    }
}
