package import Vault

/// How a person means an entry.
extension VaultReader {
    /// The reference that `text` spells, or that of the one entry whose kind and name it gives.
    ///
    /// Messages never repeat `text`: someone will put a token there.
    package func reference(_ text: String) throws -> Reference {
        if let reference = Reference(text: text) {
            // A vault may hold kinds of a later version; others are a mistake.
            if !reference.kind.isKnown, try entryIfAny(reference) == nil {
                throw Failure.notAReference(ofKind: reference.kind.description)
            }
            return reference
        }
        guard let colon = text.firstIndex(of: ":") else { throw Failure.notAReference }
        let kind = String(text[..<colon])
        let name = String(text[text.index(after: colon)...])
        guard Reference.Kind.addable.contains(where: { $0.description == kind }) else {
            throw Failure.notAReference(ofKind: kind)
        }
        guard !name.isEmpty, !name.allSatisfy({ $0.isASCII && $0.isNumber })
        else { throw Failure.notAReference }
        let wanted = name.lowercased()
        let found = try entries().filter {
            $0.reference.kind.description == kind && $0.reference.suffix == nil
                && $0.metadata.name?.lowercased() == wanted
        }
        guard let only = found.first else {
            throw try missing(kind, named: name)
        }
        guard found.count == 1 else {
            let all = found.map(\.reference.description).joined(separator: ", ")
            throw Failure.usage("several entries bear that name: \(all)")
        }
        return only.reference
    }

    /// The entry of `kind` that `text` names or, without one, the only one there is.
    package func resolve(
        _ kind: Reference.Kind, named text: String?, option: String
    ) throws -> Reference {
        if let text {
            // A bare number is enough where the kind is clear.
            let reference = try Reference(kind, text) ?? reference(text)
            guard reference.kind == kind, reference.suffix == nil else {
                throw Failure.usage(
                    "\(option) needs an entry of the kind \(kind), as in \(kind):ID")
            }
            return reference
        }
        let all = try references(of: kind).filter { $0.suffix == nil }
        guard let first = all.first else {
            let help =
                kind == .app ? "tokenvault help add" : try NextStep(in: self).exchange(for: nil)
            throw Failure(.missing, "no \(kind) in the vault", hint: help)
        }
        guard all.count == 1 else {
            let list = all.map(\.description).joined(separator: ", ")
            throw Failure.usage(
                "several entries of the kind \(kind); name one with \(option): \(list)")
        }
        return first
    }
}

extension Failure {
    package static let notAReference = Failure.usage(
        "an entry is named kind:id, as in app:APP_ID, user:USER_ID or page:PAGE_ID",
        hint: "tokenvault list")

    /// As `notAReference`, where the kind may have been mistyped.
    package static func notAReference(ofKind kind: String) -> Failure {
        let kinds = Reference.Kind.addable.map(\.description)
        guard let meant = Suggestion.nearest(to: kind, among: kinds).first else {
            return notAReference
        }
        return .usage(
            "there is no such kind of entry; did you mean \(meant):…?", hint: "tokenvault list")
    }
}
