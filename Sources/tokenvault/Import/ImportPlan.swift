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
    init(_ content: PlainSecrets) {
        leftOut = content.leftOut
        for found in content.secrets {
            if found.reference != nil {
                take(found)
            } else if found.isShortLived {
                leaveOut(
                    found, "it lasts an hour or two; exchange it for a long-lived one",
                    hint: "tokenvault exchange")
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
            found.metadata.learn(inspection, at: now)
            if !inspection.isValid {
                hasDeadTokens = true
                leaveOut(found, "it is dead: \(found.metadata.reason ?? "")")
            } else if inspection.type == "APP" {
                leaveOut(found, "it is an app token, which is made of the app secret when needed")
            } else if let owner = inspection.owner {
                if let named = found.reference, named != owner {
                    throw Failure.usage(
                        "\(found.source) is the token of \(owner), not of \(named); nothing was stored"
                    )
                }
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

extension TokenInspection {
    /// The name that the token has in the vault.
    fileprivate var owner: Reference? {
        switch type {
        case "PAGE": profileID.flatMap { Reference(.page, $0) }
        case "SYSTEM_USER": userID.flatMap { Reference(.system, $0) }
        default: userID.flatMap { Reference(.user, $0) }
        }
    }
}

extension Expiry {
    /// Whether it comes later, as far as both are known.
    fileprivate func outlasts(_ other: Expiry) -> Bool {
        switch (self, other) {
        case (.unknown, _), (_, .never): false
        case (_, .unknown), (.never, _): true
        case (.at(let end), .at(let otherEnd)): end.seconds > otherEnd.seconds
        }
    }
}
