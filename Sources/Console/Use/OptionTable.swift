/// The values of a command's options, with those that every option table has.
package protocol CommandDraft {
    var access: VaultAccess { get set }
    var json: Bool { get set }
    var quiet: Bool { get set }
}

/// The options of a command that is parsed without the argument parser, whose start takes longer than
/// the whole command.
///
/// `Draft` has no requirement, which the runtime would search all conformances for.
package struct OptionTable<Draft> {
    package let options: [Option]

    package init(_ options: [Option]) {
        self.options = options
    }

    /// An option of a command.
    package struct Option {
        /// The names, with their hyphens.
        package let names: [String]
        /// Whether a value follows, in the next argument or after an equals sign.
        package let takesValue: Bool
        package let isRepeatable: Bool
        /// Whether the value may be anything, because it comes from outside.
        ///
        /// Even `--help` is a value then, and not an option.
        let takesAnything: Bool
        /// Stores the value, or the name of a flag, and returns whether it is valid.
        let apply: (inout Draft, String) -> Bool

        package static func flag(
            _ names: String..., set: @escaping (inout Draft) -> Void
        ) -> Option {
            Option(names: names, takesValue: false, isRepeatable: true, takesAnything: false) {
                draft, _ in
                set(&draft)
                return true
            }
        }

        package static func value(
            _ names: String..., isRepeatable: Bool = false, takesAnything: Bool = false,
            set: @escaping (inout Draft, String) -> Bool
        ) -> Option {
            Option(
                names: names, takesValue: true, isRepeatable: isRepeatable,
                takesAnything: takesAnything, apply: set)
        }

        package static func text(
            _ names: String..., isRepeatable: Bool = false, takesAnything: Bool = false,
            _ set: @escaping (inout Draft, String) -> Void
        ) -> Option {
            Option(
                names: names, takesValue: true, isRepeatable: isRepeatable,
                takesAnything: takesAnything
            ) { draft, text in
                set(&draft, text)
                return true
            }
        }
    }
}

extension OptionTable where Draft: CommandDraft {
    /// The options of every command that opens the vault.
    package static var common: [Option] {
        // A loop, because `compactMap` is slow in generic code.
        var unlocking: [Option] = []
        for method in UnlockMethod.all {
            guard let option = method.option else { continue }
            unlocking.append(.text(option) { $0.access.given[method.source] = $1 })
        }
        return unlocking + [
            .text("--vault") { $0.access.path = $1 },
            .flag("--no-input") { $0.access.noInput = true },
            .flag("--accept-rollback") { $0.access.acceptsRollback = true },
            // The code that writes notes and errors also looks for these two in the arguments.
            .flag("--json") { $0.json = true }, .flag("--quiet", "-q") { $0.quiet = true },
        ]
    }
}

/// The arguments that are not options.
package struct OtherArguments {
    package fileprivate(set) var positionals: [String] = []
    /// The arguments after `--`, or `nil` if there is no `--`.
    package fileprivate(set) var command: ArraySlice<[UInt8]>?
}

extension OptionTable {
    /// Parses the arguments after the command's name into `draft`, and returns those that are not
    /// options, or returns `nil` if the table does not understand all of them.
    ///
    /// Most command lines have no options and do not need the table.
    package static func parse(
        _ arguments: ArraySlice<[UInt8]>, into draft: inout Draft,
        _ makeTable: @autoclosure () -> OptionTable
    ) -> OtherArguments? {
        var others = OtherArguments()
        var rest = arguments
        var seen: Set<String> = []
        var table: OptionTable?
        while let word = rest.popFirst() {
            if word == Array("--".utf8) {
                others.command = rest
                return others
            }
            let isOption = word.first == UInt8(ascii: "-")
            let name = isOption ? word.prefix { $0 != UInt8(ascii: "=") } : word[...]
            guard let name = String(validating: name, as: UTF8.self) else { return nil }
            guard isOption else {
                guard !name.isEmpty else { return nil }
                others.positionals.append(name)
                continue
            }
            let known = table ?? makeTable()
            table = known
            guard let option = known.options.first(where: { $0.names.contains(name) }),
                seen.insert(option.names[0]).inserted || option.isRepeatable,
                let value = value(of: option, in: word.dropFirst(name.utf8.count), &rest),
                option.apply(&draft, value)
            else { return nil }
        }
        return others
    }

    /// Returns the value of an option, or its name if it takes none, or returns `nil` if the large
    /// program's parser would not accept it.
    private static func value(
        of option: Option, in joined: ArraySlice<UInt8>,
        _ rest: inout ArraySlice<[UInt8]>
    ) -> String? {
        guard option.takesValue else { return joined.isEmpty ? option.names[0] : nil }
        if joined.isEmpty {
            guard let next = rest.popFirst() else { return nil }
            if option.takesAnything { return String(decoding: next, as: UTF8.self) }
            // The large program's parser does not accept an option as a value.
            guard next.first != UInt8(ascii: "-") else { return nil }
            return String(validating: next, as: UTF8.self)
        }
        let value = joined.dropFirst()
        if option.takesAnything { return String(decoding: value, as: UTF8.self) }
        // The large program handles this rare case.
        return value.isEmpty ? nil : String(validating: value, as: UTF8.self)
    }
}
