import Entries

/// A command that the small program runs itself, without the argument parser.
///
/// A command line that the table of options does not understand completely is left to the large
/// program, which parses it again, runs the same code, and reports errors.
package enum SecretCommand {
    case get(TokenRequest)
    case exec(ExecRequest)
    case inject(InjectRequest)
    case export(ExportRequest)
    case verifyWebhook(WebhookVerification)
    case signedRequest(SignedRequest)

    /// Parses the arguments, or returns `nil` if the table does not understand them completely.
    package init?(_ arguments: [[UInt8]]) {
        guard let word = arguments.first.flatMap({ String(validating: $0, as: UTF8.self) }),
            let name = Name(rawValue: word),
            let line = SecretArguments(arguments.dropFirst(), of: name),
            let command = Self.command(name, line)
        else { return nil }
        self = command
    }

    private static func command(_ name: Name, _ arguments: SecretArguments) -> SecretCommand? {
        switch name {
        case .get: arguments.get(arguments.positionals).map { .get($0) }
        case .exec: arguments.exec.map { .exec($0) }
        case .inject: arguments.inject.map { .inject($0) }
        case .export: arguments.export
        case .verifyWebhook: arguments.webhook.map { .verifyWebhook($0) }
        case .signedRequest: arguments.signedRequest.map { .signedRequest($0) }
        }
    }

    /// Runs the command.
    package func run(in world: World) throws -> ExitStatus {
        // The table has checked the arguments.
        if let variable = world.unreadableVariableFailures.first { throw variable.failure }
        switch self {
        case .get(let request): return try request.run(in: world)
        case .exec(let request): return try request.run(in: world)
        case .inject(let request): return try request.run(in: world)
        case .export(let request): return try request.run(in: world)
        case .verifyWebhook(let request): return try request.run(in: world)
        case .signedRequest(let request): return try request.run(in: world)
        }
    }
}

/// The arguments of a command.
private struct SecretArguments {
    private var draft = SecretCommand.Draft()
    private let others: OtherArguments

    init?(_ arguments: ArraySlice<[UInt8]>, of name: SecretCommand.Name) {
        guard
            let others = OptionTable.parse(
                arguments, into: &draft, SecretCommand.table(of: name))
        else { return nil }
        self.others = others
    }

    var positionals: [String] { others.positionals }
    private var command: ArraySlice<[UInt8]>? { others.command }

    /// Whether there are neither arguments other than options nor a `--`.
    private var hasOnlyOptions: Bool { positionals.isEmpty && command == nil }

    func get(_ references: [String]) -> TokenRequest? {
        // The large program has the network that --fresh needs.
        guard references.count == 1, let reference = references.first, command == nil, !draft.fresh
        else { return nil }
        var request = TokenRequest(reference: reference)
        request.access = draft.access
        request.noNewline = draft.noNewline
        request.header = draft.header
        request.requirements = draft.requirements
        request.maxStale = draft.maxStale
        return request
    }

    var exec: ExecRequest? {
        guard positionals.isEmpty, !draft.assignments.isEmpty, let command, !command.isEmpty else {
            return nil
        }
        var request = ExecRequest()
        request.assignments = draft.assignments
        request.access = draft.access
        request.requirements = draft.requirements
        request.only = draft.only
        return request
    }

    var inject: InjectRequest? {
        guard hasOnlyOptions else { return nil }
        var request = InjectRequest()
        request.input = draft.input
        request.output = draft.output
        request.access = draft.access
        request.requirements = draft.requirements
        return request
    }

    var export: SecretCommand? {
        guard command == nil, let arguments = try? ExportRequest.parse(positionals) else {
            return nil
        }
        switch arguments {
        case .reference(let reference):
            return draft.format == nil ? get([reference]).map { .get($0) } : nil
        case .assignments(let assignments):
            var request = ExportRequest(assignments)
            request.access = draft.access
            request.requirements = draft.requirements
            request.format = draft.json ? .json : draft.format ?? .shell
            return .export(request)
        }
    }

    var webhook: WebhookVerification? {
        guard hasOnlyOptions, let signature = draft.signature else { return nil }
        var request = WebhookVerification(signature: signature)
        request.app = draft.app
        request.access = draft.access
        return request
    }

    var signedRequest: SignedRequest? {
        guard hasOnlyOptions else { return nil }
        var request = SignedRequest()
        request.app = draft.app
        request.showSecrets = draft.showSecrets
        request.access = draft.access
        return request
    }
}
