internal import Sodium

/// One line of the payload: `reference TAB secret TAB metadata` (SECURITY.md, "Records").
public struct Record: ~Copyable {
    /// The maximum size of a secret, in bytes.
    public static let secretLimit = 65_536

    /// Where the line begins, to read the record again with `VaultReader.forEachRecord(at:_:)`.
    public private(set) var position = PayloadPosition.start
    /// Reused for each line, as guarded memory takes long to allocate and to wipe.
    private var line = Secret(minimumCapacity: 1_024)
    private var referenceEnd = 0
    private var secretEnd = 0

    /// Creates a record that does not contain a line yet.
    init() {}

    /// Parses a line, without its newline.
    init(line: Span<UInt8>) throws(VaultError) {
        try read(line, at: position)
    }

    /// Parses the line at `position`, without its newline, in place of the one before.
    mutating func read(_ bytes: Span<UInt8>, at position: PayloadPosition) throws(VaultError) {
        do throws(RecordFault) {
            referenceEnd = try Record.referenceEnd(in: bytes)
            guard Reference.isSpelling(bytes.extracting(first: referenceEnd)) else {
                throw .reference
            }
            guard let end = bytes.firstIndex(of: Record.tab, from: referenceEnd + 1) else {
                throw .shape
            }
            secretEnd = end
            guard Record.fault(inSecret: bytes.extracting(referenceEnd + 1..<end)) == nil else {
                throw .secret
            }
        } catch {
            throw .damaged(.record(error))
        }
        self.position = position
        line.truncate(to: 0)
        line.append(bytes)
    }

    /// The reference of the entry.
    public var reference: Reference {
        let end = referenceEnd
        return line.withBytes { line in
            guard let reference = Reference(bytes: line.extracting(first: end)) else {
                preconditionFailure("a record without a line")
            }
            return reference
        }
    }

    /// Returns whether this record sorts before `other`, bytewise.
    borrowing func precedes(_ other: borrowing Record) -> Bool {
        let (end, otherEnd) = (referenceEnd, other.referenceEnd)
        return line.withBytes { line in
            other.line.withBytes {
                line.extracting(first: end).precedes($0.extracting(first: otherEnd))
            }
        }
    }

    /// Lends the secret to `body`.
    public borrowing func withSecret<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = referenceEnd + 1..<secretEnd
        return try line.withBytes { bytes throws(Failure) in try body(bytes.extracting(range)) }
    }

    /// Returns the entry's metadata.
    public borrowing func metadata() throws(VaultError) -> Metadata {
        Metadata(try storedMetadata())
    }

    /// Returns the entry's metadata as it is stored.
    public borrowing func storedMetadata() throws(VaultError) -> StoredMetadata {
        let start = secretEnd + 1
        let text = line.withBytes { Array(copying: $0.extracting(start..<$0.count)) }
        do throws(RecordFault) {
            return try StoredMetadata(parsing: text)
        } catch {
            throw .damaged(.record(error))
        }
    }

    /// Lends the whole line, without its newline, to `body`.
    borrowing func withLine<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try line.withBytes(body)
    }

    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")

    /// The maximum length of a reference: kind, colon, ID, tilde and suffix.
    private static let referenceLimit = 32 + 1 + 32 + 1 + 32

    /// The maximum length of a line, including its newline.
    static let lineLimit = referenceLimit + 1 + secretLimit + 1 + Metadata.limit + 1

    /// Returns the reference at the beginning of a line, and the offset of the tab after it.
    static func reference(
        in line: Span<UInt8>
    ) throws(RecordFault) -> (value: Reference, end: Int) {
        let end = try referenceEnd(in: line)
        guard let reference = Reference(bytes: line.extracting(first: end)) else {
            throw .reference
        }
        return (reference, end)
    }

    /// Returns the offset of the tab after a line's reference.
    static func referenceEnd(in line: Span<UInt8>) throws(RecordFault) -> Int {
        let beginning = line.extracting(first: referenceLimit + 1)
        guard let end = beginning.firstIndex(of: tab) else { throw .shape }
        return end
    }

    /// Returns why `secret` cannot be stored, or `nil` if it can: it must be 1 byte to 64 KiB of
    /// printable ASCII.
    public static func fault(inSecret secret: Span<UInt8>) -> SecretFault? {
        if secret.isEmpty { return .empty }
        if secret.count > secretLimit { return .tooLong }
        if secret.isWithin(0x21...0x7E) { return nil }
        for index in secret.indices where !(0x21...0x7E).contains(secret[index]) {
            switch secret[index] {
            case 0x20, 0x09...0x0D: return .whiteSpace(offset: index)
            default: return .unprintable(offset: index)
            }
        }
        return nil
    }
}
