package import Vault

/// Selection of entries by the text that a user typed.
extension VaultReader {
    /// Returns the reference in `text`, or that of the only entry with the kind and name in `text`.
    ///
    /// Errors never contain `text`, because someone will type a token.
    package func reference(_ text: String) throws -> Reference {
        if let reference = Reference(text: text) {
            if !reference.kind.isKnown, try entryIfAny(reference) == nil {
                throw EntryError.unknown(reference.kind)
            }
            return reference
        }
        return try reference(EntryByName(text)) { wanted in
            try entries().filter { wanted == EntryByName($0) }.map(\.reference)
        }
    }

    /// Returns the only one of the references that `find` returns for `wanted`.
    func reference(
        _ wanted: EntryByName, _ find: (EntryByName) throws -> [Reference]
    ) throws -> Reference {
        let found = try find(wanted)
        guard let only = found.first else { throw try notFound(wanted) }
        guard found.count == 1 else { throw EntryError.severalOfThatName(found) }
        return only
    }

    /// Returns the reference of the entry of `kind` that `text` selects or, if `text` is `nil`, of
    /// the only entry of that kind.
    package func resolve(
        _ kind: Reference.Kind, named text: String?, option: String?
    ) throws -> Reference {
        if let text {
            // The kind is known, so the ID is enough.
            let reference = try Reference(kind, text) ?? reference(text)
            guard reference.kind == kind, reference.suffix == nil else {
                throw EntryError.otherKind(kind, option: option)
            }
            return reference
        }
        let all = try references(of: kind).filter { $0.suffix == nil }
        guard let first = all.first else {
            throw EntryError.noneOfKind(
                kind,
                next: kind.isApp
                    ? "tokenvault help add" : try NextStep(in: self).exchange(for: nil))
        }
        guard all.count == 1 else {
            throw EntryError.severalOfKind(kind, option: option, all)
        }
        return first
    }

    /// Returns the app of `platform` that `text` selects or, if `text` is `nil`, the only one.
    ///
    /// - Throws: ``PairingError`` if `text` is an app of another platform.
    package func resolveApp(
        of platform: MetaPlatform, named text: String?, option: String
    ) throws -> Reference {
        if let text {
            let named = try Reference(platform.appKind, text) ?? reference(text)
            if named.kind.isApp, named.kind != platform.appKind {
                throw PairingError.app(
                    named, platform, next: "tokenvault list --kind \(platform.appKind)")
            }
        }
        return try resolve(platform.appKind, named: text, option: option)
    }

    /// Returns the app that `text` selects on any platform or, if `text` is `nil`, the only Facebook
    /// app.
    package func resolveApp(named text: String?, option: String?) throws -> Reference {
        let kind = text.flatMap(Reference.Kind.init(startOf:)).flatMap { $0.isApp ? $0 : nil }
        return try resolve(kind ?? .app, named: text, option: option)
    }
}

/// What `kind:name` selects.
struct EntryByName: Hashable {
    let kind: Reference.Kind
    /// The name in lower case.
    fileprivate let name: String

    /// Parses `kind:name`: a kind that a user can add, and a name that could not be an ID.
    init(_ text: String) throws(EntryError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw EntryError.notAReference(nearestKind: nil)
        }
        let word = String(text[..<colon])
        let name = String(text[text.index(after: colon)...])
        guard let kind = Reference.Kind.addable.first(where: { $0.description == word }) else {
            throw EntryError.notAReference(kind: word)
        }
        guard !name.isEmpty, !name.allSatisfy({ $0.isASCII && $0.isNumber })
        else {
            throw EntryError.notAReference(nearestKind: nil)
        }
        self.kind = kind
        self.name = name.lowercased()
    }

    /// Creates what selects `entry`, or returns `nil` if it has no name or is a previous secret.
    init?(_ entry: Entry) {
        guard let name = entry.metadata.name, entry.reference.suffix == nil else { return nil }
        kind = entry.reference.kind
        self.name = name.lowercased()
    }
}

extension EntryError {
    /// Returns the error for a kind that no entry has.
    ///
    /// A vault may contain kinds from a later version; any other unknown kind is a mistake.
    static func unknown(_ kind: Reference.Kind) -> EntryError {
        notAReference(kind: kind.description)
    }

    /// Returns the error for a kind that does not exist, with the kind that may have been meant.
    fileprivate static func notAReference(kind word: String) -> EntryError {
        let words = Reference.Kind.addable.map(\.description)
        let nearest = Suggestion.nearest(to: word, among: words).first
        return notAReference(
            nearestKind: Reference.Kind.addable.first { $0.description == nearest })
    }
}

extension VaultReader {
    /// Returns the error for a missing entry, with the entries that may have been meant: those with
    /// the same ID and another kind, and those of the same kind with a similar ID.
    package func notFound(_ reference: Reference) throws -> EntryError {
        let stored = try entries()
        let sameID = stored.filter { $0.reference.id == reference.id }
        let ofKind = stored.filter { $0.reference.kind == reference.kind }
        let nearIDs = Suggestion.nearest(to: reference.id, among: ofKind.map(\.reference.id))
        let near = ofKind.filter {
            $0.reference.id != reference.id && nearIDs.contains($0.reference.id)
        }
        return .notFound(reference, similar: sameID + near)
    }

    /// Returns the error for a name that no entry of the kind has.
    ///
    /// It does not contain the name, which may be a token.
    fileprivate func notFound(_ wanted: EntryByName) throws -> EntryError {
        let stored = try entries().filter { $0.reference.suffix == nil && $0.metadata.name != nil }
        let sameName = stored.filter { $0.metadata.name?.lowercased() == wanted.name }
        let ofKind = stored.filter { $0.reference.kind == wanted.kind }
        let near = Suggestion.nearest(to: wanted.name, among: ofKind.compactMap(\.metadata.name))
        return .noSuchName(
            wanted.kind,
            similar: sameName + ofKind.filter { $0.metadata.name.map(near.contains) == true })
    }
}
