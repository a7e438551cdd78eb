import FoundationEssentials
import Graph
import Vault

/// The JSON that `--json` prints (README, "JSON").
enum JSONDocument {
    /// One document, readable, with a line feed at its end.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
        return text.utf8.allSatisfy({ $0 < 0x7F }) ? text : escapingControls(text)
    }

    /// The encoder escapes what JSON demands; a terminal obeys more than that.
    private static func escapingControls(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            guard scalar.value >= 0x7F, DisplayText.isControl(scalar) else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            for unit in UTF16.encode(scalar)?.map({ $0 }) ?? [] {
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return escaped
    }
}

/// An error as JSON.
struct ErrorDocument: Encodable {
    private let error: Body

    private struct Body: Encodable {
        let kind: String
        let message: String
        let hint: String?
        let exit: Int32
        let code: Int?
        let subcode: Int?
        let type: String?
        let fbtraceID: String?
        let httpStatus: Int?

        enum CodingKeys: String, CodingKey {
            case kind
            case message
            case hint
            case exit
            case code
            case subcode
            case type
            case fbtraceID = "fbtrace_id"
            case httpStatus = "http_status"
        }
    }

    init(_ failure: Failure, hint: String?) {
        error = Body(
            kind: failure.kind.rawValue, message: failure.message, hint: hint,
            exit: failure.status.rawValue, code: failure.refusal?.code,
            subcode: failure.refusal?.subcode, type: failure.refusal?.type,
            fbtraceID: failure.refusal?.fbtraceID, httpStatus: failure.refusal?.httpStatus)
    }

    /// The document, or a plain line should encoding fail.
    var text: String {
        (try? JSONDocument.text(self)) ?? "tokenvault: error: \(error.message)\n"
    }
}

/// An entry as JSON, without its secret.
///
/// Keys without a value are null.
struct EntryDocument: Encodable {
    let entry: Entry
    let status: EntryStatus
    /// For `check`: why it is not valid, and what to do.
    var advice: (reason: String?, advice: String?)?

    private enum CodingKeys: String, CodingKey {
        case ref
        case kind
        case id
        case name
        case status
        case expiresAt = "expires_at"
        case dataAccessExpiresAt = "data_access_expires_at"
        case app
        case user
        case scopes
        case tasks
        case category
        case addedAt = "added_at"
        case changedAt = "changed_at"
        case checkedAt = "checked_at"
        case reason
        case advice
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let metadata = entry.metadata
        try container.encode(entry.reference.description, forKey: .ref)
        try container.encode(entry.reference.kind.description, forKey: .kind)
        try container.encode(entry.reference.id, forKey: .id)
        try container.encode(metadata.name, forKey: .name)
        try container.encode(status.rawValue, forKey: .status)
        try container.encode(metadata.expiresAt.text, forKey: .expiresAt)
        try container.encode(metadata.dataAccessExpiresAt.text, forKey: .dataAccessExpiresAt)
        try container.encode(metadata.app?.description, forKey: .app)
        try container.encode(metadata.user?.description, forKey: .user)
        try container.encode(metadata.scopes, forKey: .scopes)
        try container.encode(metadata.tasks, forKey: .tasks)
        try container.encode(metadata.category, forKey: .category)
        try container.encode(metadata.addedAt?.description, forKey: .addedAt)
        try container.encode(metadata.changedAt?.description, forKey: .changedAt)
        try container.encode(metadata.checkedAt?.description, forKey: .checkedAt)
        if let advice {
            try container.encode(advice.reason, forKey: .reason)
            try container.encode(advice.advice, forKey: .advice)
        }
    }
}
