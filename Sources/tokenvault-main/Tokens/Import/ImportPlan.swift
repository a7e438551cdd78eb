import Console
import Entries
import Graph
import Sodium
import Vault

/// What an import is to store, and what not.
struct ImportPlan {
    /// What goes into the vault, one for each name.
    private(set) var secrets: [PlainSecret] = []
    private(set) var leftOut: [PlainSecrets.LeftOut]
    /// Whether Meta called a token dead.
    private(set) var hasDeadTokens = false

    /// The plan without asking anybody.
    init(_ content: PlainSecrets, next: NextStep) {
        leftOut = content.leftOut
        for found in content.secrets {
            if found.reference != nil {
                take(found)
            } else if found.isShortLived {
                leaveOut(
                    found, "it lasts an hour or two; exchange it for a long-lived one",
                    hint: next.exchange(for: found.metadata.app))
            } else {
                leaveOut(found, "only Meta knows whose it is: ask with --online", canBeAsked: true)
            }
        }
    }

    /// The plan with what Meta said of each token.
    init(_ content: PlainSecrets, inspections: [Int: TokenInspection], now: Timestamp) throws {
        leftOut = content.leftOut
        for (index, found) in content.secrets.enumerated() {
            guard let inspection = inspections[index] else {
                take(found)
                continue
            }
            var found = found
            if inspection.type == "APP", inspection.isValid {
                leaveOut(found, "it is an app token, which is made of the app secret when needed")
                continue
            }
            let mismatch = TokenMismatch(
                inspection, of: found.reference ?? inspection.owner,
                app: found.metadata.app?.id)
            if let mismatch {
                throw Failure(
                    mismatch.status, "\(found.source): \(mismatch.reason); nothing was stored")
            }
            found.metadata.checkedAt = now
            found.metadata.adopt(inspection)
            if !inspection.isValid {
                hasDeadTokens = true
                leaveOut(found, "it is dead: \(found.metadata.reason ?? "")")
            } else if let owner = found.reference ?? inspection.owner {
                found.reference = owner
                take(found)
            } else {
                leaveOut(found, "Meta does not say whose it is")
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
        let owner = kept.reference.map { "\($0)" } ?? ""
        leaveOut(
            other,
            isSame ? "it is the same as \(kept.source)" : "\(kept.source) is stored as \(owner)",
            isSecret: !isSame)
    }

    private mutating func leaveOut(
        _ found: PlainSecret, _ reason: String, hint: String? = nil, canBeAsked: Bool = false,
        isSecret: Bool = true
    ) {
        leftOut.append(
            PlainSecrets.LeftOut(
                source: found.source, reason: DisplayText.clean(reason), hint: hint,
                canBeAsked: canBeAsked, isSecret: isSecret))
    }
}
