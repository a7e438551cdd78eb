internal import Platform

/// When the store of a shared vault was last read and what it has was taken: `<vault>.sync`.
package struct LastPull: Sendable {
    private let path: String

    /// Prepares the file of the vault at `path`, which may be a symbolic link.
    package init(ofVaultAt path: String) {
        self.path = "\((try? Directory.resolve(path)) ?? path).sync"
    }

    /// The time, or `nil` if there was no such pull or the file does not say.
    package var time: Timestamp? {
        guard let file = try? File(reading: path), (try? file.status())?.isRegular == true,
            let bytes = try? file.read(count: 64, at: 0)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.last == "\n" ? Timestamp(rfc3339UTC: String(text.dropLast())) : nil
    }

    /// Returns the age of the copy in seconds, or `nil` if it is unknown.
    ///
    /// A time in the future does not tell: the clock was wrong then or is now.
    package func age(at now: Timestamp) -> Int64? {
        guard let time, time.seconds <= now.seconds + 60 else { return nil }
        return max(0, now.seconds - time.seconds)
    }

    /// Records a pull, which also counts if there was no news.
    ///
    /// The caller holds the committer's lock. A failure only makes the copy look older than it is.
    package func record(_ time: Timestamp) {
        guard var file = try? FileReplacement(of: path) else { return }
        let text = Array("\(time)\n".utf8)
        guard (try? file.write(text.span)) != nil else { return }
        try? file.commitContent()
    }
}
