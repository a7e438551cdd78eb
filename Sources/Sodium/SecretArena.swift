internal import CSodium
internal import Synchronization

/// The memory for all secrets of the process: a few guarded regions instead of one per secret.
///
/// `sodium_malloc` puts guard pages around each allocation, which takes four memory maps. A process
/// may have about 65,000 of them, so a vault with many tokens in memory would exhaust them.
/// Instead, regions of 64 KiB from `sodium_malloc` are divided into blocks whose sizes are powers
/// of two. Freed blocks are wiped.
enum SecretArena {
    private static let regionSize = 65_536
    private static let smallestClass = 32
    private static let largestClass = 32_768

    @safe private struct State: ~Copyable {
        /// The blocks to reuse, by size class: 32, 64 and so on to 32,768 bytes.
        var free: [[UnsafeMutableRawPointer]] = unsafe Array(
            repeating: [], count: sizeClass(of: largestClass) + 1)
        var region: UnsafeMutableRawPointer?
        var used = 0
        var unlocked = 0
    }

    private static let state = Mutex(State())

    /// The number of bytes of secrets that the kernel refused to lock and may write to swap.
    static var unlockedBytes: Int { state.withLock { $0.unlocked } }

    /// Returns how many bytes are actually allocated for `count`.
    static func capacity(for count: Int) -> Int {
        guard count <= largestClass else { return count }
        var size = smallestClass
        while size < count { size *= 2 }
        return size
    }

    private static func sizeClass(of capacity: Int) -> Int {
        capacity.trailingZeroBitCount - smallestClass.trailingZeroBitCount
    }

    /// Allocates `capacity` bytes, zeroed.
    ///
    /// Traps if there is no memory, like every allocation in Swift.
    static func allocate(capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let memory = state.withLock { state -> UInt in
            if capacity > largestClass {
                return UInt(bitPattern: unsafe guarded(capacity, &state))
            }
            if let reused = unsafe state.free[sizeClass(of: capacity)].popLast() {
                return UInt(bitPattern: reused)
            }
            if unsafe state.region == nil || state.used + capacity > regionSize {
                unsafe state.region = guarded(regionSize, &state)
                state.used = 0
            }
            guard let region = unsafe state.region else { preconditionFailure("no region") }
            let address = unsafe region + state.used
            state.used += capacity
            return UInt(bitPattern: address)
        }
        guard let raw = unsafe UnsafeMutableRawPointer(bitPattern: memory) else {
            preconditionFailure("no memory for a secret")
        }
        return unsafe raw.assumingMemoryBound(to: UInt8.self)
    }

    /// Wipes the bytes, and keeps the block for the next secret of that size.
    static func deallocate(_ memory: UnsafeMutablePointer<UInt8>, capacity: Int) {
        if capacity > largestClass {
            unsafe sodium_free(memory)
            return
        }
        unsafe sodium_memzero(memory, capacity)
        let address = UInt(bitPattern: memory)
        state.withLock { state in
            guard let raw = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
            unsafe state.free[sizeClass(of: capacity)].append(raw)
        }
    }

    /// Allocates guarded memory.
    ///
    /// `sodium_malloc` succeeds even if locking fails, so this locks the memory again and counts
    /// failures.
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
