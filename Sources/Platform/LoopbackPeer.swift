internal import Glibc

/// The other end of a TCP connection within this machine.
public enum LoopbackPeer {
    /// Returns whether the kernel reports another user for the socket at `port` that is connected
    /// to `ownPort` (proc_net(5)).
    ///
    /// Root does not count as another user and, for root, neither does the user who called sudo.
    public static func isOtherUsers(port: Int, connectedTo ownPort: Int) -> Bool {
        var ownUsers = ["0", "\(getuid())", "\(geteuid())"]
        if geteuid() == 0, let caller = Environment.variable("SUDO_UID") { ownUsers.append(caller) }
        return ["/proc/net/tcp", "/proc/net/tcp6"].contains { table in
            users(in: table, port: port, connectedTo: ownPort).contains { !ownUsers.contains($0) }
        }
    }

    /// The maximum number of bytes to read from a table; a line has about 150.
    private static let limit = 8_388_608

    private static func users(in table: String, port: Int, connectedTo ownPort: Int) -> [String] {
        guard let bytes = try? File(reading: table).read(count: limit, at: 0) else { return [] }
        let (local, remote) = (suffix(port), suffix(ownPort))
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            // The addresses are the second and third field, the user is the eighth.
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 8)
            guard fields.count > 7, fields[1].suffix(5).elementsEqual(local),
                fields[2].suffix(5).elementsEqual(remote)
            else { return nil }
            return String(decoding: fields[7], as: UTF8.self)
        }
    }

    /// Returns how an address with this port ends: a colon and four digits.
    private static func suffix(_ port: Int) -> [UInt8] {
        let digits = Array(String(port, radix: 16, uppercase: true).utf8)
        return [UInt8(ascii: ":")]
            + Array(repeating: UInt8(ascii: "0"), count: max(0, 4 - digits.count))
            + digits
    }
}
