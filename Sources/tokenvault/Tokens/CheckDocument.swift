/// `check --json`, entry by entry: each is written when it is added and only then put in order, as a
/// vault may hold a hundred thousand of them.
struct CheckDocument {
    private var entries = JSONWriter()
    private var places: [(urgency: Int64, bytes: Range<Int>)] = []
    /// 0, 1 or 2, as `CheckReport.status` has it.
    private(set) var status = ExitStatus.done

    mutating func add(_ line: CheckReport.Line) {
        switch line.status {
        case .expired, .invalid: status = .tokenRefused
        case .expiring where status == .done: status = .expiring
        case .expiring, .ok, .unknown: break
        }
        let start = entries.bytes.count
        entries.beginDocument()
        entries.entry(line)
        places.append((line.urgency, start..<entries.bytes.count))
    }

    /// The most urgent first, then in the order they were added.
    func bytes() -> [UInt8] {
        var document = JSONWriter()
        document.begin("{")
        switch status {
        case .done: document.member("status", "ok")
        case .expiring: document.member("status", "warning")
        default: document.member("status", "critical")
        }
        document.name("entries")
        document.begin("[")
        let inOrder = places.sorted {
            ($0.urgency, $0.bytes.lowerBound) < ($1.urgency, $1.bytes.lowerBound)
        }
        for place in inOrder {
            document.beginLine()
            document.written(entries.bytes[place.bytes])
        }
        if !places.isEmpty { document.lineFeed() }
        document.end("]")
        document.end("}")
        document.lineFeed()
        return document.bytes
    }
}
