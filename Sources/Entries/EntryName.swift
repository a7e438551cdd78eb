package import Vault

/// Rules for names that users give to entries.
package enum EntryName {
    /// The maximum number of bytes in a name.
    private static let limit = 512

    /// Returns `name` unchanged, or throws an error if it cannot be used in `kind:name`.
    ///
    /// `nil` and an empty name, which removes a chosen name, are allowed.
    package static func checked(_ name: String?) throws -> String? {
        guard let name, !name.isEmpty else { return name }
        guard name.utf8.count <= limit else {
            throw EntryError.nameTooLong(limit: limit)
        }
        guard !name.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw EntryError.nameIsNumber
        }
        return name
    }
}

extension Metadata {
    /// Stores a name that the user chose, which names from Meta do not replace.
    ///
    /// An empty name removes the name.
    package mutating func choose(name: String) {
        self.name = name.isEmpty ? nil : name
        nameIsChosen = name.isEmpty ? nil : true
    }

    /// Stores the name that Meta reports, unless the user chose another.
    package mutating func update(name: String?) {
        if nameIsChosen != true { self.name = name ?? self.name }
    }
}
