internal import JSON
internal import Sodium

/// The line of JSON with which the value of a head begins.
///
/// Nothing vouches for it but the file that it describes, whose own header is authenticated.
package struct HeadLine: Equatable, Sendable {
    package let generation: UInt64
    package let epoch: UInt64
    /// The MAC of the file's header: 32 bytes.
    package let mac: [UInt8]
    /// The file's payload nonce: 32 bytes.
    package let nonce: [UInt8]
    /// The size of the file, in bytes.
    package let length: Int
    /// BLAKE2b-256 of the file.
    package let hash: [UInt8]
    /// The set of parts that hold the file, or `nil` if the file follows the line.
    package let partSet: String?

    /// The size of the largest file that can be shared: 16 MiB.
    package static let fileLimit = 16 << 20
    /// The version of this format.
    private static let format = 1

    /// Why a value is not a head.
    package enum Fault: Error, Equatable {
        /// It is not a head, or the file is not the one that it describes.
        case malformed
        /// A later version wrote it.
        case laterFormat
    }

    /// Describes a file.
    ///
    /// - Parameter partSet: The name for the set of parts, which is used if the file is too large
    ///   for the head.
    package init(
        of file: [UInt8], generation: UInt64, epoch: UInt64, mac: [UInt8], nonce: [UInt8],
        partSet: String
    ) {
        self.generation = generation
        self.epoch = epoch
        self.mac = mac
        self.nonce = nonce
        length = file.count
        hash = blake2b(file.span)
        self.partSet = file.count > StoredHead.partSize ? partSet : nil
    }

    /// The names of the parts, in order.
    package var parts: [PartName] {
        guard let partSet else { return [] }
        let count = (length + StoredHead.partSize - 1) / StoredHead.partSize
        return (0..<count).map { PartName(set: partSet, number: $0) }
    }

    /// Returns one part of the file that this describes.
    package static func part(_ number: Int, of file: [UInt8]) -> [UInt8] {
        let start = number * StoredHead.partSize
        return Array(file[start..<min(start + StoredHead.partSize, file.count)])
    }

    /// Returns whether `file`, which was read from the store, is what this describes.
    package func describes(_ file: [UInt8]) -> Bool {
        file.count == length && blake2b(file.span) == hash
    }

    /// Returns the value of the head: the line and, if it is small enough, the file.
    package func value(with file: [UInt8]) -> [UInt8] {
        var line = JSONWriter(escaping: .required)
        line.begin("{")
        line.member(Key.format.name, Self.format)
        line.member(Key.generation.name, Int(clamping: generation))
        line.member(Key.epoch.name, Int(clamping: epoch))
        line.member(Key.mac.name, base64(mac))
        line.member(Key.nonce.name, base64(nonce))
        line.member(Key.length.name, length)
        line.member(Key.hash.name, base64(hash))
        if let partSet { line.member(Key.parts.name, partSet) }
        line.end("}")
        line.newline()
        return partSet == nil ? line.bytes + file : line.bytes
    }
}

extension HeadLine {
    private enum Key: CaseIterable {
        case format, generation, epoch, mac, nonce, length, hash, parts

        var name: StaticString {
            switch self {
            case .format: "format"
            case .generation: "generation"
            case .epoch: "epoch"
            case .mac: "mac"
            case .nonce: "nonce"
            case .length: "length"
            case .hash: "hash"
            case .parts: "parts"
            }
        }

        static let all = allCases
    }

    /// Parses the value of a head, and returns the line and the bytes after it.
    ///
    /// Keys that this version does not know are passed over.
    package static func parse(_ value: [UInt8]) throws(Fault) -> (line: HeadLine, file: [UInt8]) {
        let beginning = value.prefix(StoredHead.valueLimit - StoredHead.partSize)
        guard let end = beginning.firstIndex(of: UInt8(ascii: "\n")) else { throw .malformed }
        let line = try HeadLine(parsing: Array(value[..<end]))
        let file = Array(value[(end + 1)...])
        guard line.partSet == nil ? file.count == line.length : file.isEmpty else {
            throw .malformed
        }
        return (line, file)
    }

    private init(parsing text: [UInt8]) throws(Fault) {
        var values: [Key: String] = [:]
        do throws(JSONScanner.Malformed) {
            var scanner = try JSONScanner(text)
            try scanner.wholeObject(keys: KnownKeys(Key.all.map(\.name))) {
                member, scanner throws(JSONScanner.Malformed) in
                guard case .known(let index) = member else {
                    _ = try scanner.rawValue()
                    return
                }
                switch Key.all[index] {
                case .format, .generation, .epoch, .length:
                    values[Key.all[index]] = String(decoding: try scanner.rawValue(), as: UTF8.self)
                case .mac, .nonce, .hash, .parts:
                    values[Key.all[index]] = scanner.text(of: try scanner.string())
                }
            }
        } catch {
            throw .malformed
        }
        guard let format = Self.number(values[.format]) else { throw .malformed }
        guard format == Self.format else { throw .laterFormat }
        guard let generation = Self.number(values[.generation]),
            let epoch = Self.number(values[.epoch]), let length = Self.number(values[.length]),
            let mac = Self.bytes(values[.mac]), let nonce = Self.bytes(values[.nonce]),
            let hash = Self.bytes(values[.hash]), length <= Self.fileLimit,
            values[.parts].map(Self.isPartSet) ?? (length <= StoredHead.partSize)
        else { throw .malformed }
        self.generation = UInt64(generation)
        self.epoch = UInt64(epoch)
        self.mac = mac
        self.nonce = nonce
        self.length = length
        self.hash = hash
        partSet = values[.parts]
    }

    /// Parses a number: `[1-9][0-9]*`, at most 2^63 − 1.
    private static func number(_ text: String?) -> Int? {
        guard let text, let number = Int(text), number > 0, String(number) == text else {
            return nil
        }
        return number
    }

    private static func bytes(_ text: String?) -> [UInt8]? {
        guard let text, let bytes = Base64.decode(text.utf8.span), bytes.count == 32 else {
            return nil
        }
        return bytes
    }

    /// Returns whether `name` is `<generation>-<16 bytes in hexadecimal>`.
    private static func isPartSet(_ name: String) -> Bool {
        let fields = name.split(separator: "-", omittingEmptySubsequences: false)
        return fields.count == 2 && number(String(fields[0])) != nil
            && Digest(text: fields[1]) != nil
    }
}

private func base64(_ bytes: [UInt8]) -> String {
    String(decoding: Base64.encode(bytes.span), as: UTF8.self)
}
