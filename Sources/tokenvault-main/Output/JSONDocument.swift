import Console
import FoundationEssentials
import Graph
import JSON
import Vault

/// The JSON that `--json` prints, as described in tokenvault-scripting(7).
enum JSONDocument {
    /// Returns a formatted document that ends with a newline.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
        return text.utf8.allSatisfy({ $0 < 0x7F }) ? text : escapingControls(text)
    }

    /// Escapes terminal controls that JSON allows unescaped, and so the encoder leaves alone.
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
