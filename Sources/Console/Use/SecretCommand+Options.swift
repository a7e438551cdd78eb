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

    private typealias Option = OptionTable<Draft>.Option

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
    package static func table(of command: Name) -> OptionTable<Draft> {
        OptionTable(OptionTable<Draft>.common + options(of: command))
    }

    private static func options(of command: Name) -> [Option] {
        switch command {
        case .get:
            [
                validity, allowExpired,
                .flag("-n") { $0.noNewline = true }, .flag("--header") { $0.header = true },
                .flag("--fresh") { $0.fresh = true },
                .value("--max-stale") { draft, text in
                    draft.maxStale = TimeWords.span(text)
                    return draft.maxStale != nil
                },
                .text("--require-scope", isRepeatable: true) { draft, text in
                    draft.requirements.requiredScopes.append(text)
                },
            ]
        case .exec:
            [
                validity, allowExpired, .flag("--only") { $0.only = true },
                .value("--env", isRepeatable: true) { draft, text in
                    guard let assignment = try? Assignment(text) else { return false }
                    draft.assignments.append(assignment)
                    return true
                },
            ]
        case .inject:
            [validity, .text("-i") { $0.input = $1 }, .text("-o") { $0.output = $1 }]
        case .export:
            [
                validity,
                .value("--format") { draft, text in
                    draft.format = ExportRequest.Format(rawValue: text)
                    return draft.format != nil
                },
            ]
        case .verifyWebhook:
            [
                .text("--app") { $0.app = $1 },
                .text("--signature", takesAnything: true) { $0.signature = $1 },
            ]
        case .signedRequest:
            [
                .text("--app") { $0.app = $1 },
                .flag("--show-secrets") { $0.showSecrets = true },
            ]
        }
    }

    /// The values of the options parsed so far.
    package struct Draft: CommandDraft {
        package var access = VaultAccess()
        package var json = false
        package var quiet = false
        var requirements = TokenRequirements()
        var fresh = false
        var maxStale: Int64?
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

        package init() {}
    }
}
