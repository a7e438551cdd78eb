internal import FoundationEssentials
internal import HTTP

extension HTTPResponse {
    /// A verdict on a response that is not what was asked for.
    struct EtcdProblem: Error {
        let reason: Kind
        /// Whether the request certainly changed nothing.
        let hadNoEffect: Bool

        enum Kind: Equatable {
            case error(EtcdError.Reason)
            /// etcd needs no login.
            case authenticationOff
        }

        init(_ reason: EtcdError.Reason, hadNoEffect: Bool = true) {
            self.reason = .error(reason)
            self.hadNoEffect = hadNoEffect
        }

        init(_ kind: Kind) {
            reason = kind
            hadNoEffect = true
        }
    }

    /// Returns the reply in the body.
    func etcdReply<Reply: EtcdReply>(as type: Reply.Type) throws(EtcdProblem) -> Reply {
        guard status == 200 else { throw etcdProblem }
        guard let reply = try? JSONDecoder().decode(type, from: Data(body)) else {
            // Whatever answered may have passed the request on to etcd.
            throw EtcdProblem(.notUnderstood(status: status), hadNoEffect: false)
        }
        return reply
    }

    private var etcdProblem: EtcdProblem {
        if let error = try? JSONDecoder().decode(EtcdErrorObject.self, from: Data(body)) {
            return problem(code: error.code, error.message)
        }
        switch status {
        case 400 where body.starts(with: "CommonName of client".utf8):
            return EtcdProblem(.certificateHasName)
        case 408, 429, 500...:
            return EtcdProblem(.unavailable(status: status), hadNoEffect: status == 429)
        default:
            return EtcdProblem(
                .notUnderstood(status: status), hadNoEffect: (400..<500).contains(status))
        }
    }

    /// Returns the meaning of an error that etcd itself reports, with a status code of gRPC.
    private func problem(code: Int, _ message: String) -> EtcdProblem {
        let has = { (words: String) in message.contains(words) }
        switch code {
        // Invalid argument.
        case 3 where has("authentication failed"): return EtcdProblem(.unauthorized(.wrongPassword))
        case 3 where has("user name is empty"): return EtcdProblem(.unauthorized(.noUser))
        case 3 where has("revision of auth store is old"):
            return EtcdProblem(.unauthorized(.token))
        case 3 where has("request is too large"): return EtcdProblem(.tooLarge)
        case 7: return EtcdProblem(.permissionDenied)
        // Resource exhausted.
        case 8 where has("database space exceeded"): return EtcdProblem(.quotaExceeded)
        case 8 where has("larger than max"): return EtcdProblem(.tooLarge)
        case 8: return EtcdProblem(.unavailable(status: status))
        // Failed precondition.
        case 9 where has("authentication is not enabled"): return EtcdProblem(.authenticationOff)
        // Out of range.
        case 11 where has("compacted"): return EtcdProblem(.compacted)
        case 11 where has("future revision"): return EtcdProblem(.futureRevision)
        case 16: return EtcdProblem(.unauthorized(.token))
        // Not found, already exists, failed precondition, out of range, unimplemented.
        case 3, 5, 6, 9, 11, 12: return EtcdProblem(.notUnderstood(status: status))
        // Canceled, unknown, deadline exceeded, aborted, internal, unavailable, data loss: etcd may
        // have passed the request on to its other nodes.
        default: return EtcdProblem(.unavailable(status: status), hadNoEffect: false)
        }
    }
}
