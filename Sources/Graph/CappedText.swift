extension String {
    /// The beginning, in so many bytes of UTF-8 at most.
    func prefix(bytes limit: Int) -> String {
        var kept = Array(utf8.prefix(limit))
        guard kept.count < utf8.count else { return self }
        // The last character may have been cut in two.
        while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
        if let last = kept.last, last >= 0xC0 { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The text as far as this program keeps names, categories and the like of Meta's.
    var cappedName: String {
        let limit = 512
        return utf8.count > limit ? prefix(bytes: limit) + "…" : self
    }
}

extension [String] {
    /// The texts as far as this program keeps lists of scopes and tasks.
    var cappedNames: [String] { prefix(200).map { $0.prefix(bytes: 128) } }
}
