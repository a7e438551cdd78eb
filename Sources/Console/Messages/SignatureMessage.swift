/// Why a message is not accepted as one that Meta signed with an app secret.
package enum SignatureMessage: Message {
    case bodyFromTerminal
    case bodyTooLarge(mebibytes: Int)
    /// The value of `--signature` does not have the form that Meta uses.
    case malformedWebhookSignature
    case wrongWebhookSignature
    case signedRequestTooLarge(mebibytes: Int)
    case malformedSignedRequest
    case wrongRequestSignature
    /// The signature is right, but the payload is not what Meta signs.
    case unusablePayload

    package enum ID: String, MessageID {
        case bodyFromTerminal = "webhook-body-from-terminal"
        case bodyTooLarge = "webhook-body-too-large"
        case malformedWebhookSignature = "malformed-webhook-signature"
        case wrongWebhookSignature = "wrong-webhook-signature"
        case signedRequestTooLarge = "signed-request-too-large"
        case malformedSignedRequest = "malformed-signed-request"
        case wrongRequestSignature = "wrong-request-signature"
        case unusablePayload = "unusable-signed-payload"
    }

    package var failure: Failure {
        switch self {
        case .bodyFromTerminal:
            Failure(
                ID.bodyFromTerminal, .usage, "standard input is a terminal; pipe the raw body")
        case .bodyTooLarge(let size):
            Failure(
                ID.bodyTooLarge, .tokenRefused,
                "the body is larger than \(size) MiB, so it was not verified")
        case .malformedWebhookSignature:
            Failure(
                ID.malformedWebhookSignature, .tokenRefused,
                "the signature is not sha256= followed by 64 lowercase hexadecimal digits")
        case .wrongWebhookSignature:
            Failure(
                ID.wrongWebhookSignature, .tokenRefused,
                "the signature does not match the body for any app secret that was tried")
        case .signedRequestTooLarge(let size):
            Failure(
                ID.signedRequestTooLarge, .tokenRefused,
                "the signed request is larger than \(size) MiB")
        case .malformedSignedRequest:
            Failure(
                ID.malformedSignedRequest, .tokenRefused,
                "the signed request is not two base64url texts with a period between them")
        case .wrongRequestSignature:
            Failure(
                ID.wrongRequestSignature, .tokenRefused,
                "the signature does not match the payload for any app secret that was tried")
        case .unusablePayload:
            Failure(
                ID.unusablePayload, .tokenRefused,
                "the signed payload is not a JSON object with the algorithm HMAC-SHA256")
        }
    }

    package static var samples: [SignatureMessage] {
        [
            .bodyFromTerminal, .bodyTooLarge(mebibytes: 64), .malformedWebhookSignature,
            .wrongWebhookSignature, .signedRequestTooLarge(mebibytes: 1), .malformedSignedRequest,
            .wrongRequestSignature, .unusablePayload,
        ]
    }
}
