import Entries
package import Platform

extension SystemCallFailure: Message {
    package enum ID: String, MessageID {
        case systemCall = "system-call-failed"
    }

    package var failure: Failure {
        let operation = MessageText(stringLiteral: operation.rawValue)
        return Failure(
            ID.systemCall, .inputOutput, "cannot \(operation) \(Path(path)): \(Reason(reason))",
            // It reports which user owns the files.
            hint: isLockedOut ? "tokenvault doctor --offline" : nil)
    }

    package static var samples: [SystemCallFailure] {
        Operation.allCases.map { SystemCallFailure($0, "/home/ann/vault", code: 13) }
    }
}
