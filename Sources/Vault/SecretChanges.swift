internal import Sodium
internal import Synchronization

/// What the saves of this process changed about secrets.
///
/// An `UnlockedVault` that has one notes every save in it, so no code that saves can forget to.
public final class SecretChanges: Sendable {
    /// An entry with a new secret or a new expiry.
    public struct Change: Equatable, Sendable {
        /// The entry.
        public let reference: Reference
        /// Its name after the last save.
        public let name: String?
        /// Its expiry before the first save; unknown for a new entry.
        public let expiryBefore: Expiry
        /// Its expiry after the last save.
        public let expiry: Expiry
    }

    /// An entry before or after a save.
    struct State {
        /// A keyed hash of the secret, which is enough to tell whether it changed.
        let fingerprint: [UInt8]
        var metadata: Facts

        /// The metadata that matters here.
        struct Facts {
            let name: String?
            let expiry: Expiry

            init(_ metadata: Metadata) {
                name = metadata.name
                expiry = metadata.expiresAt
            }
        }
    }

    /// An entry before the first save and after the last one; `nil` if it did not exist.
    struct Span {
        let before: State?
        let after: State?
    }

    private static let fingerprintBytes = 32
    private let key = SharedSecret(Secret.random(count: 32))
    private let spans = Mutex<[Reference: Span]>([:])

    /// Creates an object that has noted no save yet.
    public init() {}

    /// The entries whose secret or expiry differs from what it was before the first save, sorted by
    /// reference.
    ///
    /// An entry that was removed, or that came and went between the saves, is not one of them.
    public var all: [Change] {
        spans.withLock { $0 }.compactMap { reference, span in
            guard let after = span.after else { return nil }
            let before = span.before
            if let before, before.fingerprint == after.fingerprint,
                before.metadata.expiry == after.metadata.expiry
            {
                return nil
            }
            return Change(
                reference: reference, name: after.metadata.name,
                expiryBefore: before?.metadata.expiry ?? .unknown, expiry: after.metadata.expiry)
        }.sorted { $0.reference < $1.reference }
    }

    fileprivate func add(_ saved: [Reference: Span]) {
        spans.withLock { spans in
            spans.merge(saved) { Span(before: $0.before, after: $1.after) }
        }
    }

    fileprivate func fingerprint(of secret: borrowing Secret) -> [UInt8] {
        key.withSecret { KeyedHash.blake2b(secret, key: $0, count: Self.fingerprintBytes) }
    }
}

/// The entries that one save changes, until it is known to have succeeded.
struct SaveNotes {
    private let changes: SecretChanges?
    private var spans: [Reference: SecretChanges.Span] = [:]

    /// Creates notes for `changes`; without it, notes nothing and computes no hashes.
    init(for changes: SecretChanges?) {
        self.changes = changes
    }

    /// Returns the state of an entry with this secret, or `nil` if nothing is noted.
    func state(_ secret: SharedSecret, _ metadata: Metadata) -> SecretChanges.State? {
        guard let changes else { return nil }
        let fingerprint = secret.withSecret { changes.fingerprint(of: $0) }
        return SecretChanges.State(fingerprint: fingerprint, metadata: .init(metadata))
    }

    /// Returns the state of the entry in `record`, or `nil` if nothing is noted.
    func state(_ record: borrowing Record, _ metadata: Metadata) -> SecretChanges.State? {
        guard let changes else { return nil }
        let secret = record.withSecret { Secret(copying: $0) }
        return SecretChanges.State(
            fingerprint: changes.fingerprint(of: secret), metadata: .init(metadata))
    }

    /// Notes a change; an entry that does not exist has no state.
    mutating func note(
        _ reference: Reference, from before: SecretChanges.State?, to after: SecretChanges.State?
    ) {
        guard changes != nil else { return }
        spans[reference] = SecretChanges.Span(before: before, after: after)
    }

    /// Passes the notes on, once the save has succeeded.
    func confirm() {
        changes?.add(spans)
    }
}
