extension String {
    /// Returns a prefix of whole Unicode scalars that takes at most `limit` bytes of UTF-8.
    func prefix(bytes limit: Int) -> String {
        var kept = Array(utf8.prefix(limit))
        guard kept.count < utf8.count else { return self }
        // The limit may have split the last scalar: drop it.
        while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
        if let last = kept.last, last >= 0xC0 { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The text, truncated to the length limit for names, categories and the like from Meta.
    var cappedName: String {
        let limit = 512
        return utf8.count > limit ? prefix(bytes: limit) + "…" : self
    }
}

extension [String] {
    /// The texts, truncated to the length limits for lists of scopes and tasks.
    var cappedNames: [String] { prefix(200).map { $0.prefix(bytes: 128) } }
}
