import Foundation

/// The code blocks of a Markdown document.
struct ExampleDocument {
    struct Block: Equatable {
        var language: String
        var lines: [String]
        /// The number of the line after the fence, counted from 1.
        var line: Int
        /// Why the block is not run, or `nil` if no comment before it says so.
        var reasonNotToRun: String?
    }

    private(set) var blocks: [Block] = []

    init(_ text: String) {
        var reason: String?
        var block: Block?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.map(String.init).enumerated() {
            if let open = block {
                if line == "```" {
                    blocks.append(open)
                    block = nil
                } else {
                    block?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                block = Block(
                    language: String(line.dropFirst(3)), lines: [], line: index + 2,
                    reasonNotToRun: reason)
                reason = nil
            } else if let match = line.wholeMatch(of: /<!-- not run: (.+) -->/) {
                reason = String(match.1)
            } else if !line.isEmpty {
                reason = nil
            }
        }
    }

    /// The transcripts to run, in order.
    var transcripts: [Block] {
        blocks.filter { $0.language == "console" && $0.reasonNotToRun == nil }
    }

    /// The blocks that look like something to run but are not run and don't say why.
    var unexplained: [Block] {
        let runnable = ["sh", "bash", "shell", "zsh", "python", "python3", "py"]
        return blocks.filter { runnable.contains($0.language) && $0.reasonNotToRun == nil }
    }
}
