import Entries

extension SecretCommand {
    /// The commands of the small program.
    package enum Name: String, CaseIterable, Sendable {
        case get
        case exec
        case inject
        case export
        case verifyWebhook = "verify-webhook"
        case signedRequest = "signed-request"
    }

    /// An option of these commands.
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

        static func flag(_ names: String..., set: @escaping (inout Draft) -> Void) -> Option {
            Option(names: names, takesValue: false, isRepeatable: true, takesAnything: false) {
                draft, _ in
                set(&draft)
                return true
            }
        }

        static func value(
            _ name: String, isRepeatable: Bool = false, takesAnything: Bool = false,
            set: @escaping (inout Draft, String) -> Bool
        ) -> Option {
            Option(
                names: [name], takesValue: true, isRepeatable: isRepeatable,
                takesAnything: takesAnything, apply: set)
        }

        static func text(
            _ name: String, takesAnything: Bool = false,
            _ set: @escaping (inout Draft, String) -> Void
        ) -> Option {
            .value(name, takesAnything: takesAnything) { draft, text in
                set(&draft, text)
                return true
            }
        }
    }

    private static var common: [Option] {
        let unlocking = UnlockMethod.all.compactMap { method in
            method.option.map { Option.text($0) { $0.access.given[method.source] = $1 } }
        }
        return unlocking + [
            .text("--vault") { $0.access.path = $1 },
            .flag("--no-input") { $0.access.noInput = true },
            .flag("--accept-rollback") { $0.access.acceptsRollback = true },
            // The code that writes notes and errors looks for these two in the arguments.
            .flag("--json") { $0.json = true }, .flag("--quiet", "-q") { _ in },
        ]
    }

    private static var validity: Option {
        .value("--valid-for") { draft, text in
            draft.requirements.validFor = TimeWords.span(text)
            return draft.requirements.validFor != nil
        }
    }

    private static var allowExpired: Option {
        .flag("--allow-expired") { $0.requirements.allowExpired = true }
    }

    /// Returns the options of a command.
    ///
    /// The parser of the large program has the same options.
    package static func options(of command: Name) -> [Option] {
        switch command {
        case .get:
            common + [
                validity, allowExpired,
                .flag("-n") { $0.noNewline = true }, .flag("--header") { $0.header = true },
                .value("--require-scope", isRepeatable: true) { draft, text in
                    draft.requirements.requiredScopes.append(text)
                    return true
                },
            ]
        case .exec:
            common + [
                validity, allowExpired, .flag("--only") { $0.only = true },
                .value("--env", isRepeatable: true) { draft, text in
                    guard let assignment = try? Assignment(text) else { return false }
                    draft.assignments.append(assignment)
                    return true
                },
            ]
        case .inject:
            common + [validity, .text("-i") { $0.input = $1 }, .text("-o") { $0.output = $1 }]
        case .export:
            common + [
                validity,
                .value("--format") { draft, text in
                    draft.format = ExportRequest.Format(rawValue: text)
                    return draft.format != nil
                },
            ]
        case .verifyWebhook:
            common + [
                .text("--app") { $0.app = $1 },
                .text("--signature", takesAnything: true) { $0.signature = $1 },
            ]
        case .signedRequest:
            common + [
                .text("--app") { $0.app = $1 },
                .flag("--show-secrets") { $0.showSecrets = true },
            ]
        }
    }

    /// The arguments parsed so far.
    struct Draft {
        var access = VaultAccess()
        var requirements = TokenRequirements()
        /// The arguments that are not options.
        var positionals: [String] = []
        /// The arguments after `--`, or `nil` if there is no `--`.
        var command: ArraySlice<[UInt8]>?
        var json = false
        var noNewline = false
        var header = false
        var assignments: [Assignment] = []
        var only = false
        var input: String?
        var output: String?
        var format: ExportRequest.Format?
        var app: String?
        var signature: String?
        var showSecrets = false
    }
}

extension SecretCommand.Draft {
    private static let terminator = Array("--".utf8)

    /// Parses the arguments after the command's name, or returns `nil` if it cannot.
    init?(_ arguments: ArraySlice<[UInt8]>, of command: SecretCommand.Name) {
        self.init()
        var rest = arguments
        var seen: Set<String> = []
        // Most command lines have no options and do not need the table.
        lazy var options = SecretCommand.options(of: command)
        while let word = rest.popFirst() {
            if word == Self.terminator {
                self.command = rest
                return
            }
            let isOption = word.first == UInt8(ascii: "-")
            let name = isOption ? word.prefix { $0 != UInt8(ascii: "=") } : word[...]
            guard let name = String(validating: name, as: UTF8.self) else { return nil }
            guard isOption else {
                guard !name.isEmpty else { return nil }
                positionals.append(name)
                continue
            }
            guard let option = options.first(where: { $0.names.contains(name) }),
                seen.insert(option.names[0]).inserted || option.isRepeatable,
                let value = Self.value(of: option, in: word.dropFirst(name.utf8.count), &rest),
                option.apply(&self, value)
            else { return nil }
        }
    }

    /// Returns the value of an option, or its name if it takes none, or returns `nil` if the large
    /// program's parser would not accept it.
    private static func value(
        of option: SecretCommand.Option, in joined: ArraySlice<UInt8>,
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
