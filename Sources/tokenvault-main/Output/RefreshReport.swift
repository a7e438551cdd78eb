import Console
import Entries
import Tokens
import Vault

/// The results of a refresh, as a table or as JSON.
struct RefreshReport {
    private let lines: [RefreshLine]

    init(_ lines: [RefreshLine]) {
        self.lines = lines
    }

    /// A required login takes precedence, then the first failure, then any token not renewed.
    var status: ExitStatus {
        if lines.contains(where: { if case .needsLogin = $0.result { true } else { false } }) {
            return .tokenRefused
        }
        for line in lines {
            switch line.result {
            case .failed(let error), .stopped(let error, _): return Failure(error).status
            case .renewed, .renewedElsewhere, .notExtended, .tooYoung, .kept, .needsLogin: continue
            }
        }
        // A token that is too young has nearly its whole lifetime left.
        return lines.allSatisfy(\.result.isFine) ? .done : .expiring
    }

    /// The commands to run next, each once.
    var hints: [CommandText] {
        var hints: [CommandText] = []
        for hint in lines.compactMap(\.hint) where !hints.contains(hint) { hints.append(hint) }
        return hints
    }

    private struct Document: Encodable {
        let ref: String
        let result: String
        let message: String?
        let hint: String?
        let expiresBefore: String?
        let expires: String?
        let pages: Int

        private enum CodingKeys: String, CodingKey {
            case ref
            case result
            case message
            case hint
            case expiresBefore = "expires_at_before"
            case expires = "expires_at"
            case pages
        }
    }

    func text(json: Bool, in world: World) throws -> String {
        if json {
            return try JSONDocument.text(
                lines.map { line in
                    let (word, message) = line.words
                    return Document(
                        ref: "\(line.before.reference)", result: word, message: message,
                        hint: line.hint.map(world.command),
                        expiresBefore: line.before.metadata.expiresAt.text,
                        expires: line.after?.metadata.expiresAt.text, pages: line.pages)
                })
        }
        let time = TimeText(now: world.now(), in: world)
        var table = Table(columns: [
            Table.Column(title: "ENTRY"), Table.Column(title: "NAME", canShrink: true),
            Table.Column(title: "RESULT"), Table.Column(title: "EXPIRES", canShrink: true),
            Table.Column(title: "PAGES"),
        ])
        table.rows = lines.map { line in
            [
                "\(line.before.reference)", line.before.metadata.name ?? "", line.words.word,
                time.text(line.after?.metadata.expiresAt ?? .unknown), "\(line.pages)",
            ]
        }
        let reasons = lines.compactMap { line in
            line.words.message.map { "\(line.before.reference): \(DisplayText.clean($0))" }
        }
        let all = table.lines(width: world.terminal.outputColumns()) + reasons
        return all.joined(separator: "\n") + "\n"
    }
}

extension RefreshResult {
    fileprivate var isFine: Bool {
        switch self {
        case .renewed, .renewedElsewhere, .tooYoung: true
        case .notExtended, .kept, .needsLogin, .failed, .stopped: false
        }
    }
}

extension RefreshLine {
    fileprivate var words: (word: String, message: String?) {
        switch result {
        case .renewed: ("renewed", nil)
        case .renewedElsewhere: ("renewed elsewhere", "another machine renewed it")
        case .notExtended:
            ("not extended", "Meta returned the same expiry; log in again before then")
        case .tooYoung:
            ("too young", "younger than 24 hours, so it cannot be renewed yet")
        case .kept(let reason): ("kept", reason.words.text)
        case .needsLogin(let reason): ("needs login", reason.words.text)
        case .failed(let error), .stopped(let error, _): ("failed", Failure(error).message.text)
        }
    }

    /// The command to run next, or `nil` if no command helps.
    fileprivate var hint: CommandText? {
        switch result {
        case .failed(let error), .stopped(let error, _): Failure(error).hint
        case .kept(let reason): reason.hint
        case .renewed, .renewedElsewhere, .notExtended, .tooYoung, .needsLogin: nil
        }
    }
}
