import Sodium
import Vault

/// A secret that lies in a plain file, and what the file says of it.
struct PlainSecret: Sendable {
    /// Where it stands: the variable's name, or the place in the JSON; never the value.
    let source: String
    let secret: SharedSecret
    /// Its name in the vault; nil for a token of which only Meta knows whose it is.
    var reference: Reference?
    /// What the file says besides.
    var metadata = Metadata()
    var isShortLived = false
}

/// All secrets of a plain file: variables, or an answer of Graph.
struct PlainSecrets {
    var secrets: [PlainSecret] = []
    /// What is in the file and cannot be stored, with the reason.
    var leftOut: [LeftOut] = []
    /// Whether Graph has more of the list than the file.
    var isIncomplete = false

    /// A secret that is not stored.
    struct LeftOut {
        let source: String
        let reason: String
        /// A command that helps.
        var hint: String?
    }

    /// As much as Graph's longest answer.
    static let limit = 4 << 20

    /// Reads the text of a file.
    init(_ text: SharedSecret) throws {
        var reader = SecretReader(text)
        reader.skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if reader.peek == UInt8(ascii: "{") || reader.peek == UInt8(ascii: "[") {
            do throws(GuardedJSON.Malformed) {
                self = try PlainSecrets(answer: GuardedJSON(text))
            } catch {
                throw Failure.usage("the file is no JSON, or cut short")
            }
        } else {
            try self.init(EnvironmentFile(text))
        }
        for found in secrets {
            if let fault = found.secret.withBytes({ Record.fault(inSecret: $0) }) {
                throw Failure.usage("\(found.source): \(Failure.unusable(fault).message)")
            }
        }
        guard !secrets.isEmpty || !leftOut.isEmpty else {
            throw Failure.usage(
                "nothing in the file is known here: no variables such as APP_SECRET, and no answer "
                    + "of Meta's with an access_token",
                hint: "tokenvault help import")
        }
    }
}

extension PlainSecrets {
    /// The secrets of variables, each with the ids that stand beside it.
    private init(_ file: EnvironmentFile) throws {
        for variable in EnvironmentVariable.known {
            guard let value = file.values[variable] else { continue }
            let app = try file.id(.appID, beside: variable)
            var found = PlainSecret(source: "\(variable)", secret: value)
            switch variable.role {
            case .appID, .pageID:
                continue
            case .appSecret:
                guard let app else {
                    leftOut.append(
                        LeftOut(
                            source: found.source,
                            reason:
                                "\(variable.beside(.appID)) is missing: whose it is is not known"))
                    continue
                }
                found.reference = Reference(.app, app)
            case .pageToken:
                found.reference = try file.id(.pageID, beside: variable).flatMap {
                    Reference(.page, $0)
                }
            case .longToken, .userToken, .accessToken: break
            case .shortToken: found.isShortLived = true
            }
            if variable.role != .appSecret {
                found.metadata.app = app.flatMap { Reference(.app, $0) }
            }
            secrets.append(found)
        }
    }

    /// The tokens of an answer of `accounts`, of a page or of `oauth/access_token`.
    private init(answer: GuardedJSON) {
        if let pages = (answer["accounts"] ?? answer)["data"]?.elements ?? answer.elements {
            for (index, page) in pages.enumerated() { take(page, at: "data[\(index)]") }
            isIncomplete = (answer["accounts"] ?? answer)["paging"]?["next"]?.secret != nil
        } else {
            take(answer, at: nil)
        }
    }

    private mutating func take(_ answer: GuardedJSON, at place: String?) {
        let source = [place, "access_token"].compactMap { $0 }.joined(separator: ".")
        let reference = answer["id"]?.text.flatMap { Reference(.page, $0) }
        guard let token = answer["access_token"]?.secret else {
            if let reference {
                leftOut.append(LeftOut(source: place ?? "\(reference)", reason: "it has no token"))
            }
            return
        }
        var found = PlainSecret(source: source, secret: token, reference: reference)
        found.metadata.learn(name: answer["name"]?.text)
        found.metadata.category = answer["category"]?.text
        found.metadata.tasks = answer["tasks"]?.elements?.compactMap(\.text)
        secrets.append(found)
    }
}

extension EnvironmentFile {
    /// The id in the variable of the same prefix or, without one, in the only one there is.
    fileprivate func id(
        _ role: EnvironmentVariable.Role, beside variable: EnvironmentVariable
    ) throws -> String? {
        if let own = values[variable.beside(role)] {
            return try id(own, in: variable.beside(role))
        }
        let others = EnvironmentVariable.known.filter { $0.role == role && values[$0] != nil }
        let ids = Set(
            try others.compactMap { other in try values[other].map { try id($0, in: other) } })
        guard ids.count <= 1 else {
            throw Failure.usage(
                "which of \(others.map(\.description).joined(separator: ", ")) belongs to "
                    + "\(variable) is not clear")
        }
        return ids.first
    }

    private func id(_ value: SharedSecret, in variable: EnvironmentVariable) throws -> String {
        guard Reference.isID(value.plainText) else {
            throw Failure.usage("\(variable) is no id of Meta's, which has digits alone")
        }
        return value.plainText
    }
}
