/// What can happen in a history besides changes, as a seed chooses.
struct Faults {
    var machines = 3
    var crashes = true
    var lostAnswers = true
    var delays = true
    var removesKeys = false
    var restoresStore = false
    /// The copies lived apart before they were shared.
    var startsApart = false
    /// The file is too large for the head.
    var hasParts = false
    var lineageLimit = 128
    var wrongClocks = false
    /// Programs of an earlier version save the vault without knowing that it is shared.
    var hasOldPrograms = false
    /// The number of steps before everything heals.
    var steps = 300

    init() {}

    init(using random: inout SeededRandom) {
        machines = 2 + random.below(3)
        crashes = !random.oneIn(4)
        lostAnswers = !random.oneIn(4)
        delays = random.oneIn(2)
        hasOldPrograms = random.oneIn(8)
        removesKeys = !hasOldPrograms && random.oneIn(3)
        restoresStore = random.oneIn(4)
        startsApart = random.oneIn(5)
        hasParts = random.oneIn(3)
        // A short lineage cannot tell a store that was put back.
        if !restoresStore, !startsApart, !hasOldPrograms, random.oneIn(4) {
            lineageLimit = 2 + random.below(4)
        }
        wrongClocks = random.oneIn(3)
        steps = 150 + random.below(400)
    }

    /// Whether a merge may have no base, or not the latest.
    var mayReturn: Bool { mayRollBack || lineageLimit < 128 }
    /// With a store that was put back, more than one would lead to two epochs of one number.
    var keyRemovalLimit: Int { restoresStore ? 1 : machines - 2 }
    /// Whether a head may be refused, which a person then settles.
    var mayRollBack: Bool { restoresStore || startsApart || hasOldPrograms }
}
