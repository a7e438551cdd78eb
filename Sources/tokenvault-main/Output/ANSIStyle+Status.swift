import Console
import Entries

extension ANSIStyle {
    /// An entry's status.
    func status(_ text: String) -> String {
        switch EntryStatus(rawValue: text) {
        case .expired, .invalid: red(text)
        case .expiring, .unknown: yellow(text)
        case .ok, nil: text
        }
    }
}
