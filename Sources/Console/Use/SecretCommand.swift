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
            let draft = Draft(arguments.dropFirst(), of: name),
            let command = Self.command(name, draft)
        else { return nil }
        self = command
    }

    private static func command(_ name: Name, _ draft: Draft) -> SecretCommand? {
        switch name {
        case .get: draft.get(draft.positionals).map { .get($0) }
        case .exec: draft.exec.map { .exec($0) }
        case .inject: draft.inject.map { .inject($0) }
        case .export: draft.export
        case .verifyWebhook: draft.webhook.map { .verifyWebhook($0) }
        case .signedRequest: draft.signedRequest.map { .signedRequest($0) }
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

extension SecretCommand.Draft {
    /// Whether there are neither arguments other than options nor a `--`.
    private var hasOnlyOptions: Bool { positionals.isEmpty && command == nil }

    fileprivate func get(_ references: [String]) -> TokenRequest? {
        guard references.count == 1, let reference = references.first, command == nil else {
            return nil
        }
        var request = TokenRequest(reference: reference)
        request.access = access
        request.noNewline = noNewline
        request.header = header
        request.requirements = requirements
        return request
    }

    fileprivate var exec: ExecRequest? {
        guard positionals.isEmpty, !assignments.isEmpty, let command, !command.isEmpty else {
            return nil
        }
        var request = ExecRequest()
        request.assignments = assignments
        request.access = access
        request.requirements = requirements
        request.only = only
        return request
    }

    fileprivate var inject: InjectRequest? {
        guard hasOnlyOptions else { return nil }
        var request = InjectRequest()
        request.input = input
        request.output = output
        request.access = access
        request.requirements = requirements
        return request
    }

    fileprivate var export: SecretCommand? {
        guard command == nil, let arguments = try? ExportRequest.parse(positionals) else {
            return nil
        }
        switch arguments {
        case .reference(let reference):
            return format == nil ? get([reference]).map { .get($0) } : nil
        case .assignments(let assignments):
            var request = ExportRequest(assignments)
            request.access = access
            request.requirements = requirements
            request.format = json ? .json : format ?? .shell
            return .export(request)
        }
    }

    fileprivate var webhook: WebhookVerification? {
        guard hasOnlyOptions, let signature else { return nil }
        var request = WebhookVerification(signature: signature)
        request.app = app
        request.access = access
        return request
    }

    fileprivate var signedRequest: SignedRequest? {
        guard hasOnlyOptions else { return nil }
        var request = SignedRequest()
        request.app = app
        request.showSecrets = showSecrets
        request.access = access
        return request
    }
}
