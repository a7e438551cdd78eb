import Entries

/// A command that the small program runs itself, without the argument parser: `get` or `exec`.
///
/// The table below contains their options. A command line that it does not understand completely is
/// left to the large program, which parses it again, runs the same code, and reports errors.
package enum SecretCommand {
    case get(TokenRequest)
    case exec(ExecRequest)

    /// An option of these commands.
    package struct Option {
        /// The names, with their hyphens.
        package let names: [String]
        /// Whether a value follows, in the next argument or after an equals sign.
        package let takesValue: Bool
        package let isRepeatable: Bool
        /// Stores the value, or the name of a flag, and returns whether it is valid.
        fileprivate let apply: (inout Draft, String) -> Bool

        fileprivate static func flag(_ names: String..., set: @escaping (inout Draft) -> Void)
            -> Option
        {
            Option(names: names, takesValue: false, isRepeatable: true) { draft, _ in
                set(&draft)
                return true
            }
        }

        fileprivate static func value(
            _ name: String, isRepeatable: Bool = false,
            set: @escaping (inout Draft, String) -> Bool
        ) -> Option {
            Option(names: [name], takesValue: true, isRepeatable: isRepeatable, apply: set)
        }
    }

    /// The arguments parsed so far.
    fileprivate struct Draft {
        var access = VaultAccess()
        var requirements = TokenRequirements()
        var reference: String?
        var noNewline = false
        var header = false
        var assignments: [ExecRequest.Assignment] = []
        var only = false
    }

    private static var common: [Option] {
        func text(_ name: String, _ set: @escaping (inout Draft, String) -> Void) -> Option {
            .value(name) { draft, text in
                set(&draft, text)
                return true
            }
        }
        let unlocking = UnlockMethod.all.compactMap { method in
            method.option.map { text($0) { $0.access.given[method.source] = $1 } }
        }
        return unlocking + [
            text("--vault") { $0.access.path = $1 },
            .flag("--no-input") { $0.access.noInput = true },
            .flag("--accept-rollback") { $0.access.acceptsRollback = true },
            // The code that writes notes and errors looks for these two in the arguments.
            .flag("--json") { _ in }, .flag("--quiet", "-q") { _ in },
            .value("--valid-for") { draft, text in
                draft.requirements.validFor = TimeWords.span(text)
                return draft.requirements.validFor != nil
            },
            .flag("--allow-expired") { $0.requirements.allowExpired = true },
        ]
    }

    /// Returns the options of a command that runs here, or `nil` for other commands.
    ///
    /// The parser of the large program has the same options.
    package static func options(of command: String) -> [Option]? {
        switch command {
        case "get":
            common + [
                .flag("-n") { $0.noNewline = true }, .flag("--header") { $0.header = true },
                .value("--require-scope", isRepeatable: true) { draft, text in
                    draft.requirements.requiredScopes.append(text)
                    return true
                },
            ]
        case "exec":
            common + [
                .flag("--only") { $0.only = true },
                .value("--env", isRepeatable: true) { draft, text in
                    guard let assignment = try? ExecRequest.assignment(text) else { return false }
                    draft.assignments.append(assignment)
                    return true
                },
            ]
        default: nil
        }
    }

    /// Parses the arguments, or returns `nil` if the table does not understand them completely.
    package init?(_ arguments: [[UInt8]]) {
        guard let name = arguments.first.flatMap({ String(validating: $0, as: UTF8.self) }),
            name == "get" || name == "exec"
        else { return nil }
        let terminator = Array("--".utf8)
        let words = arguments.dropFirst().prefix { $0 != terminator }
        let command = arguments.dropFirst(1 + words.count)
        var texts: [String] = []
        for word in words {
            guard let text = String(validating: word, as: UTF8.self) else { return nil }
            texts.append(text)
        }
        guard let draft = Self.draft(texts[...], of: name) else { return nil }
        if name == "get" {
            guard let reference = draft.reference, command.isEmpty else { return nil }
            var request = TokenRequest(reference: reference)
            request.access = draft.access
            request.noNewline = draft.noNewline
            request.header = draft.header
            request.requirements = draft.requirements
            self = .get(request)
        } else {
            guard draft.reference == nil, !draft.assignments.isEmpty, command.count > 1 else {
                return nil
            }
            var request = ExecRequest()
            request.assignments = draft.assignments
            request.access = draft.access
            request.requirements = draft.requirements
            request.only = draft.only
            self = .exec(request)
        }
    }

    private static func draft(_ arguments: ArraySlice<String>, of command: String) -> Draft? {
        var draft = Draft()
        var rest = arguments
        var seen: Set<String> = []
        // Most command lines have no options and do not need the table.
        lazy var options = Self.options(of: command) ?? []
        while let argument = rest.popFirst() {
            guard argument.utf8.first == UInt8(ascii: "-") else {
                guard draft.reference == nil, !argument.isEmpty else { return nil }
                draft.reference = argument
                continue
            }
            let name = argument.prefix { $0 != "=" }
            guard let option = options.first(where: { $0.names.contains(String(name)) }) else {
                return nil
            }
            if !seen.insert(option.names[0]).inserted, !option.isRepeatable { return nil }
            let value: String
            if !option.takesValue {
                guard name.endIndex == argument.endIndex else { return nil }
                value = argument
            } else if name.endIndex < argument.endIndex {
                value = String(argument[argument.index(after: name.endIndex)...])
                // The large program's parser would use the next argument in this case.
                if value.isEmpty { return nil }
            } else {
                // The large program's parser does not accept an option as a value.
                guard let next = rest.popFirst(), !next.hasPrefix("-") else { return nil }
                value = next
            }
            guard option.apply(&draft, value) else { return nil }
        }
        return draft
    }

    /// Runs the command.
    package func run(in world: World) throws -> ExitStatus {
        try world.requireText()
        switch self {
        case .get(let request): return try request.run(in: world)
        case .exec(let request): return try request.run(in: world)
        }
    }
}
