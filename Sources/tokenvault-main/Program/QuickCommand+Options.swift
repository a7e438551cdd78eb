import ArgumentParser
import Console

extension List: QuickCommand {
    mutating func setDefaults() {
        kind = nil
        tree = false
    }

    static var ownOptions: [OptionTable<List>.Option] {
        [.text("--kind") { $0.kind = $1 }, .flag("--tree") { $0.tree = true }]
    }
}

extension Verify: QuickCommand {
    func setDefaults() {}

    static var ownOptions: [OptionTable<Verify>.Option] { [] }
}

extension Check: QuickGraphCommand {
    mutating func setDefaults() {
        online = false
        within = Self.defaultSpan
        at = nil
        format = .table
        onProblem = nil
        sharing = .defaults
        graph = .defaults
    }

    static var ownOptions: [OptionTable<Check>.Option] {
        graphOptions + [
            .flag("--online") { $0.online = true },
            .text("--within") { $0.within = $1 },
            .text("--at") { $0.at = $1 },
            .value("--format") { check, text in
                guard let format = CheckFormat(rawValue: text) else { return false }
                check.format = format
                return true
            },
            .text("--on-problem") { $0.onProblem = $1 },
            .flag("--require-shared") { $0.sharing.requireShared = true },
        ]
    }

    mutating func take(_ words: [String]) -> Bool {
        references = words
        return true
    }
}

extension Api: QuickGraphCommand {
    mutating func setDefaults() {
        fields = []
        forms = []
        identity = nil
        paginate = false
        include = false
        showSecrets = false
        graph = .defaults
    }

    static var ownOptions: [OptionTable<Api>.Option] {
        graphOptions + [
            .text("-f", "--field", isRepeatable: true) { $0.fields.append($1) },
            .text("-F", "--form", isRepeatable: true) { $0.forms.append($1) },
            .text("--as") { $0.identity = $1 },
            .flag("--paginate") { $0.paginate = true },
            .flag("--include", "-i") { $0.include = true },
            .flag("--show-secrets") { $0.showSecrets = true },
        ]
    }

    mutating func take(_ words: [String]) -> Bool {
        self.words = words
        return !words.isEmpty
    }
}

extension Exchange: QuickGraphCommand {
    mutating func setDefaults() {
        app = nil
        resume = false
        changes = .defaults
        sharing = .defaults
        graph = .defaults
    }

    static var ownOptions: [OptionTable<Exchange>.Option] {
        graphOptions + [
            .text("--app") { $0.app = $1 },
            .flag("--resume") { $0.resume = true },
            .text("--on-change") { $0.changes.onChange = $1 },
            .flag("--require-shared") { $0.sharing.requireShared = true },
        ]
    }

    mutating func take(_ words: [String]) -> Bool {
        reference = words.first
        return words.count < 2
    }
}

extension Pages: QuickGraphCommand {
    mutating func setDefaults() {
        user = nil
        offline = false
        changes = .defaults
        sharing = .defaults
        graph = .defaults
    }

    static var ownOptions: [OptionTable<Pages>.Option] {
        graphOptions + [
            .text("--user") { $0.user = $1 },
            .flag("--offline") { $0.offline = true },
            .text("--on-change") { $0.changes.onChange = $1 },
            .flag("--require-shared") { $0.sharing.requireShared = true },
        ]
    }

    mutating func take(_ words: [String]) -> Bool {
        ids = words
        return true
    }
}

/// A quick command that sends requests to the Graph API.
protocol QuickGraphCommand: QuickCommand {
    var graph: GraphOptions { get set }
}

extension QuickGraphCommand {
    fileprivate static var graphOptions: [OptionTable<Self>.Option] {
        [
            .text("--graph-version") { $0.graph.version = $1 },
            .text("--graph-url") { $0.graph.url = $1 },
            .text("--ca-file") { $0.graph.certificates = $1 },
        ]
    }
}
