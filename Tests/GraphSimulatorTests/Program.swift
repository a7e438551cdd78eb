import Foundation

/// A program that runs beside the test.
struct Program {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    init(_ path: String, _ arguments: [String]) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// What it has written so far and writes until the line is complete, or until it ends.
    func firstLine() -> String {
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let next = output.fileHandleForReading.availableData
            if next.isEmpty { break }
            line += next
        }
        return String(decoding: line, as: UTF8.self)
    }

    func terminate() { process.terminate() }

    func interrupt() { process.interrupt() }

    func waitForStatus() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// What it wrote to stderr, once it has ended.
    func complaint() -> String {
        String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}
