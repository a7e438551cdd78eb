import Glibc

/// Ports of this machine's loopback interface.
public enum LoopbackPort {
    /// Returns a port on which nothing listened a moment ago.
    ///
    /// The port is below the range from which the kernel picks the ports of clients, so that no client
    /// takes it in the meantime.
    public static func free() -> Int {
        while true {
            let port = Int.random(in: 10_000..<32_000)
            if canBind(port, besideOldConnections: false) { return port }
        }
    }

    /// Waits until nobody listens on `port`, for at most 10 seconds.
    static func waitUntilFree(_ port: Int) {
        for _ in 0..<1_000 where !canBind(port, besideOldConnections: true) { usleep(10_000) }
    }

    private static func canBind(_ port: Int, besideOldConnections: Bool) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        if besideOldConnections {
            var isOn: Int32 = 1
            _ = unsafe setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return status == 0
    }
}
