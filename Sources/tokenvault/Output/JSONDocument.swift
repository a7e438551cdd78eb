import Console
import FoundationEssentials
import Graph
import JSON
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

    /// The encoder escapes what JSON requirements; a terminal obeys more than that.
    private static func escapingControls(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            guard scalar.value >= 0x7F, scalar.isTerminalControl else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            escaped += scalar.jsonEscape
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
        let userTitle: String?
        let userMessage: String?
        let fbtraceID: String?
        let httpStatus: Int?
        let warnings: [String]?

        enum CodingKeys: String, CodingKey {
            case kind
            case message
            case hint
            case exit
            case code
            case subcode
            case type
            case userTitle = "error_user_title"
            case userMessage = "error_user_msg"
            case fbtraceID = "fbtrace_id"
            case httpStatus = "http_status"
            case warnings
        }
    }

    /// `warnings` is what else there is to tell; it has no place of its own on standard error then.
    init(_ failure: Failure, hint: String?, warnings: [String] = []) {
        error = Body(
            kind: failure.kind.rawValue, message: failure.message, hint: hint,
            exit: failure.status.rawValue,
            // A name in the place of a code is the type.
            code: failure.refusal.flatMap { $0.code == 0 && $0.type != nil ? nil : $0.code },
            subcode: failure.refusal?.subcode, type: failure.refusal?.type,
            userTitle: failure.refusal?.userTitle, userMessage: failure.refusal?.userMessage,
            fbtraceID: failure.refusal?.fbtraceID, httpStatus: failure.refusal?.httpStatus,
            warnings: warnings.isEmpty ? nil : warnings)
    }

    /// The document, or a plain line should encoding fail.
    var text: String {
        (try? JSONDocument.text(self)) ?? "tokenvault: error: \(error.message)\n"
    }
}
