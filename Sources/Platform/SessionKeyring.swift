internal import CPlatform
internal import Glibc
public import Sodium

/// The Linux kernel's keyring of the user (keyrings(7)): it keeps a key for a time, out of swap and
/// away from other users, without a daemon.
public enum SessionKeyring {
    /// The kernel does not let this process use keyrings, as in many containers.
    public struct Refused: Error, Equatable {
        /// `errno`.
        public let code: Int32

        /// A refusal with the `errno` of a moment ago.
        init() { code = errno }

        /// A refusal with that `errno`.
        public init(code: Int32) { self.code = code }

        /// The C library's words for `code`.
        public var reason: String { unsafe String(cString: strerror(code)) }

        /// This user has as many keys as are allowed, or as many bytes in them.
        public var isQuota: Bool { code == EDQUOT }
    }

    // Everything for the possessor and for the user: a cron job's session does not possess what
    // another login put there, and must still read and revoke it.
    private static let permissions: UInt32 = 0x3f3f_0000

    /// Keeps `secret` under `description` for `seconds`, in the place of what was there.
    ///
    /// Readable by all processes of this user, by no other user. It is added to the keyring of this
    /// process first: a session that is not linked to the user's keyring does not possess what it adds
    /// there, and may not set its permissions.
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
        // A key without its timeout would stay until the machine is shut down.
        guard tokenvault_set_key_permissions(key, permissions) == 0,
            tokenvault_set_key_timeout(key, seconds) == 0, tokenvault_link_user_key(key) == 0
        else { throw Refused() }
    }

    /// Keeps a key for a moment, to see whether the kernel does.
    public static func probe(description: String) throws(Refused) {
        try store(Secret.random(count: 32), description: description, seconds: 1)
        try revoke(description: description)
    }

    /// The settings of the kernel (sysctl) that limit the keys of this user.
    public static var quotaSettings: [String] {
        ["maxkeys", "maxbytes"].map { "kernel.keys.\(geteuid() == 0 ? "root_" : "")\($0)" }
    }

    /// The secret under `description`, or nil when there is none, it expired or was revoked.
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

    /// Ends the key under `description`; returns whether there was one.
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

    /// Ends all keys whose descriptions begin with `prefix`; returns how many there were.
    public static func revokeAll(startingWith prefix: String) throws(Refused) -> Int {
        var count = 0
        for key in try all() where description(of: key)?.hasPrefix(prefix) == true {
            guard tokenvault_revoke_key(key) == 0 else { throw Refused() }
            _ = tokenvault_unlink_user_key(key)
            count += 1
        }
        return count
    }

    /// The numbers of all keys in the user's keyring.
    private static func all() throws(Refused) -> [Int] {
        var numbers = [Int32](repeating: 0, count: 256)
        while true {
            let size = unsafe numbers.withUnsafeMutableBytes { buffer in
                unsafe tokenvault_read_user_keyring(buffer.baseAddress, buffer.count)
            }
            guard size >= 0 else { throw Refused() }
            let count = size / MemoryLayout<Int32>.size
            // The kernel says how many there are, whether or not they fit.
            if count <= numbers.count { return numbers[..<count].map(Int.init) }
            numbers = [Int32](repeating: 0, count: count)
        }
    }

    /// The description of a key of our type; nil for others, and for keys that have ended.
    private static func description(of key: Int) -> String? {
        // `user;UID;GID;PERMISSIONS;DESCRIPTION`, with a NUL.
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
