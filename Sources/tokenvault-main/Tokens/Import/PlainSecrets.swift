import Console
import Entries
import JSON
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

    /// What is not stored.
    struct LeftOut {
        let source: String
        let reason: String
        /// A command that helps.
        var hint: String?
        /// Whether Meta knows what is missing, so that `--online` helps.
        var canBeAsked = false
        /// Whether the file has a secret there that the vault will not have.
        var isSecret = true
    }

    /// As much as Graph's longest answer.
    static let limit = 4 << 20

    /// Whether a document begins here, and not a section of an INI file.
    private static func isJSON(_ reader: inout SecretReader) -> Bool {
        if reader.peek == UInt8(ascii: "{") { return true }
        guard reader.skip("[") else { return false }
        reader.skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return [nil, 0x7B, 0x5B, 0x5D, 0x22].contains(reader.peek)
    }

    /// Reads the text of a file.
    init(_ content: SharedSecret) throws {
        let text = try TextEncoding.utf8(content)
        var reader = SecretReader(text)
        reader.skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if Self.isJSON(&reader) {
            do throws(GuardedJSON.Malformed) {
                self = try PlainSecrets(answer: GuardedJSON(text))
            } catch {
                throw Failure.usage("the file is no JSON, or cut short")
            }
        } else {
            try self.init(EnvironmentFile(text))
        }
        for found in secrets {
            let kind = found.reference.map { PastedSecret($0.kind) } ?? .token
            if let fault = kind.fault(in: found.secret) {
                throw Failure.usage("\(found.source): \(fault.message)")
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
    /// The secrets of variables, each with the ids that belong to it.
    private init(_ file: EnvironmentFile) throws {
        leftOut = file.leftOut
        for variable in EnvironmentVariable.known {
            guard let value = file.values[variable] else { continue }
            if variable.role.isID, !Reference.isID(value.plainText) {
                // Someone puts a token there; where a secret needs the id, nothing is stored.
                leftOut.append(
                    LeftOut(
                        source: "\(variable)", reason: "it is not an id, which has digits alone")
                )
            }
            let app = try file.id(.appID, for: variable)
            var found = PlainSecret(source: "\(variable)", secret: value)
            switch variable.role {
            case .appID, .pageID, .systemUserID:
                continue
            case .appSecret, .clientToken:
                guard let app else {
                    leftOut.append(
                        LeftOut(
                            source: found.source,
                            reason:
                                "\(variable.usualName(of: .appID)) is missing: whose it is is not known"
                        ))
                    continue
                }
                found.reference = Reference(variable.role == .appSecret ? .app : .client, app)
            case .pageToken:
                found.reference = try file.id(.pageID, for: variable).flatMap {
                    Reference(.page, $0)
                }
            case .systemUserToken:
                found.reference = try file.id(.systemUserID, for: variable).flatMap {
                    Reference(.system, $0)
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
        nameOthers(in: answer, at: "", key: "")
    }

    private mutating func take(_ answer: GuardedJSON, at place: String?) {
        let source = [place, "access_token"].compactMap { $0 }.joined(separator: ".")
        let reference = answer["id"]?.text.flatMap { Reference(.page, $0) }
        guard let token = answer["access_token"]?.secret else {
            if let reference {
                leftOut.append(
                    LeftOut(
                        source: place ?? "\(reference)", reason: "it has no token", isSecret: false)
                )
            }
            return
        }
        var found = PlainSecret(source: source, secret: token, reference: reference)
        found.metadata.update(name: answer["name"]?.text)
        found.metadata.category = answer["category"]?.text
        found.metadata.tasks = answer["tasks"]?.elements?.compactMap(\.text)
        secrets.append(found)
    }

    /// Names the other secrets of a document, such as the token in the address of its next page.
    private mutating func nameOthers(in value: GuardedJSON, at place: String, key: String) {
        switch value {
        case .object(let members):
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                // Keys are as foreign as values are.
                let isWord = key.wholeMatch(of: /[A-Za-z_]{1,40}/) != nil
                let name = isWord ? key : "…"
                nameOther(
                    SharedSecret(Secret(copying: Array(key.utf8).span)),
                    at: "a key of " + (place.isEmpty ? "the whole" : place), key: "")
                nameOthers(in: member, at: place.isEmpty ? name : "\(place).\(name)", key: key)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                nameOthers(in: element, at: "\(place)[\(index)]", key: key)
            }
        case .string(let text):
            if !secrets.contains(where: { $0.secret === text }) {
                nameOther(text, at: place, key: key)
            }
        case .number(let digits):
            nameOther(SharedSecret(Secret(copying: Array(digits.utf8).span)), at: place, key: key)
        case .word: break
        }
    }

    private mutating func nameOther(_ text: SharedSecret, at place: String, key: String) {
        guard SecretShape.fits(name: key, value: text) else { return }
        leftOut.append(LeftOut(source: place, reason: "import does not take it from there"))
    }
}

extension EnvironmentFile {
    /// The id in a variable of the same prefix or, without one, in the only one there is.
    fileprivate func id(
        _ role: EnvironmentVariable.Role, for variable: EnvironmentVariable
    ) throws -> String? {
        let all = EnvironmentVariable.known.filter { $0.role == role && values[$0] != nil }
        let own = all.filter { $0.prefix == variable.prefix }
        let candidates = own.isEmpty ? all : own
        let ids = Set(
            try candidates.compactMap { one in try values[one].map { try id($0, in: one) } })
        guard ids.count <= 1 else {
            throw Failure.usage(
                "which of \(candidates.map(\.description).joined(separator: ", ")) belongs to "
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
