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
