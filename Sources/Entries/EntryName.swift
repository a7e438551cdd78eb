package import Vault

/// Names that people give to entries.
package enum EntryName {
    /// The most bytes that a person may choose.
    private static let limit = 512

    /// A name that can be used in `kind:name`; nil stays nil, and empty stands for none.
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
    /// Takes a name that a person chose, which what Meta says does not replace; empty for none.
    package mutating func choose(name: String) {
        self.name = name.isEmpty ? nil : name
        nameIsChosen = name.isEmpty ? nil : true
    }

    /// Takes the name that Meta has, unless a person chose another.
    package mutating func update(name: String?) {
        if nameIsChosen != true { self.name = name ?? self.name }
    }
}
