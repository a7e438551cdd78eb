import Entries

/// The vault has machine keys that its owner did not add to its current state.
package struct UnvouchedKeysError: Message {
    private let names: [String]

    /// Creates the error for the keys of these names, of which there must be at least one.
    package init(_ names: [String]) { self.names = names }

    package enum ID: String, MessageID {
        case unvouched = "unvouched-machine-keys"
    }

    package var failure: Failure {
        Failure(
            ID.unvouched, .damaged,
            "the vault is intact, but \(subject) added by an earlier version or planted by "
                + "someone else",
            hint: names.first.map { "tokenvault key remove \(KeyName($0))" })
    }

    /// The beginning of a sentence about the keys.
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
