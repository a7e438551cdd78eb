package import Entries
import Vault

extension EntryError: Message {
    package enum ID: String, MessageID {
        case notAReference = "not-a-reference"
        case noSuchKind = "no-such-kind"
        case noEntry = "no-entry"
        case noEntryOfThatName = "no-entry-of-that-name"
        case severalOfThatName = "several-entries-of-that-name"
        case noEntryOfKind = "no-entry-of-kind"
        case severalOfKind = "several-entries-of-kind"
        case otherKind = "entry-of-other-kind"
        case nameTooLong = "name-too-long"
        case nameIsNumber = "name-is-a-number"
        case tokenInvalid = "stored-token-invalid"
        case tokenExpired = "stored-token-expired"
        case scopeMissing = "scope-missing"
        case scopesUnknown = "scopes-unknown"
        case expiryUnknown = "expiry-unknown"
        case expiresTooSoon = "expires-too-soon"
    }

    package var failure: Failure {
        switch self {
        case .notAReference(nil):
            Failure(
                ID.notAReference, .usage,
                "invalid reference; use kind:id, such as app:APP_ID, user:USER_ID or page:PAGE_ID",
                hint: "tokenvault list")
        case .notAReference(let nearest?):
            Failure(
                ID.noSuchKind, .usage,
                "unknown kind of entry; did you mean \(nearest):…?",
                hint: "tokenvault list")
        case .notFound(let reference, let similar):
            Failure(
                ID.noEntry, .missing, "no entry \(reference)\(Self.question(similar))",
                hint: "tokenvault list")
        case .noSuchName(let kind, let similar):
            Failure(
                ID.noEntryOfThatName, .missing,
                "no \(kind) with that name\(Self.question(similar))", hint: "tokenvault list")
        case .severalOfThatName(let references):
            Failure(
                ID.severalOfThatName, .usage,
                "several entries have that name; use one of these references: \(references)")
        case .noneOfKind(let kind, let next):
            Failure(ID.noEntryOfKind, .missing, "no \(kind) in the vault", hint: next)
        case .severalOfKind(let kind, let option?, let references):
            Failure(
                ID.severalOfKind, .usage,
                "the vault has several entries of kind \(kind); choose one with "
                    + "\(OptionName(option)): \(references)")
        case .severalOfKind(let kind, nil, let references):
            Failure(
                ID.severalOfKind, .usage,
                "the vault has several entries of kind \(kind); name one of them: \(references)")
        case .otherKind(let kind, let option?):
            Failure(
                ID.otherKind, .usage,
                "\(OptionName(option)) requires an entry of kind \(kind), such as \(kind):ID")
        case .otherKind(let kind, nil):
            Failure(
                ID.otherKind, .usage,
                "this command requires an entry of kind \(kind), such as \(kind):ID")
        case .nameTooLong(let limit):
            Failure(ID.nameTooLong, .usage, "the name is longer than \(limit) bytes")
        case .nameIsNumber:
            Failure(
                ID.nameIsNumber, .usage,
                "a name cannot consist only of digits, because it would look like an ID")
        case .unfit(let entry, let shortcoming, let renewal):
            Self.unfit(entry, shortcoming, renewal: renewal)
        }
    }

    private static func unfit(
        _ entry: Entry, _ shortcoming: TokenRequirements.Shortcoming, renewal: CommandText
    ) -> Failure {
        let reference = entry.reference
        let check: CommandText = "tokenvault check --online \(reference)"
        switch shortcoming {
        case .invalid:
            let reason: MessageText = entry.metadata.validity.reason.map { ": \(Reason($0))" } ?? ""
            return Failure(
                ID.tokenInvalid, .tokenRefused, "\(reference) is not valid\(reason)", hint: renewal)
        case .expired(let span?):
            return Failure(
                ID.tokenExpired, .tokenRefused,
                "\(reference) expired \(TimeSpan(seconds: span)) ago", hint: renewal)
        case .expired(nil):
            return Failure(
                ID.tokenExpired, .tokenRefused, "\(reference) has expired", hint: renewal)
        case .dataAccessExpired(let span):
            return Failure(
                ID.tokenExpired, .tokenRefused,
                "data access for \(reference) expired \(TimeSpan(seconds: span)) ago",
                hint: renewal)
        case .lacksScope:
            return Failure(
                ID.scopeMissing, .tokenRefused, "\(reference) lacks a required scope",
                hint: "tokenvault show \(reference)")
        case .withoutScopes:
            return Failure(
                ID.scopeMissing, .tokenRefused,
                "\(reference) is not an access token, so it has no scopes")
        case .unknownScopes:
            return Failure(
                ID.scopesUnknown, .tokenRefused, "the scopes of \(reference) are unknown",
                hint: check)
        case .unknownExpiry:
            return Failure(
                ID.expiryUnknown, .expiring, "the expiry of \(reference) is unknown", hint: check)
        case .expiresTooSoon:
            return Failure(
                ID.expiresTooSoon, .expiring,
                "\(reference) expires sooner than --valid-for allows", hint: renewal)
        }
    }

    /// Returns a question that suggests up to three similar entries, or an empty text.
    private static func question(_ similar: [Entry]) -> MessageText {
        guard !similar.isEmpty else { return "" }
        var question: MessageText = "; did you mean "
        for (index, entry) in similar.prefix(3).enumerated() {
            if index > 0 { question += " or " }
            question += "\(entry.reference)"
            if let name = entry.metadata.name { question += " (\(DisplayName(name)))" }
        }
        return question + "?"
    }
}

extension EntryError {
    package static var samples: [EntryError] {
        let page = Entry(reference: .samplePage, metadata: Metadata())
        var invalid = page
        invalid.metadata.validity = .invalid(reason: "the session was invalidated")
        let renewal: CommandText = "tokenvault pages"
        func unfit(
            _ shortcoming: TokenRequirements.Shortcoming, of entry: Entry? = nil
        ) -> EntryError {
            .unfit(entry ?? page, shortcoming, renewal: renewal)
        }
        return [
            .notAReference(nearestKind: nil), .notAReference(nearestKind: .page),
            .notFound(.samplePage, similar: []), .notFound(.samplePage, similar: [page]),
            .noSuchName(.page, similar: []), .severalOfThatName([.samplePage, .samplePage]),
            .noneOfKind(.app, next: "tokenvault help add"),
            .severalOfKind(.app, option: "--app", [.sampleApp, .sampleApp]),
            .severalOfKind(.user, option: nil, [.sampleUser, .sampleUser]),
            .otherKind(.app, option: "--app"), .otherKind(.app, option: nil),
            .nameTooLong(limit: 512), .nameIsNumber,
            unfit(.invalid), unfit(.invalid, of: invalid), unfit(.expired(secondsAgo: 259_200)),
            unfit(.expired(secondsAgo: nil)), unfit(.dataAccessExpired(secondsAgo: 259_200)),
            unfit(.lacksScope), unfit(.withoutScopes),
            unfit(.unknownScopes), unfit(.unknownExpiry), unfit(.expiresTooSoon),
        ]
    }
}
