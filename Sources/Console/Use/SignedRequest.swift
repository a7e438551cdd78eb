import Entries
import JSON
import Sodium
import Vault

/// A request to check a `signed_request` of Meta and to print its payload.
package struct SignedRequest {
    /// The app that Meta signed for, or `nil` for all.
    package var app: String?
    /// Whether to print access tokens in the payload.
    package var showSecrets = false
    package var access = VaultAccess()

    /// The maximum size of a request; Meta's are a few KiB.
    private static let mebibytes = 1
    private static let mask = "\"[redacted]\""

    package init() {}

    /// Reads the signed request, checks its signature with each app secret, and prints the payload.
    package func run(in world: World) throws -> ExitStatus {
        let secrets = try access.read(in: world) { try $0.appSecrets(named: app) }
        let request = try read(in: world)
        let payload = try request.withBytes { try Self.payload(of: $0, signedBy: secrets) }
        var output = try masked(payload)
        output.append(UInt8(ascii: "\n"))
        try output.withBytes { try world.terminal.writeOutput($0) }
        return .done
    }

    private func read(in world: World) throws -> SharedSecret {
        if world.terminal.inputIsTerminal() {
            return try SecretInput(world: world, noInput: access.noInput).ask("Signed request: ")
        }
        guard let input = try world.terminal.readInput(Self.mebibytes << 20) else {
            throw SignatureMessage.signedRequestTooLarge(mebibytes: Self.mebibytes)
        }
        return SharedSecret(input.duplicate().withoutLineBreak())
    }

    /// Returns the decoded payload of `SIGNATURE.PAYLOAD`.
    ///
    /// None of it is interpreted until the signature has been checked.
    private static func payload(
        of request: Span<UInt8>, signedBy secrets: [SharedSecret]
    ) throws(SignatureMessage) -> SharedSecret {
        let period = UInt8(ascii: ".")
        guard let end = request.firstIndex(of: period),
            request.firstIndex(of: period, from: end + 1) == nil
        else { throw .malformedSignedRequest }
        let encoded = request.extracting(end + 1..<request.count)
        guard let claimed = Base64.decodeSecretForURL(request.extracting(first: end)),
            let payload = Base64.decodeSecretForURL(encoded)
        else { throw .malformedSignedRequest }
        let mac = claimed.withBytes { Array(copying: $0) }
        // Each one is compared, so that the time does not depend on which one fits.
        let fitting = secrets.count { secret in
            let code = secret.withSecret { HMACSHA256(key: $0) }
            code.update(encoded)
            return code.matches(mac)
        }
        guard fitting > 0 else { throw .wrongRequestSignature }
        return SharedSecret(payload)
    }

    /// Returns the payload with a placeholder for each access token, and otherwise unchanged.
    private func masked(_ payload: SharedSecret) throws(SignatureMessage) -> Secret {
        guard payload.withBytes({ (try? UTF8Span(validating: $0)) != nil }) else {
            throw .unusablePayload
        }
        var tokens: [Range<Int>] = []
        let document = try? GuardedJSON(payload, finding: "oauth_token", at: &tokens)
        guard case .object? = document, document?["algorithm"]?.secret?.plainText == "HMAC-SHA256"
        else { throw .unusablePayload }
        guard !showSecrets else { return payload.duplicate() }
        return payload.withBytes { bytes in
            var masked = Secret(minimumCapacity: bytes.count)
            var offset = 0
            for token in tokens {
                masked.append(bytes.extracting(offset..<token.lowerBound))
                masked.append(Self.mask.utf8.span)
                offset = token.upperBound
            }
            masked.append(bytes.extracting(offset..<bytes.count))
            return masked
        }
    }
}
