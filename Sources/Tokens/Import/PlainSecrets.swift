import Entries
import JSON
package import Sodium
import Vault

/// All secrets in a plain file, which contains either variables or a response from the Graph API.
package struct PlainSecrets {
    package private(set) var secrets: [PlainSecret] = []
    /// The secrets in the file that cannot be stored, with the reasons.
    package private(set) var leftOut: [LeftOutSecret] = []
    /// Whether the list in the file is incomplete because the Graph API has more result pages.
    package private(set) var isIncomplete = false

    /// The maximum file size in bytes, which is that of a response from the Graph API.
    package static let limit = 4 << 20

    /// Returns whether a JSON document starts here, and not a section of an INI file.
    private static func isJSON(_ reader: inout SecretReader) -> Bool {
        if reader.peek == UInt8(ascii: "{") { return true }
        guard reader.skip("[") else { return false }
        reader.skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return [nil, 0x7B, 0x5B, 0x5D, 0x22].contains(reader.peek)
    }

    /// Parses the content of a file.
    package init(_ content: SharedSecret) throws {
        let text = try TextEncoding.utf8(content)
        var reader = SecretReader(text)
        reader.skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if Self.isJSON(&reader) {
            do throws(GuardedJSON.Malformed) {
                self = try PlainSecrets(response: GuardedJSON(text))
            } catch {
                throw ImportError.invalidJSON
            }
        } else {
            try self.init(EnvironmentFile(text))
        }
        for found in secrets {
            let kind =
                found.reference.map { PastedSecret($0) } ?? .tokenOf(found.platform, nil)
            if let fault = kind.fault(in: found.secret) {
                throw ImportError.unusableSecret(found.source, fault)
            }
        }
        guard !secrets.isEmpty || !leftOut.isEmpty else {
            throw ImportError.nothingKnown
        }
    }
}

extension PlainSecrets {
    /// Creates the secrets from variables, each with the IDs that belong to it.
    private init(_ file: EnvironmentFile) throws {
        leftOut = file.leftOut
        for variable in EnvironmentVariable.known {
            guard let value = file.values[variable] else { continue }
            let source = SecretSource.variable(variable.description)
            if variable.role.isID, !Reference.isID(value.plainText) {
                // It may be a token. If a secret needs this ID, `id(_:for:)` throws an error.
                leftOut.append(LeftOutSecret(source: source, cause: .notAnID))
            }
            let app = try file.id(.appID, for: variable)
            var found = PlainSecret(source: source, secret: value)
            found.platform = variable.platform
            switch variable.role {
            case .appID, .pageID, .systemUserID, .userID:
                continue
            case .appSecret, .clientToken:
                guard let app else {
                    leftOut.append(
                        LeftOutSecret(
                            source: source,
                            cause: .missingID(in: variable.usualName(of: .appID))))
                    continue
                }
                found.reference = Reference(
                    variable.role == .appSecret ? variable.platform.appKind : .client, app)
            case .pageToken:
                found.reference = try file.id(.pageID, for: variable).flatMap {
                    Reference(.page, $0)
                }
            case .systemUserToken:
                found.reference = try file.id(.systemUserID, for: variable).flatMap {
                    Reference(.system, $0)
                }
            case .accessToken where variable.platform != .facebook:
                found.reference = try file.id(.userID, for: variable).flatMap {
                    Reference(variable.platform.accountKind, $0)
                }
            case .longToken, .userToken, .accessToken: break
            case .shortToken: found.isShortLived = true
            }
            if variable.role != .appSecret {
                found.metadata.app = app.flatMap { Reference(variable.platform.appKind, $0) }
            }
            secrets.append(found)
        }
    }

    /// Creates the secrets from a response of `accounts`, of a page or of `oauth/access_token`.
    private init(response: GuardedJSON) {
        if let pages = (response["accounts"] ?? response)["data"]?.elements ?? response.elements {
            for (index, page) in pages.enumerated() { take(page, at: "data[\(index)]") }
            isIncomplete = (response["accounts"] ?? response)["paging"]?["next"]?.secret != nil
        } else {
            take(response, at: nil)
        }
        let taken = Set(secrets.map { ObjectIdentifier($0.secret) })
        reportOthers(in: response, except: taken, at: "", key: "")
    }

    private mutating func take(_ response: GuardedJSON, at path: String?) {
        let source = [path, "access_token"].compactMap { $0 }.joined(separator: ".")
        let reference = response["id"]?.text.flatMap { Reference(.page, $0) }
        guard let token = response["access_token"]?.secret else {
            if let reference {
                leftOut.append(
                    LeftOutSecret(
                        source: path.map { .value(at: $0) } ?? .entry(reference),
                        cause: .noToken))
            }
            return
        }
        var found = PlainSecret(
            source: .value(at: source), secret: token, reference: reference)
        found.metadata.update(name: response["name"]?.text)
        found.metadata.category = response["category"]?.text
        found.metadata.tasks = response["tasks"]?.elements?.compactMap(\.text)
        secrets.append(found)
    }

    /// Reports the other secrets in a document, such as the token in the URL of the next page.
    private mutating func reportOthers(
        in value: GuardedJSON, except taken: Set<ObjectIdentifier>, at path: String, key: String
    ) {
        switch value {
        case .object(let members):
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                // Keys are untrusted, just like values.
                let isWord = key.wholeMatch(of: /[A-Za-z_]{1,40}/) != nil
                let name = isWord ? key : "…"
                reportOther(
                    SharedSecret(Secret(copying: Array(key.utf8).span)),
                    at: .key(of: path), key: "")
                reportOthers(
                    in: member, except: taken, at: path.isEmpty ? name : "\(path).\(name)",
                    key: key)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                reportOthers(in: element, except: taken, at: "\(path)[\(index)]", key: key)
            }
        case .string(let text):
            if !taken.contains(ObjectIdentifier(text)) {
                reportOther(text, at: .value(at: path), key: key)
            }
        case .number(let digits):
            reportOther(
                SharedSecret(Secret(copying: Array(digits.utf8).span)), at: .value(at: path),
                key: key)
        case .word: break
        }
    }

    private mutating func reportOther(_ text: SharedSecret, at source: SecretSource, key: String) {
        guard SecretShape.fits(name: key, value: text) else { return }
        leftOut.append(LeftOutSecret(source: source, cause: .unsupportedLocation))
    }
}

extension EnvironmentFile {
    /// Returns the ID in the variable with the same prefix or, without one, in any variable of the
    /// same platform.
    ///
    /// Throws an error if the variables have different IDs.
    fileprivate func id(
        _ role: EnvironmentVariable.Role, for variable: EnvironmentVariable
    ) throws -> String? {
        let all = EnvironmentVariable.known.filter {
            $0.role == role && $0.platform == variable.platform && values[$0] != nil
        }
        let own = all.filter { $0.prefix == variable.prefix }
        let candidates = own.isEmpty ? all : own
        let ids = Set(
            try candidates.compactMap { one in try values[one].map { try id($0, in: one) } })
        guard ids.count <= 1 else {
            throw ImportError.severalIDs(candidates, for: variable)
        }
        return ids.first
    }

    private func id(_ value: SharedSecret, in variable: EnvironmentVariable) throws -> String {
        guard Reference.isID(value.plainText) else {
            throw ImportError.notAnID(variable)
        }
        return value.plainText
    }
}
