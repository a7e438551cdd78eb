import ArgumentParser
import Console
import FoundationEssentials

/// An option of one value that was given twice, of which the parser takes the last and drops the other
/// without a word.
struct RepeatedOption {
    /// As it was given, such as `--vault`.
    let name: String

    /// The first such option among `arguments` of `command`.
    init?(in arguments: [String], of command: any ParsableCommand.Type) {
        let names = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
            .compactMap { $0.split(separator: "=", maxSplits: 1).first.map(String.init) }
        let repeated = names.enumerated().filter { names[..<$0.offset].contains($0.element) }
        // What takes more than one value, or none, only the parser knows; asking it takes longer than
        // most commands, and is hardly ever needed.
        guard !repeated.isEmpty,
            let description = try? JSONDecoder().decode(
                Description.self, from: Data(command._dumpHelp().utf8)),
            let name = repeated.map(\.element).first(where: description.isSingle)
        else { return nil }
        self.name = name
    }

    /// What the parser says of a command, as far as it matters here.
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
            let name: String
        }

        func isSingle(_ option: String) -> Bool {
            command.arguments?.contains { argument in
                argument.kind == "option" && !argument.isRepeating
                    && argument.names?.contains { "--\($0.name)" == option } == true
            } == true
        }
    }
}
