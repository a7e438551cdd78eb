import ArgumentParser
import Console

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
        guard !repeated.isEmpty, let options = OptionDescriptions(of: command),
            let name = repeated.map(\.element).first(where: options.isSingle)
        else { return nil }
        self.name = name
    }
}
