import ArgumentParser
import Console
import Entries
import Graph
import Platform
import Sodium
import Tokens
import Vault

struct Import: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import the secrets from a plain-text file.",
        discussion: """
            Reads .env files with APP_ID, APP_SECRET, SHORT_TOKEN, LONG_TOKEN, ACCESS_TOKEN, USER_TOKEN, \
            SYSTEM_USER_TOKEN, PAGE_TOKEN and PAGE_ID, also with the prefix FB_, FACEBOOK_ or META_ and \
            in longer forms such as FB_PAGE_ACCESS_TOKEN; APP_ID, APP_SECRET, ACCESS_TOKEN and USER_ID \
            with the prefix INSTAGRAM_, IG_ or THREADS_; and JSON responses of Meta's accounts and \
            oauth/access_token endpoints. Stores everything that can be stored or, if something is \
            wrong, nothing, and lists each secret that it leaves out. If the file does not contain the ID \
            of a token's owner, only Meta knows it: use --online to ask. The file is not deleted.

            Examples:
              tokenvault import .env --dry-run
              tokenvault import .env --online
            """)

    @Argument(
        help: ArgumentHelp("The file, or - for standard input.", valueName: "file"),
        completion: .file())
    var path: String

    @Flag(help: "Ask Meta who owns each token and how long it lasts.")
    var online = false

    @Flag(help: "Show what would be stored, without storing it.")
    var dryRun = false

    @Flag(help: "Replace the secrets of existing entries.")
    var replace = false

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        // Report an invalid URL before any prompt.
        _ = try graph.endpoint(in: world)
        let content = try PlainSecrets(text(in: world))
        let vault = try vault.access.unlock(in: world)
        let stored = try vault.read { reader in
            Dictionary(
                try reader.entries().map { ($0.reference, $0.metadata) }, uniquingKeysWith: { $1 })
        }
        let next = try vault.read {
            try NextStep(in: $0, for: world, adding: content.secrets.compactMap(\.reference))
        }
        // Checked before Meta is asked, and again with what Meta says.
        try refuseExisting(ImportPlan(content, next: next), among: stored)
        let plan =
            online
            ? try await askMeta(content, in: vault, world: world, over: network)
            : ImportPlan(content, next: next)
        try refuseExisting(plan, among: stored)
        if plan.secrets.isEmpty, !plan.hasDeadTokens {
            throw nothingToStore(plan)
        }
        let now = world.now()
        let entries =
            dryRun
            ? plan.secrets.compactMap { $0.entry(replacing: stored, at: now) }
            : try store(plan, in: vault, now: now)
        let report = ImportReport(plan: plan, entries: entries, isDryRun: dryRun)
        if output.json {
            try world.terminal.writeOutput(report.json(at: now).span)
        } else {
            try world.terminal.print(report.table(in: world))
            report.printNotes(in: world) { output.note($0, in: world) }
        }
        if content.isIncomplete {
            output.warn(
                "the file contains only part of Meta's list; to get all of it: "
                    + next.pages(of: nil, app: nil).text, in: world)
        }
        if !dryRun { warnOfFile(plan, in: world) }
        return plan.hasDeadTokens ? .tokenRefused : .done
    }

    private func text(in world: World) throws -> SharedSecret {
        if path == "-", world.terminal.inputIsTerminal() {
            throw ImportMessage.inputIsTerminal
        }
        let content =
            path == "-" ? try world.terminal.readInput(PlainSecrets.limit) : try fileContent()
        guard let content else { throw ImportMessage.tooLarge }
        return content
    }

    /// Returns the content of the file, or `nil` if it is too large.
    private func fileContent() throws -> SharedSecret? {
        do throws(SystemCallFailure) {
            guard let content = try File(reading: path).readSecret(limit: PlainSecrets.limit) else {
                return nil
            }
            return SharedSecret(content)
        } catch {
            throw ImportMessage.unreadable(Reason(error.reason))
        }
    }

    private func askMeta(
        _ content: PlainSecrets, in vault: UnlockedVault, world: World, over network: Network
    ) async throws -> ImportPlan {
        let progress = Progress(in: world, quiet: output.quiet)
        defer { progress.end() }
        let platforms = Set(content.secrets.map(\.platform))
        let answers = try await graph.withClients(
            for: platforms, in: world, over: network, output
        ) { clients in
            let inquiry = OwnerInquiry(clients: clients) { found -> [OwnerInquiry.Asker] in
                let app = found.metadata.app
                let appsInFile = content.secrets.filter { $0.reference?.kind == .app }
                let appInFile =
                    appsInFile.first { $0.reference == app }
                    ?? (app == nil ? appsInFile.first : nil)
                if let appInFile, let reference = appInFile.reference {
                    let credentials = AppCredentials(id: reference.id, secret: appInFile.secret)
                    return [OwnerInquiry.Asker(credentials: credentials, isStored: false)]
                }
                return try vault.read { reader in
                    let apps = try app.map { [$0] } ?? reader.references(of: .app)
                    return try apps.filter { $0.suffix == nil }.compactMap { app in
                        try reader.appCredentials(of: app).map {
                            OwnerInquiry.Asker(credentials: $0, isStored: true)
                        }
                    }
                }
            }
            return try await inquiry.run(content.secrets) {
                progress.show("\($0) of \(content.secrets.count) tokens")
            }
        }
        return try ImportPlan(content, answers: answers, now: world.now())
    }

    private func refuseExisting(
        _ plan: ImportPlan, among stored: [Reference: Metadata]
    ) throws {
        let there = plan.secrets.compactMap(\.reference).filter { stored[$0] != nil }
        if !replace, !there.isEmpty { throw existing(there) }
    }

    private func nothingToStore(_ plan: ImportPlan) -> ImportMessage {
        let canAsk = !online && plan.leftOut.contains(where: \.canBeAsked)
        return .nothingToStore(
            plan.leftOut,
            hint: canAsk ? again(online: true) : plan.leftOut.compactMap(\.hint).first)
    }

    private func existing(_ references: [Reference]) -> ImportMessage {
        .existing(references, again: again(replace: true))
    }

    /// Returns the same command with one more option, or `nil` if its path cannot be shown.
    private func again(online: Bool = false, replace: Bool = false) -> CommandText? {
        let options: [(isGiven: Bool, text: CommandText)] = [
            (self.online || online, "--online"), (dryRun, "--dry-run"),
            (self.replace || replace, "--replace"),
        ]
        var command: CommandText = "tokenvault import -"
        // `-` is standard input.
        if path != "-" {
            guard isFile, let file = ShellWord(path) else { return nil }
            command = "tokenvault import \(file)"
        }
        for option in options where option.isGiven { command = "\(command) \(option.text)" }
        return command
    }

    /// Whether the path is that of a file: a pipe, such as a shell's `<(…)`, can be read only once.
    private var isFile: Bool {
        guard path != "-", !path.hasPrefix("/dev/"), !path.hasPrefix("/proc/") else { return false }
        return (try? FileStatus(of: path))?.isRegular == true
    }

    private func store(
        _ plan: ImportPlan, in vault: UnlockedVault, now: Timestamp
    ) throws -> [Entry] {
        var entries: [Entry] = []
        try vault.change { _ in
            entries = []
            return plan.secrets.compactMap { found in
                found.reference.map { reference in
                    EntryChange(reference) { old in
                        guard old == nil || replace else { throw existing([reference]) }
                        let metadata = found.described(replacing: old, at: now)
                        entries.append(Entry(reference: reference, metadata: metadata))
                        return .store(found.secret, metadata)
                    }
                }
            }
        }
        return entries
    }

    /// Warns that the secrets are still in the file, in plain text.
    ///
    /// Suggests deleting the file only if no secret would be lost.
    private func warnOfFile(_ plan: ImportPlan, in world: World) {
        guard isFile, !plan.secrets.isEmpty else { return }
        let isAllStored = !plan.leftOut.contains(where: \.isSecret)
        let remedy = ShellWord.quoted(path).flatMap {
            isAllStored ? "; if you need nothing else in it: shred -u \($0)" : nil
        }
        output.warn(
            "\(shown(path)) still contains the secrets in plain text\(remedy ?? "")", in: world)
    }
}
