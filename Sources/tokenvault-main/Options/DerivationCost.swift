import ArgumentParser
import Console
import Sodium

/// The costs of Argon2id that have a name in libsodium.
enum DerivationCost: String, ExpressibleByArgument, CaseIterable {
    case interactive
    case moderate
    case sensitive

    var cost: PassphraseKey.Cost {
        switch self {
        case .interactive: .interactive
        case .moderate: .moderate
        case .sensitive: .sensitive
        }
    }
}
