internal import Platform
package import Vault

/// When the store was last read and what it has was taken, kept in `<vault>.sync`.
package struct LastPull: Sendable {
    private let path: String

    /// Prepares the file of the vault at `paths`.
    package init(_ paths: SharedPaths) {
        path = paths.sync
    }

    /// The time, or `nil` if there was no such pull or the file does not say.
    package var time: Timestamp? {
        guard let file = try? File(reading: path), let bytes = try? file.read(count: 64, at: 0)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.last == "\n" ? Timestamp(rfc3339UTC: String(text.dropLast())) : nil
    }

    /// Records a pull, which also counts if there was no news.
    ///
    /// The caller holds the committer's lock. A failure only makes the copy look older than it is.
    func record(_ time: Timestamp) {
        guard var file = try? FileReplacement(of: path) else { return }
        let text = Array("\(time)\n".utf8)
        guard (try? file.write(text.span)) != nil else { return }
        try? file.commitContent()
    }
}
