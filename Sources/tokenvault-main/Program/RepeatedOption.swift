import ArgumentParser
import Console
import FoundationEssentials

/// An option with a single value that was given twice.
///
/// The parser takes the last value and silently drops the other.
struct RepeatedOption {
    /// The name of the option as given, such as `--vault`.
    let name: String

    /// Finds the first such option in `arguments` of `command`, or returns `nil`.
    init?(in arguments: [String], of command: any ParsableCommand.Type) {
        let names = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("-") }
            .compactMap { $0.split(separator: "=", maxSplits: 1).first.map(String.init) }
        let repeated = names.enumerated().filter { names[..<$0.offset].contains($0.element) }
        // Only the parser knows which options take more than one value, or none. Asking it takes
        // longer than most commands, and is hardly ever needed.
        guard !repeated.isEmpty,
            let description = try? JSONDecoder().decode(
                Description.self, from: Data(command._dumpHelp().utf8)),
            let name = repeated.map(\.element).first(where: description.isSingle)
        else { return nil }
        self.name = name
    }

    /// The parts of the parser's description of a command that are needed here.
    private struct Description: Decodable {
        let command: Command

        struct Command: Decodable {
            let arguments: [Argument]?
        }

        struct Argument: Decodable {
            let kind: String
            let isRepeating: Bool
            let names: [Name]?
        }

        struct Name: Decodable {
            let kind: String
            let name: String
        }

        func isSingle(_ option: String) -> Bool {
            command.arguments?.contains { argument in
                argument.kind == "option" && !argument.isRepeating
                    && argument.names?.contains {
                        option == ($0.kind == "short" ? "-" : "--") + $0.name
                    } == true
            } == true
        }
    }
}
