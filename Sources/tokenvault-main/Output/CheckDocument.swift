import Console
import Entries
import Graph
import JSON
import Vault

/// The output of `check --json`.
///
/// Each entry is written when it is added, and sorted afterward, as a vault may have a hundred
/// thousand of them.
struct CheckDocument {
    private var entries = JSONWriter()
    private var positions: [(urgency: Int64, bytes: Range<Int>)] = []
    /// 0, 1 or 2, as in `CheckReport.status`.
    private(set) var status = ExitStatus.done
    private let versions: [APIVersion]

    /// The number of bytes to write at once.
    private static let partLimit = 262_144

    /// Creates a document without entries, with the versions in use of Meta's APIs.
    init(versions: [APIVersion]) {
        self.versions = versions
    }

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
        positions.append((line.urgency, start..<entries.bytes.count))
    }

    /// Prints the most urgent entries first, and otherwise in the order in which they were added.
    ///
    /// Prints in parts, as copying the whole document would take longer than everything else.
    consuming func print(in world: World) throws {
        var head = JSONWriter()
        head.begin("{")
        switch status {
        case .done: head.member("status", "ok")
        case .expiring: head.member("status", "warning")
        default: head.member("status", "critical")
        }
        head.name("versions")
        head.begin("[")
        for version in versions {
            head.begin("{")
            head.member("api", version.api.rawValue)
            head.member("version", version.version)
            head.member("ends", version.ends?.description)
            head.end("}")
        }
        head.end("]")
        head.name("entries")
        head.begin("[")
        var part = head.bytes
        positions.sort { ($0.urgency, $0.bytes.lowerBound) < ($1.urgency, $1.bytes.lowerBound) }
        for (index, position) in positions.enumerated() {
            if index > 0 { part.append(UInt8(ascii: ",")) }
            if part.count + position.bytes.count > Self.partLimit {
                try world.terminal.writeOutput(part.span)
                part.removeAll(keepingCapacity: true)
            }
            part += entries.bytes[position.bytes]
        }
        part += Array("\(positions.isEmpty ? "" : "\n")]}\n".utf8)
        try world.terminal.writeOutput(part.span)
    }
}
