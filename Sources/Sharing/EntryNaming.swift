internal import Vault

extension Metadata {
    /// Takes the name of the side that gave it; a name that a person chose comes first.
    mutating func takeName(base: Metadata?, ours: Metadata?, theirs: Metadata?) {
        let (ours, theirs) = (ours.map(EntryNaming.init), theirs.map(EntryNaming.init))
        let naming: EntryNaming
        switch (ours, theirs) {
        case (let ours?, let theirs?):
            let base = base.map(EntryNaming.init) ?? EntryNaming(Metadata())
            if ours == theirs || theirs == base {
                naming = ours
            } else if ours == base {
                naming = theirs
            } else if ours.isChosen != theirs.isChosen {
                naming = ours.isChosen == true ? ours : theirs
            } else {
                return
            }
        case (let only?, nil), (nil, let only?): naming = only
        case (nil, nil): return
        }
        if name != naming.name { name = naming.name }
        if nameIsChosen != naming.isChosen { nameIsChosen = naming.isChosen }
    }
}

/// The name of an entry, and who gave it.
private struct EntryNaming: Equatable {
    let name: String?
    let isChosen: Bool?

    init(_ metadata: Metadata) {
        name = metadata.name
        isChosen = metadata.nameIsChosen
    }
}
