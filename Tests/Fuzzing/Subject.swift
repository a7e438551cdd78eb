import Sodium

@testable import Vault

/// A reader to fuzz, with the property that every input it accepts encodes back to the same bytes.
enum Subject: String, CaseIterable {
    case header
    case record
    case metadata
    case payload
    case keyFile = "key-file"
    case reference

    func check(_ input: [UInt8]) {
        switch self {
        case .header: Self.checkHeader(input)
        case .record: Self.checkRecord(input)
        case .metadata: Self.checkMetadata(input)
        case .payload: SealedPayload.check(input)
        case .keyFile: Self.checkKeyFile(input)
        case .reference: Self.checkReference(input)
        }
    }

    private static func checkHeader(_ input: [UInt8]) {
        guard let read = try? HeaderReader.read(Array(input.prefix(Header.limit))) else { return }
        let macLine = Array("mac ".utf8) + Base64.encode(read.mac.span) + [Record.newline]
        precondition(read.header.authenticated + macLine == Array(input[..<read.payloadOffset]))
    }

    private static func checkRecord(_ input: [UInt8]) {
        guard !input.contains(Record.newline),
            let record = try? Record(line: input.span)
        else { return }
        var again = Array(record.reference.description.utf8) + [Record.tab]
        record.withSecret { secret in again += secret.indices.map { secret[$0] } }
        guard let metadata = try? record.metadata() else { return }
        precondition(again + [Record.tab] + metadata.text == input)
    }

    private static func checkMetadata(_ input: [UInt8]) {
        guard let read = try? Metadata(parsing: input) else { return }
        precondition(read.text == input)
        precondition(!input.contains(where: { $0 < 0x20 }))
        precondition(String(validating: input, as: UTF8.self) != nil)
        // After one member changes, the text is written again, and all other members stay as they
        // were.
        var changed = read
        changed.validity = .invalid(reason: "\(read.validity.reason ?? "") and \"\\\u{1}")
        let text = changed.text
        guard text.count <= Metadata.limit else { return }
        guard let again = try? Metadata(parsing: text) else {
            fatalError("what it writes it does not read")
        }
        precondition(again == changed || again.withoutSource == changed.withoutSource)
    }

    private static func checkKeyFile(_ input: [UInt8]) {
        guard let key = try? MachineKey(file: Secret(copying: input.span)) else { return }
        precondition(key.makePublicKey().count == 32 && key.vaultPublicKey.count == 32)
    }

    private static func checkReference(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        guard let reference = Reference(text: text) else { return }
        precondition(Array(reference.description.utf8) == input)
        precondition(!(reference < reference))
    }
}

extension Metadata {
    /// Everything that is known, without the text it was parsed from.
    fileprivate var withoutSource: [String] {
        [
            name, app?.description, user?.description, category, expiresAt.text,
            dataAccessExpiresAt.text, addedAt?.description, changedAt?.description,
            checkedAt?.description, valid?.description, reason, machineID,
        ].map { $0 ?? "none" } + (scopes ?? []) + (tasks ?? [])
    }
}
