/// `--vault` among words that were not parsed, or not yet.
package enum VaultArgument {
    /// The path that the words name, as `--vault PATH` or `--vault=PATH`, or nil where they name none.
    package static func path(in words: ArraySlice<String>) -> String? {
        value(of: "--vault", in: words)
    }

    /// The same for another option.
    package static func value(of option: String, in words: ArraySlice<String>) -> String? {
        var rest = words
        while let word = rest.popFirst() {
            if word == option { return rest.first }
            if word.hasPrefix("\(option)=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }
}
