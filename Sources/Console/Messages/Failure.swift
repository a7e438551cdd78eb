package import Entries

/// An error that can be shown to the user.
package protocol FailureConvertible: Error {
    var failure: Failure { get }
}

/// The Graph API's error object, as printed with `--json`.
package struct GraphErrorObject: Equatable, Sendable {
    package var code: Int
    package var subcode: Int?
    package var type: String?
    package var userTitle: String?
    package var userMessage: String?
    package var fbtraceID: String?
    package var httpStatus: Int

    package init(
        code: Int, subcode: Int? = nil, type: String? = nil, userTitle: String? = nil,
        userMessage: String? = nil, fbtraceID: String? = nil, httpStatus: Int
    ) {
        self.code = code
        self.subcode = subcode
        self.type = type
        self.userTitle = userTitle
        self.userMessage = userMessage
        self.fbtraceID = fbtraceID
        self.httpStatus = httpStatus
    }
}

/// Why a command failed: an exit status, a one-line message and, where possible, a command that
/// helps.
package struct Failure: Error {
    package let status: ExitStatus
    /// The ID of the message in the catalog.
    package let id: String
    /// The message: in lower case, without a period at the end, never a secret or text that failed
    /// to parse.
    package private(set) var message: MessageText
    /// A command that works as printed, or `nil`.
    package let hint: CommandText?
    /// The Graph API's error object, for `--json`.
    package let refusal: GraphErrorObject?
    /// The kind of failure, for `--json`.
    package let kind: Kind

    package enum Kind: String {
        case graph
        case vault
        case locked
        case usage
        case network
        case file
        case token
        case configuration
        case interrupted
        case fault
    }

    package init(
        _ id: some MessageID, _ status: ExitStatus, _ message: MessageText,
        hint: CommandText? = nil, kind: Kind? = nil, refusal: GraphErrorObject? = nil
    ) {
        self.id = id.rawValue
        self.status = status
        self.message = message
        self.hint = hint
        self.kind = kind ?? Self.kind(of: status)
        self.refusal = refusal
    }

    /// Returns the same failure with `place`, where it happened, in front of the message.
    package func at(_ place: MessageText) -> Failure {
        var failure = self
        failure.message = place + message
        return failure
    }

    private static func kind(of status: ExitStatus) -> Kind {
        switch status {
        case .done, .hookFailed, .internalFault: .fault
        case .expiring, .tokenRefused: .token
        case .usage: .usage
        case .damaged, .missing, .exists: .vault
        case .unreachable: .network
        case .inputOutput, .commandNotExecutable, .commandNotFound: .file
        case .tryLater: .vault
        case .invalidResponse: .graph
        case .locked: .locked
        case .configuration: .configuration
        case .interrupted: .interrupted
        }
    }

    /// Creates the failure that describes `error`.
    package init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as any FailureConvertible: self = error.failure
        // An unknown error may contain anything, even a secret, so its text is not shown.
        default: self = ProgramFault.unexpected(error).failure
        }
    }
}
