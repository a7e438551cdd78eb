package import Entries
import Graph
import Sodium
package import Vault

/// The secrets that an import stores and those that it leaves out.
package struct ImportPlan {
    /// The secrets to store, one for each reference.
    package private(set) var secrets: [PlainSecret] = []
    /// The positions of the references in `secrets`.
    private var positions: [Reference: Int] = [:]
    package private(set) var leftOut: [LeftOutSecret]
    /// Whether Meta reported a token as invalid.
    package private(set) var hasDeadTokens = false

    /// Creates a plan from the file alone.
    package init(_ content: PlainSecrets, next: NextStep) {
        leftOut = content.leftOut
        for found in content.secrets {
            if found.reference != nil {
                take(found)
            } else if found.isShortLived {
                leaveOut(
                    found, .shortLived(exchange: next.exchange(for: found.metadata.app)))
            } else {
                leaveOut(found, Self.missingOwner(of: found))
            }
        }
    }

    private static func missingOwner(of found: PlainSecret) -> LeftOutSecret.Cause {
        switch found.platform {
        case .facebook: .unknownOwner
        case .instagram: .missingAccount(in: "INSTAGRAM_USER_ID")
        case .threads: .missingAccount(in: "THREADS_USER_ID")
        }
    }

    /// Creates a plan with Meta's information about each token.
    package init(
        _ content: PlainSecrets, answers: [Int: OwnerAnswer], now: Timestamp
    ) throws {
        leftOut = content.leftOut
        for (index, found) in content.secrets.enumerated() {
            guard let answer = answers[index] else {
                if found.reference != nil {
                    take(found)
                } else {
                    leaveOut(found, Self.missingOwner(of: found))
                }
                continue
            }
            var found = found
            let inspection = answer.inspection
            let reported = inspection.owner(on: found.platform)
            if inspection.type == "APP", inspection.isValid {
                leaveOut(found, .appToken)
                continue
            }
            let mismatch = TokenMismatch(
                inspection, of: found.reference ?? reported,
                app: found.metadata.app?.id)
            if let mismatch { throw ImportError.mismatch(found.source, mismatch) }
            found.metadata.checkedAt = now
            found.metadata.adopt(inspection)
            found.metadata.update(name: answer.name)
            if !inspection.isValid {
                hasDeadTokens = true
                leaveOut(found, .dead(found.metadata.validity.reason ?? ""))
            } else if let owner = found.reference ?? reported {
                found.reference = owner
                take(found)
            } else {
                leaveOut(found, .ownerNotReported)
            }
        }
    }

    /// Adds a secret to the plan; of several tokens of one owner, only the one that lasts longest.
    private mutating func take(_ found: PlainSecret) {
        guard let reference = found.reference else { return }
        guard let index = positions[reference] else {
            positions[reference] = secrets.count
            secrets.append(found)
            return
        }
        let isBetter = found.metadata.expiresAt.outlasts(secrets[index].metadata.expiresAt)
        let (kept, other) = isBetter ? (found, secrets[index]) : (secrets[index], found)
        secrets[index] = kept
        let isSame = kept.secret.withSecret { one in other.secret.withSecret { one.isEqual(to: $0) }
        }
        leaveOut(
            other,
            isSame ? .same(as: kept.source) : .outlasted(by: kept.source, of: kept.reference))
    }

    private mutating func leaveOut(_ found: PlainSecret, _ cause: LeftOutSecret.Cause) {
        leftOut.append(LeftOutSecret(source: found.source, cause: cause))
    }
}
