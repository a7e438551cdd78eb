internal import CPlatform
internal import Glibc
public import Sodium

/// The Linux kernel's keyring of the user (keyrings(7)).
///
/// It keeps a key for a limited time, out of swap and away from other users, without a daemon.
public enum SessionKeyring {
    /// The kernel does not let this process use keyrings, as in many containers.
    public struct Refused: Error, Equatable {
        /// The value of `errno`.
        public let code: Int32

        /// Creates a refusal with the current `errno`.
        init() { code = errno }

        /// Creates a refusal with this `errno`.
        public init(code: Int32) { self.code = code }

        /// The C library's description of `code`.
        public var reason: String { unsafe String(cString: strerror(code)) }

        /// Whether this user has reached the limit of keys, or of bytes in them.
        public var isQuota: Bool { code == EDQUOT }
    }

    // All permissions, for the possessor and for the user: a cron job's session does not possess a
    // key that another login added, but must be able to read and revoke it.
    private static let permissions: UInt32 = 0x3f3f_0000

    /// Stores `secret` under `description` for `seconds`, replacing what was there.
    ///
    /// All processes of this user can read it, and no other user can. It is first added to the
    /// keyring of this process: a session that is not linked to the user's keyring does not possess
    /// what it adds there, and may not set its permissions.
    public static func store(
        _ secret: borrowing Secret, description: String, seconds: UInt32
    ) throws(Refused) {
        let key = secret.withBytes { bytes in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe tokenvault_add_process_key(description, bytes.baseAddress, bytes.count)
            }
        }
        guard key > 0 else { throw Refused() }
        defer { _ = tokenvault_unlink_process_key(key) }
        // A key without a timeout would stay until the machine shuts down.
        guard tokenvault_set_key_permissions(key, permissions) == 0,
            tokenvault_set_key_timeout(key, seconds) == 0, tokenvault_link_user_key(key) == 0
        else { throw Refused() }
    }

    /// Stores a key for a moment, to check that the kernel allows it.
    public static func probe(description: String) throws(Refused) {
        try store(Secret.random(count: 32), description: description, seconds: 1)
        try revoke(description: description)
    }

    /// The kernel settings (sysctl) that limit this user's keys.
    public static var quotaSettings: [String] {
        ["maxkeys", "maxbytes"].map { "kernel.keys.\(geteuid() == 0 ? "root_" : "")\($0)" }
    }

    /// Returns the secret under `description`, or `nil` if there is none, it expired or it was
    /// revoked.
    public static func read(description: String) throws(Refused) -> Secret? {
        let key = unsafe tokenvault_find_user_key(description)
        guard key > 0 else { return try noKey() }
        var payload = Secret(count: 256) { _ in }
        let count = payload.withMutableBytes { bytes in
            unsafe bytes.withUnsafeMutableBufferPointer { buffer in
                unsafe tokenvault_read_key(key, buffer.baseAddress, buffer.count)
            }
        }
        guard count >= 0 else { return try noKey() }
        guard count <= payload.count else { return nil }
        payload.truncate(to: Int(count))
        return payload
    }

    /// Revokes the key under `description`, and returns whether there was one.
    @discardableResult
    public static func revoke(description: String) throws(Refused) -> Bool {
        let key = unsafe tokenvault_find_user_key(description)
        guard key > 0 else {
            _ = try noKey()
            return false
        }
        guard tokenvault_revoke_key(key) == 0 else { throw Refused() }
        _ = tokenvault_unlink_user_key(key)
        return true
    }

    /// Revokes all keys whose descriptions begin with `prefix`, and returns how many there were.
    public static func revokeAll(startingWith prefix: String) throws(Refused) -> Int {
        var count = 0
        for key in try all() where description(of: key)?.hasPrefix(prefix) == true {
            guard tokenvault_revoke_key(key) == 0 else { throw Refused() }
            _ = tokenvault_unlink_user_key(key)
            count += 1
        }
        return count
    }

    /// Returns the numbers of all keys in the user's keyring.
    private static func all() throws(Refused) -> [Int] {
        var numbers = [Int32](repeating: 0, count: 256)
        while true {
            let size = unsafe numbers.withUnsafeMutableBytes { buffer in
                unsafe tokenvault_read_user_keyring(buffer.baseAddress, buffer.count)
            }
            guard size >= 0 else { throw Refused() }
            let count = size / MemoryLayout<Int32>.size
            // The kernel reports the size of all numbers, whether or not they fit.
            if count <= numbers.count { return numbers[..<count].map(Int.init) }
            numbers = [Int32](repeating: 0, count: count)
        }
    }

    /// Returns the description of a key of our type, or `nil` for other types and for keys that
    /// have expired or been revoked.
    private static func description(of key: Int) -> String? {
        // `user;UID;GID;PERMISSIONS;DESCRIPTION`, followed by a NUL.
        var text = [UInt8](repeating: 0, count: 4096)
        let size = unsafe text.withUnsafeMutableBytes { buffer in
            unsafe tokenvault_describe_key(key, buffer.baseAddress, buffer.count)
        }
        guard size > 0, size <= text.count else { return nil }
        let fields = text[..<(size - 1)].split(
            separator: UInt8(ascii: ";"), maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0] == Array("user".utf8)[...] else { return nil }
        return String(decoding: fields[4], as: UTF8.self)
    }

    private static func noKey() throws(Refused) -> Secret? {
        switch errno {
        case ENOKEY, EKEYEXPIRED, EKEYREVOKED: return nil
        default: throw Refused()
        }
    }
}
