import Console
import Entries
import JSON

/// `check --json`, entry by entry: each is written when it is added and only then put in order, as a
/// vault may hold a hundred thousand of them.
struct CheckDocument {
    private var entries = JSONWriter()
    private var places: [(urgency: Int64, bytes: Range<Int>)] = []
    /// 0, 1 or 2, as `CheckReport.status` has it.
    private(set) var status = ExitStatus.done

    /// What is written at once, in bytes.
    private static let partLimit = 262_144

    mutating func add(_ line: CheckReport.Line) {
        switch line.status {
        case .expired, .invalid: status = .tokenRefused
        case .expiring where status == .done: status = .expiring
        case .expiring, .ok, .unknown: break
        }
        let start = entries.bytes.count
        entries.beginDocument()
        entries.beginLine()
        entries.entry(line)
        places.append((line.urgency, start..<entries.bytes.count))
    }

    /// Prints the most urgent first, then in the order they were added.
    ///
    /// In parts, as another copy of it all would take longer than the rest.
    consuming func print(in world: World) throws {
        var head = JSONWriter()
        head.begin("{")
        switch status {
        case .done: head.member("status", "ok")
        case .expiring: head.member("status", "warning")
        default: head.member("status", "critical")
        }
        head.name("entries")
        head.begin("[")
        var part = head.bytes
        places.sort { ($0.urgency, $0.bytes.lowerBound) < ($1.urgency, $1.bytes.lowerBound) }
        for (index, place) in places.enumerated() {
            if index > 0 { part.append(UInt8(ascii: ",")) }
            if part.count + place.bytes.count > Self.partLimit {
                try world.terminal.writeOutput(part.span)
                part.removeAll(keepingCapacity: true)
            }
            part += entries.bytes[place.bytes]
        }
        part += Array("\(places.isEmpty ? "" : "\n")]}\n".utf8)
        try world.terminal.writeOutput(part.span)
    }
}
