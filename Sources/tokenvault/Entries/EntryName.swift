import Vault

/// Names that people give to entries.
enum EntryName {
    /// A name that can be used in `kind:name`; nil stays nil, and empty stands for none.
    static func checked(_ name: String?) throws -> String? {
        guard let name, !name.isEmpty else { return name }
        guard !name.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw Failure.usage("a name of digits alone would be taken for an id")
        }
        return name
    }
}

extension Metadata {
    /// Takes a name that a person chose, which what Meta says does not replace; empty for none.
    mutating func choose(name: String) {
        self.name = name.isEmpty ? nil : name
        nameIsChosen = name.isEmpty ? nil : true
    }

    /// Takes the name that Meta has, unless a person chose another.
    mutating func learn(name: String?) {
        if nameIsChosen != true { self.name = name ?? self.name }
    }
}
