internal import CSodium
internal import Synchronization

/// Where all secrets of the process lie: a few guarded regions instead of one per secret.
///
/// `sodium_malloc` puts guard pages around each allocation, which costs four memory maps; a process
/// may have some 65,000, so a vault with many tokens in hand would run out of them. Here a region of
/// 64 KiB is taken from `sodium_malloc` and dealt out in powers of two. What is given back is wiped.
enum SecretArena {
    private static let regionSize = 65_536
    private static let smallestClass = 32
    private static let largestClass = 32_768

    @safe private struct State: ~Copyable {
        /// Places to use again, by size class: 32, 64 and so on to 32,768 bytes.
        var free: [[UnsafeMutableRawPointer]] = unsafe Array(
            repeating: [], count: sizeClass(of: largestClass) + 1)
        var region: UnsafeMutableRawPointer?
        var used = 0
        var unlocked = 0
    }

    private static let state = Mutex(State())

    /// Bytes of secrets that the kernel refused to lock and may write to swap.
    static var unlockedBytes: Int { state.withLock { $0.unlocked } }

    /// How many bytes are really reserved for `count`.
    static func capacity(for count: Int) -> Int {
        guard count <= largestClass else { return count }
        var size = smallestClass
        while size < count { size *= 2 }
        return size
    }

    private static func sizeClass(of capacity: Int) -> Int {
        capacity.trailingZeroBitCount - smallestClass.trailingZeroBitCount
    }

    /// `capacity` bytes, zeroed.
    ///
    /// Traps when there is no memory, as every allocation in Swift does.
    static func take(capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let memory = state.withLock { state -> UInt in
            if capacity > largestClass {
                return UInt(bitPattern: unsafe guarded(capacity, &state))
            }
            if let again = unsafe state.free[sizeClass(of: capacity)].popLast() {
                return UInt(bitPattern: again)
            }
            if unsafe state.region == nil || state.used + capacity > regionSize {
                unsafe state.region = guarded(regionSize, &state)
                state.used = 0
            }
            guard let region = unsafe state.region else { preconditionFailure("no region") }
            let place = unsafe region + state.used
            state.used += capacity
            return UInt(bitPattern: place)
        }
        guard let raw = unsafe UnsafeMutableRawPointer(bitPattern: memory) else {
            preconditionFailure("no memory for a secret")
        }
        return unsafe raw.assumingMemoryBound(to: UInt8.self)
    }

    /// Wipes the bytes and keeps the place for the next secret of that size.
    static func giveBack(_ memory: UnsafeMutablePointer<UInt8>, capacity: Int) {
        if capacity > largestClass {
            unsafe sodium_free(memory)
            return
        }
        unsafe sodium_memzero(memory, capacity)
        let place = UInt(bitPattern: memory)
        state.withLock { state in
            guard let raw = unsafe UnsafeMutableRawPointer(bitPattern: place) else { return }
            unsafe state.free[sizeClass(of: capacity)].append(raw)
        }
    }

    /// `sodium_malloc` succeeds even when locking fails, so locking is asked for again and counted.
    private static func guarded(_ size: Int, _ state: inout State) -> UnsafeMutableRawPointer {
        Libsodium.start()
        guard let memory = unsafe sodium_malloc(size) else {
            preconditionFailure("no memory for secrets")
        }
        if unsafe sodium_mlock(memory, size) != 0 { state.unlocked += size }
        unsafe sodium_memzero(memory, size)
        return unsafe memory
    }
}
