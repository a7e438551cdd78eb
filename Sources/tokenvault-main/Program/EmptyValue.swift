import ArgumentParser

/// Options with an empty value after an equals sign, such as `--on-change=`.
enum EmptyValue {
    /// Moves each empty value into an argument of its own.
    ///
    /// The parser would take the next argument instead. A variable of a script that is empty would
    /// turn a reference into a shell command, or a path.
    static func separated(in arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        let options = arguments[..<end]
        guard options.contains(where: { name(in: $0) != nil }),
            let described = OptionDescriptions(of: Tokenvault.self)
        else { return arguments }
        return options.flatMap { argument in
            guard let name = name(in: argument), described.takesValue(name) else {
                return [argument]
            }
            return [name, ""]
        } + arguments[end...]
    }

    /// Returns the name in an argument like `--name=`, or `nil` for others.
    private static func name(in argument: String) -> String? {
        guard argument.hasPrefix("-"), argument.firstIndex(of: "=") == argument.indices.last else {
            return nil
        }
        return String(argument.dropLast())
    }
}
