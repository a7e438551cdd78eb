extension World {
    /// The user's home directory, or `nil` if HOME is not an absolute path.
    ///
    /// A relative path would mean another directory in each working directory.
    package var home: String? {
        variable("HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// Returns a path in which `~` has been replaced with the home directory, as a shell does.
    ///
    /// No shell expands the values in a systemd unit or an .env file, or what follows the equals
    /// sign of an option.
    package func path(_ text: String) throws -> String {
        guard text.hasPrefix("~") else { return text }
        let name = text.dropFirst().prefix { $0 != "/" }
        if name.isEmpty {
            guard let home else { throw PathMessage.unknownHome }
            return home + text.dropFirst()
        }
        // The name of a file may begin with `~`.
        guard text.contains("/") else { return text }
        throw PathMessage.othersHome(name: String(name))
    }
}
