import Console

extension ApiRequest {
    /// Parses the arguments after the command's name, or returns `nil` if they are unusual.
    ///
    /// The argument parser would take longer than the rest of the command. It parses what this table
    /// does not understand completely, and reports errors.
    init?(_ arguments: [String]) {
        let arguments = arguments.map { Array($0.utf8) }
        self.init()
        guard let others = OptionTable.parse(arguments[...], into: &self, Self.options),
            others.command == nil, !others.positionals.isEmpty
        else { return nil }
        words = others.positionals
    }

    /// The options; those of the parser are the same.
    static var options: OptionTable<ApiRequest> {
        OptionTable(
            OptionTable.common + [
                .text("-f", "--field", isRepeatable: true) { $0.fields.append($1) },
                .text("-F", "--form", isRepeatable: true) { $0.forms.append($1) },
                .text("--as") { $0.identity = $1 },
                .flag("--paginate") { $0.isPaginated = true },
                .flag("--include", "-i") { $0.includesHeaders = true },
                .flag("--show-secrets") { $0.showsSecrets = true },
                .text("--graph-version") { $0.graph.version = $1 },
                .text("--graph-url") { $0.graph.url = $1 },
                .text("--ca-file") { $0.graph.certificates = $1 },
            ])
    }
}
