import Console
import Entries

extension ANSIStyle {
    /// Returns the status of an entry in its color.
    func status(_ text: String) -> String {
        switch EntryStatus(rawValue: text) {
        case .expired, .invalid: red(text)
        case .expiring, .unknown: yellow(text)
        case .ok, nil: text
        }
    }
}
