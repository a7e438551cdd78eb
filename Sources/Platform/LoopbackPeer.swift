internal import Glibc

/// The other end of a TCP connection within this machine.
public enum LoopbackPeer {
    /// Whether the socket at `port` that is connected to `ownPort` is another user's, as far as the kernel
    /// tells (proc_net(5)).
    ///
    /// Root's are not, and for root neither are those of the user who called sudo.
    public static func isOtherUsers(port: Int, connectedTo ownPort: Int) -> Bool {
        var own = ["0", "\(getuid())", "\(geteuid())"]
        if geteuid() == 0, let caller = Environment.variable("SUDO_UID") { own.append(caller) }
        return ["/proc/net/tcp", "/proc/net/tcp6"].contains { table in
            users(in: table, port: port, connectedTo: ownPort).contains { !own.contains($0) }
        }
    }

    /// The most bytes of a table that are read; a line has about 150.
    private static let limit = 8_388_608

    private static func users(in table: String, port: Int, connectedTo ownPort: Int) -> [String] {
        guard let bytes = try? File(reading: table).read(count: limit, at: 0) else { return [] }
        let (local, remote) = (suffix(port), suffix(ownPort))
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            // The addresses come second and third, the user eighth.
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 8)
            guard fields.count > 7, fields[1].suffix(5).elementsEqual(local),
                fields[2].suffix(5).elementsEqual(remote)
            else { return nil }
            return String(decoding: fields[7], as: UTF8.self)
        }
    }

    /// How an address with that port ends: a colon and four digits.
    private static func suffix(_ port: Int) -> [UInt8] {
        let digits = Array(String(port, radix: 16, uppercase: true).utf8)
        return [UInt8(ascii: ":")]
            + Array(repeating: UInt8(ascii: "0"), count: max(0, 4 - digits.count))
            + digits
    }
}
