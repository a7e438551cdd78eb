/// Writes lines to standard output in large pieces, so that a result of any length takes little
/// memory and few system calls.
package struct BufferedOutput {
    /// The number of bytes to write at once.
    package static let pieceSize = 65_536

    private let terminal: Terminal
    private var bytes: [UInt8] = []

    package init(_ terminal: Terminal) {
        self.terminal = terminal
    }

    /// Adds a line.
    package mutating func writeLine(_ line: String) throws {
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count >= Self.pieceSize { try flush() }
    }

    /// Writes what has not been written yet.
    package mutating func flush() throws {
        if !bytes.isEmpty { try terminal.writeOutput(bytes.span) }
        bytes.removeAll(keepingCapacity: true)
    }
}
