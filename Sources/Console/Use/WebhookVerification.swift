import Entries
import Sodium
import Vault

/// A request to check the signature of a webhook call, the header `X-Hub-Signature-256`.
package struct WebhookVerification {
    /// The value of the header, which anyone may have sent.
    package let signature: String
    /// The app that Meta calls for, or `nil` for all.
    package var app: String?
    package var access = VaultAccess()

    /// The maximum size of a body; Meta's are a few KiB.
    private static let mebibytes = 64

    package init(signature: String) {
        self.signature = signature
    }

    /// Reads the body from standard input, and compares its HMAC under each app secret with the
    /// signature.
    package func run(in world: World) throws -> ExitStatus {
        guard !world.terminal.inputIsTerminal() else { throw SignatureMessage.bodyFromTerminal }
        let secrets = try access.read(in: world) { try $0.appSecrets(named: app) }
        let codes = secrets.map { secret in secret.withSecret { HMACSHA256(key: $0) } }
        // The body is read even if the signature is malformed, so that its sender is not
        // interrupted.
        let isWhole = try world.terminal.readInputInParts(Self.mebibytes << 20) { part in
            for code in codes { code.update(part) }
        }
        guard isWhole else { throw SignatureMessage.bodyTooLarge(mebibytes: Self.mebibytes) }
        guard let claimed = Self.code(in: signature) else {
            throw SignatureMessage.malformedWebhookSignature
        }
        // Each one is compared, so that the time does not depend on which one fits.
        guard codes.count(where: { $0.matches(claimed) }) > 0 else {
            throw SignatureMessage.wrongWebhookSignature
        }
        return .done
    }

    /// Returns the 32 bytes in `sha256=HEX`, or `nil` if it is anything else.
    private static func code(in signature: String) -> [UInt8]? {
        guard signature.utf8.count == 7 + 64, signature.hasPrefix("sha256=") else { return nil }
        return bytes(hexadecimal: String(signature.dropFirst(7)))
    }
}
