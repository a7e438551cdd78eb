import Entries

/// That the vault has machine keys which its owner did not add to its present state.
package struct UnvouchedKeysError: Message {
    private let names: [String]

    /// About at least one key.
    package init(_ names: [String]) { self.names = names }

    package enum ID: String, MessageID {
        case unvouched = "unvouched-machine-keys"
    }

    package var failure: Failure {
        Failure(
            ID.unvouched, .damaged,
            "the vault is intact, but \(subject) added by an earlier version, or planted",
            hint: names.first.map { "tokenvault key remove \(KeyName($0))" })
    }

    /// The keys, as the beginning of a sentence.
    package var subject: MessageText {
        let shown = names.prefix(3).map(KeyName.init)
        if names.count == 1 { return "the machine key \(shown) was" }
        let more: MessageText = names.count > 3 ? " and \(names.count - 3) more" : ""
        return "the machine keys \(shown)\(more) were"
    }

    package static var samples: [UnvouchedKeysError] {
        let names = ["ci", "backup", "laptop", "server"]
        return [1, 2, 4].map { UnvouchedKeysError(Array(names.prefix($0))) }
    }
}
