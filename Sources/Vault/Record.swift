internal import Sodium

/// One line of the payload: `reference TAB secret TAB metadata` (SECURITY.md, "Records").
public struct Record: ~Copyable {
    /// The maximum size of a secret, in bytes.
    public static let secretLimit = 65_536

    /// The reference of the entry.
    public let reference: Reference
    private let line: Secret
    private let secretRange: Range<Int>

    /// Parses a line, without its newline.
    init(line: consuming Secret) throws(RecordFault) {
        (reference, secretRange) = try line.withBytes { bytes throws(RecordFault) in
            let reference = try Record.reference(in: bytes)
            let start = reference.end + 1
            guard let end = bytes.firstIndex(of: Record.tab, from: start) else { throw .shape }
            guard Record.fault(inSecret: bytes.extracting(start..<end)) == nil else {
                throw .secret
            }
            return (reference.value, start..<end)
        }
        self.line = line
    }

    /// Lends the secret to `body`.
    public borrowing func withSecret<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = secretRange
        return try line.withBytes { bytes throws(Failure) in try body(bytes.extracting(range)) }
    }

    /// Returns the entry's metadata.
    public borrowing func metadata() throws(VaultError) -> Metadata {
        let start = secretRange.upperBound + 1
        let text = line.withBytes { bytes in
            Array(copying: bytes.extracting(start..<bytes.count))
        }
        do throws(RecordFault) {
            return try Metadata(parsing: text)
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
        for index in secret.indices where !(0x21...0x7E).contains(secret[index]) {
            switch secret[index] {
            case 0x20, 0x09...0x0D: return .whiteSpace(offset: index)
            default: return .unprintable(offset: index)
            }
        }
        return nil
    }
}
