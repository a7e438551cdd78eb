package import Entries
package import Graph
import Sodium
package import Vault

/// What an import is to store, and what not.
package struct ImportPlan {
    /// What goes into the vault, one for each name.
    package private(set) var secrets: [PlainSecret] = []
    package private(set) var leftOut: [LeftOutSecret]
    /// Whether Meta called a token dead.
    package private(set) var hasDeadTokens = false

    /// The plan without asking anybody.
    package init(_ content: PlainSecrets, next: NextStep) {
        leftOut = content.leftOut
        for found in content.secrets {
            if found.reference != nil {
                take(found)
            } else if found.isShortLived {
                leaveOut(
                    found, .shortLived(exchange: next.exchange(for: found.metadata.app)))
            } else {
                leaveOut(found, .unknownOwner)
            }
        }
    }

    /// The plan with what Meta said of each token.
    package init(
        _ content: PlainSecrets, inspections: [Int: TokenInspection], now: Timestamp
    ) throws {
        leftOut = content.leftOut
        for (index, found) in content.secrets.enumerated() {
            guard let inspection = inspections[index] else {
                take(found)
                continue
            }
            var found = found
            if inspection.type == "APP", inspection.isValid {
                leaveOut(found, .appToken)
                continue
            }
            let mismatch = TokenMismatch(
                inspection, of: found.reference ?? inspection.owner,
                app: found.metadata.app?.id)
            if let mismatch { throw ImportError.mismatch(found.source, mismatch) }
            found.metadata.checkedAt = now
            found.metadata.adopt(inspection)
            if !inspection.isValid {
                hasDeadTokens = true
                leaveOut(found, .dead(found.metadata.reason ?? ""))
            } else if let owner = found.reference ?? inspection.owner {
                found.reference = owner
                take(found)
            } else {
                leaveOut(found, .ownerNotTold)
            }
        }
    }

    /// Of several tokens of one owner, that which lasts longest is stored.
    private mutating func take(_ found: PlainSecret) {
        guard let place = secrets.firstIndex(where: { $0.reference == found.reference }) else {
            secrets.append(found)
            return
        }
        let isBetter = found.metadata.expiresAt.outlasts(secrets[place].metadata.expiresAt)
        let (kept, other) = isBetter ? (found, secrets[place]) : (secrets[place], found)
        secrets[place] = kept
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
