import Foundation

/// A terminal session as a document shows it.
///
///     $ command            run by bash; continues after a trailing backslash and on lines with "> "
///     result               a line of stdout, or a prompt at the terminal
///     2> note              a line of stderr
///     [12]                 the exit status, which is otherwise 0
///
/// A line `...` stands for any number of lines (`2> ...` on stderr), and `…` in a line for any text.
struct Transcript: Equatable {
    /// One command and its expected result.
    struct Step: Equatable {
        var command: String
        var expected: [String] = []
        var expectedErrors: [String] = []
        var status: Int32 = 0
        /// The line in the document, counted from 1.
        var line = 1
    }

    var steps: [Step] = []

    /// A line that is not part of a transcript.
    struct SyntaxError: Error, Equatable {
        let line: Int
    }

    /// Parses the lines of a transcript that starts at line `first` of the document.
    init(_ lines: [String], first: Int = 1) throws(SyntaxError) {
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2)), line: first + index))
                continue
            }
            guard var step = steps.popLast() else { throw SyntaxError(line: first + index) }
            if step.command.hasSuffix("\\"), step.expected.isEmpty {
                step.command += "\n" + (line.hasPrefix("> ") ? String(line.dropFirst(2)) : line)
            } else if line.hasPrefix("> ") || line == ">", step.expected.isEmpty {
                step.command += "\n" + line.dropFirst(2)
            } else if line.hasPrefix("2> ") {
                step.expectedErrors.append(String(line.dropFirst(3)))
            } else if let match = line.wholeMatch(of: /\[(\d+)\]/), let status = Int32(match.1) {
                step.status = status
            } else {
                step.expected.append(line)
            }
            steps.append(step)
        }
    }
}

/// Lines that a transcript expects, with dots and ellipses.
struct ExpectedLines {
    let lines: [String]

    /// Returns whether `actual` is as expected, ignoring spaces at the ends of lines.
    func match(_ actual: [String]) -> Bool {
        Self.match(lines[...], actual.map(Self.withoutTrailingBlanks)[...])
    }

    private static func match(_ expected: ArraySlice<String>, _ actual: ArraySlice<String>) -> Bool
    {
        guard let first = expected.first else { return actual.isEmpty }
        let rest = expected.dropFirst()
        if first == "..." {
            return (0...actual.count).contains { match(rest, actual.dropFirst($0)) }
        }
        guard let line = actual.first, matches(line, withoutTrailingBlanks(first)) else {
            return false
        }
        return match(rest, actual.dropFirst())
    }

    private static func matches(_ line: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else {
            return line == pattern
        }
        guard line.hasPrefix(first) else { return false }
        var rest = line.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }

    private static func withoutTrailingBlanks(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
