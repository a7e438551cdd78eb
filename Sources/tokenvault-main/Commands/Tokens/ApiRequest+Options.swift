import Console

extension ApiRequest {
    /// Parses the arguments after the command's name, or returns `nil` if they are unusual.
    ///
    /// The argument parser would take longer than the rest of the command. It parses what this table
    /// does not understand completely, and reports errors.
    init?(_ arguments: [String]) {
        let arguments = arguments.map { Array($0.utf8) }
        var draft = Draft()
        guard let others = OptionTable.parse(arguments[...], into: &draft, Self.options),
            others.command == nil, !others.positionals.isEmpty
        else { return nil }
        self = draft.request(others.positionals)
    }

    /// The options; those of the parser are the same.
    static var options: OptionTable<Draft> {
        OptionTable(
            OptionTable.common + [
                .text("-f", "--field", isRepeatable: true) { $0.fields.append($1) },
                .text("-F", "--form", isRepeatable: true) { $0.forms.append($1) },
                .text("--as") { $0.identity = $1 },
                .flag("--paginate") { $0.isPaginated = true },
                .flag("--include", "-i") { $0.includesHeaders = true },
                .flag("--show-secrets") { $0.showsSecrets = true },
                .text("--graph-version") { $0.version = $1 },
                .text("--graph-url") { $0.url = $1 },
                .text("--ca-file") { $0.certificates = $1 },
            ])
    }

    /// The values of the options parsed so far.
    struct Draft: CommandDraft {
        var access = VaultAccess()
        var json = false
        var quiet = false
        var fields: [String] = []
        var forms: [String] = []
        var identity: String?
        var isPaginated = false
        var includesHeaders = false
        var showsSecrets = false
        var version: String?
        var url: String?
        var certificates: String?

        fileprivate func request(_ words: [String]) -> ApiRequest {
            var request = ApiRequest(words: words)
            request.fields = fields
            request.forms = forms
            request.identity = identity
            request.isPaginated = isPaginated
            request.includesHeaders = includesHeaders
            request.showsSecrets = showsSecrets
            request.access = access
            request.graph.version = version
            request.graph.url = url
            request.graph.certificates = certificates
            request.output.json = json
            request.output.quiet = quiet
            return request
        }
    }
}
