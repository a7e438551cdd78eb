import Glibc

/// How many histories to run: 1,000, or `TOKENVAULT_HISTORIES` for Scripts/torture.
enum ProcessHistories {
    static var count: UInt64 {
        guard let text = unsafe getenv("TOKENVAULT_HISTORIES") else { return 1_000 }
        return UInt64(unsafe String(cString: text)) ?? 1_000
    }
}
