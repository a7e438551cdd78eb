extension World {
    /// The user's own directory; one that is not absolute would be another in each working directory.
    package var home: String? {
        variable("HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// A path as it was given, with `~` for the home directory, as a shell has it.
    ///
    /// No shell has seen what a unit or an .env file sets, nor what follows the equals sign of an option.
    package func path(_ text: String) throws -> String {
        guard text.hasPrefix("~") else { return text }
        let name = text.dropFirst().prefix { $0 != "/" }
        if name.isEmpty {
            guard let home else { throw PathMessage.unknownHome }
            return home + text.dropFirst()
        }
        // A file's name may begin so.
        guard text.contains("/") else { return text }
        throw PathMessage.othersHome(name: String(name))
    }
}
