/// The value of `--vault` in arguments that have not been parsed.
package enum VaultArgument {
    /// Returns the path in `--vault PATH` or `--vault=PATH`, or `nil` if neither occurs.
    package static func path(in words: ArraySlice<String>) -> String? {
        value(of: "--vault", in: words)
    }

    /// Returns the value of another option in the same way.
    package static func value(of option: String, in words: ArraySlice<String>) -> String? {
        var rest = words
        while let word = rest.popFirst() {
            if word == option { return rest.first }
            if word.hasPrefix("\(option)=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }

    /// Whether a command has the option.
    ///
    /// Searching for a string would link the regular expression engine into the small program.
    static func isNamed(in command: String) -> Bool {
        command.split(separator: " " as Character).contains("--vault")
    }
}
