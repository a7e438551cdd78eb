import Console
import Graph
import HTTP
import Sodium

/// What `api` prints: responses as they were received, with secrets masked.
struct ApiReport {
    /// The mask, or `nil` to show all secrets.
    let mask: SecretMask?
    let includesHeaders: Bool

    /// Prints a response.
    func print(_ response: HTTPResponse, in world: World) throws {
        try world.terminal.writeOutput((headers(of: [response]) + masked(response.body)).span)
    }

    /// Prints a list as a JSON array or, if it is not complete, the error object.
    func print(_ list: GraphCaller.List, in world: World) throws {
        guard list.refusal == nil else {
            for response in list.responses { try print(response, in: world) }
            return
        }
        let elements = list.elements.map(masked).joined(separator: [UInt8(ascii: ",")])
        let array = [UInt8(ascii: "[")] + elements + Array("]\n".utf8)
        try world.terminal.writeOutput((headers(of: list.responses) + array).span)
    }

    private func masked(_ text: [UInt8]) -> [UInt8] { mask?.masked(text) ?? text }

    /// Returns the status lines and headers, each block followed by an empty line.
    private func headers(of responses: [HTTPResponse]) -> [UInt8] {
        guard includesHeaders else { return [] }
        return responses.flatMap { response in
            let fields = response.headers.map { "\($0.name): \($0.value)" }
            let lines = ["HTTP/\(response.version) \(response.status)"] + fields
            // Each line on its own: none of them can hide a secret in the next one.
            return lines.flatMap { masked(Array(Self.printable($0).utf8)) + [UInt8(ascii: "\n")] }
                + [UInt8(ascii: "\n")]
        }
    }

    /// Returns a header without control characters.
    private static func printable(_ line: String) -> String {
        String(
            String.UnicodeScalarView(
                line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
