package import Vault

extension VaultReader {
    /// Says that there is no such entry, and which may have been meant: one whose id or name differs
    /// by a slip, or whose kind is another.
    package func missing(_ reference: Reference) throws -> Failure {
        let stored = try entries()
        let sameID = stored.filter { $0.reference.id == reference.id }
        let nearIDs = Suggestion.nearest(
            to: reference.id,
            among: stored.map(\.reference).filter { $0.kind == reference.kind }.map(\.id))
        let meant =
            sameID
            + stored.filter {
                $0.reference.kind == reference.kind && nearIDs.contains($0.reference.id)
            }
        return Failure(
            .missing, "no entry \(reference)" + Self.question(meant), hint: "tokenvault list")
    }

    /// Says that no entry of `kind` bears that name, without repeating it: it may be a token.
    package func missing(_ kind: String, named name: String) throws -> Failure {
        let stored = try entries().filter { $0.reference.suffix == nil && $0.metadata.name != nil }
        let sameName = stored.filter { $0.metadata.name?.lowercased() == name.lowercased() }
        let ofKind = stored.filter { $0.reference.kind.description == kind }
        let near = Suggestion.nearest(to: name, among: ofKind.compactMap(\.metadata.name))
        let meant = sameName + ofKind.filter { $0.metadata.name.map(near.contains) == true }
        return Failure(
            .missing, "no \(kind) of that name" + Self.question(meant), hint: "tokenvault list")
    }

    private static func question(_ meant: [Entry]) -> String {
        guard !meant.isEmpty else { return "" }
        let words = meant.prefix(3).map { entry in
            let name = entry.metadata.name.map { " (\(DisplayText.clean($0)))" } ?? ""
            return "\(entry.reference)\(name)"
        }
        return "; did you mean \(words.joined(separator: " or "))?"
    }
}
