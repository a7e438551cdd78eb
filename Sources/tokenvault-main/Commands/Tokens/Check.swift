import ArgumentParser
import Console
import Entries
import Graph
import Tokens
import Vault

struct Check: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Show when tokens expire.",
        discussion: """
            Checks two dates for each token: when the token itself expires, and when its access to the \
            user's data ends. Exits with 0 if all is well, 1 if something expires soon, and 2 if \
            something is expired or not valid. Warns if the Graph API version in use ends within 90 days \
            or has ended, which does not change the exit status.

            Examples:
              tokenvault check
              tokenvault check --online --within 30d
              tokenvault check --format prometheus
              tokenvault check --online --on-problem ./notify.sh
            """)

    static let defaultSpan = "14d"

    @Flag(help: "Ask Meta about each token, and store the results.")
    var online = false

    @Option(help: ArgumentHelp("Report tokens that expire within this time.", valueName: "span"))
    var within = Self.defaultSpan

    @Option(
        help: ArgumentHelp(
            "Check as of this time: an RFC 3339 time, a date, or a time span from now.",
            valueName: "when"))
    var at: String?

    @Option(help: "The output format.")
    var format = CheckFormat.table

    @Option(
        help: ArgumentHelp(
            "Run this shell command if there are problems that it has not received yet.",
            valueName: "command"))
    var onProblem: String?

    @Argument(
        help: ArgumentHelp("Check only these entries.", valueName: "ref"), completion: .references()
    )
    var references: [String] = []

    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    /// What a check has found and printed.
    private struct Findings {
        let report: CheckReport
        let problems: NewProblems?
        /// Whether printing succeeded; problems are reported even if the output pipe was closed.
        let printed: Result<Void, any Error>
        /// Why not all tokens could be checked with Meta.
        var failure: (any Error)?
    }

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        guard let span = TimeWords.span(within) else {
            throw SpanMessage.check
        }
        var moment = world.now()
        if let at {
            guard let named = TimeWords.moment(at, now: moment) else {
                throw MomentMessage.check
            }
            moment = named
        }
        // Report an invalid URL before any prompt.
        let versions = try graph.versions(in: world)
        let chosenFormat = output.json ? .json : format
        func report(
            on reader: borrowing VaultReader, ofOtherApps: Set<Reference> = []
        ) throws -> CheckReport {
            let copy =
                chosenFormat == .prometheus
                ? CopyState(ofVaultAt: try vault.access.resolvedPath(in: world)) : nil
            let context = CheckReport.Context(
                moment: moment, span: span, next: try NextStep(in: reader, for: world),
                versions: versions, copy: copy)
            return CheckReport(
                context, ofOtherApps: ofOtherApps, hasTable: chosenFormat == .table, in: world)
        }
        let findings =
            if references.isEmpty, !online {
                try vault.access.read(in: world) { reader in
                    try checkAll(reader, try report(on: reader), as: chosenFormat, in: world)
                }
            } else {
                try await checkInMemory(as: chosenFormat, in: world, over: network, report)
            }
        warn(about: versions, at: moment, in: world)
        let hasReported =
            try findings.problems.map { try runHook(on: $0, in: world, over: network) } ?? true
        try findings.printed.get()
        let status = findings.report.status
        if let failure = findings.failure {
            if status != .tokenRefused { throw failure }
            output.warn(Failure(failure).message.text, in: world)
        }
        return status == .done && !hasReported ? .hookFailed : status
    }

    /// Checks all tokens as they are stored, without keeping them in memory.
    private func checkAll(
        _ vault: borrowing VaultReader, _ empty: CheckReport, as format: CheckFormat,
        in world: World
    ) throws -> Findings {
        var report = empty
        var problems = newProblems(of: vault.header.vaultID, in: world)
        let order = try report.add(vault, in: world, where: Self.isChecked) { problems?.add($0) }
        let printed = Result { try format.print(report, order, of: vault, in: world) }
        return Findings(report: report, problems: problems, printed: printed)
    }

    /// Checks the named entries, or asks Meta about the tokens.
    private func checkInMemory(
        as format: CheckFormat, in world: World, over network: Network,
        _ emptyReport: (borrowing VaultReader, Set<Reference>) throws -> CheckReport
    ) async throws -> Findings {
        let vault =
            online
            ? try await sharing.unlock(vault.access, in: world, over: network)
            : try vault.access.unlock(in: world)
        var entries = try chosen(in: vault)
        var failure: (any Error)?
        var ofOtherApps: Set<Reference> = []
        if online {
            let checked = try await ask(
                about: entries, in: vault, world: world, over: network)
            (entries, failure) = (checked.entries, checked.failure)
            ofOtherApps = checked.ofOtherApps
        }
        var report = try vault.read { try emptyReport($0, ofOtherApps) }
        let lines = report.add(entries, in: world)
        var problems = newProblems(of: vault.vaultID, in: world)
        for line in lines { problems?.add(line) }
        let printed = Result { try format.print(report, lines, in: world) }
        return Findings(report: report, problems: problems, printed: printed, failure: failure)
    }

    private func warn(about versions: [APIVersion], at moment: Timestamp, in world: World) {
        for warning in versions.compactMap({ VersionWarning($0, at: moment) }) {
            output.warn(warning.text, in: world)
        }
    }

    private static func isChecked(_ reference: Reference) -> Bool {
        reference.kind.isToken && reference.suffix == nil
    }

    /// Returns the named entries, or every token if none are named.
    private func chosen(in vault: UnlockedVault) throws -> [Entry] {
        guard !references.isEmpty else {
            return try vault.read({ try $0.entries() }).filter { Self.isChecked($0.reference) }
        }
        return try vault.read { reader in
            try references.map { try reader.entry(try reader.reference($0)).entry }
        }
    }

    private func ask(
        about entries: [Entry], in vault: UnlockedVault, world: World, over network: Network
    ) async throws -> OnlineCheckResult {
        let progress = Progress(in: world, quiet: output.quiet)
        defer { progress.end() }
        var output = output
        output.json = output.json || format == .json
        let platforms = Set(entries.compactMap { MetaPlatform($0) })
        return try await graph.withClients(
            for: platforms, in: world, over: network, output
        ) { clients in
            let check = OnlineCheck(vault: vault, clients: clients, now: world.now)
            return try await check.run(entries) {
                progress.show("\($0) of \(entries.count) tokens")
            }
        }
    }
}
