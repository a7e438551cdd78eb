internal import JSON

/// How this machine reaches the store that a vault is shared through.
///
/// This is the content of `<vault>.remote`. It contains no secret, only paths of files that do.
package struct RemoteSettings: Equatable, Sendable {
    /// The nodes and the prefix.
    package let address: EtcdAddress
    /// The path of a PEM file with the certificates to trust, or `nil` for the system's.
    package let authorityFile: String?
    /// The paths of the PEM files with this machine's certificate and private key, if it has one.
    package let certificate: CertificateFiles?
    /// The user, and the path of the file with the password, if etcd requires a login.
    package let login: LoginFile?
    /// Whether the vault and what the store has under its ID have not been merged yet.
    ///
    /// Until then, nothing is known of how old the vault is compared with the store.
    package var isFirstContact = false

    /// The files of a client certificate.
    package struct CertificateFiles: Equatable, Sendable {
        package let certificate: String
        package let privateKey: String

        package init(certificate: String, privateKey: String) {
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    /// A user, and the file with the password.
    package struct LoginFile: Equatable, Sendable {
        package let user: String
        package let passwordFile: String

        package init(user: String, passwordFile: String) {
            self.user = user
            self.passwordFile = passwordFile
        }
    }

    /// The reason why settings cannot be used.
    package enum Problem: Error, Equatable, Sendable {
        /// The file is not a line of JSON with these settings.
        case malformed
        /// The file was written by a newer version of this program.
        case newerFormat
        /// The address in it is not valid.
        case address(EtcdAddress.Problem)
        /// The path of a file is not absolute, is longer than 4,096 bytes or contains a control
        /// character.
        case path
        /// There is a certificate without its key, or a user without a password file, or the other
        /// way around.
        case incomplete
        /// The name of the user is empty, too long or contains a control character.
        case user
    }

    /// Creates settings.
    ///
    /// All paths must be absolute: timers run in other directories.
    package init(
        address: EtcdAddress, authorityFile: String? = nil, certificate: CertificateFiles? = nil,
        login: LoginFile? = nil
    ) throws(Problem) {
        let paths = [
            authorityFile, certificate?.certificate, certificate?.privateKey, login?.passwordFile,
        ]
        guard paths.allSatisfy({ $0.map(Self.isPath) ?? true }) else { throw .path }
        guard login.map({ EtcdLogin.isUserName($0.user) }) ?? true else { throw .user }
        self.address = address
        self.authorityFile = authorityFile
        self.certificate = certificate
        self.login = login
    }

    private static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && text.utf8.count <= 4_096
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

extension RemoteSettings {
    /// The maximum size of the file in bytes.
    static let sizeLimit = 65_536
    private static let format = 1

    private enum Key: CaseIterable {
        case format, address, authorityFile, certificate, privateKey, user, passwordFile
        case firstContact

        var name: StaticString {
            switch self {
            case .format: "format"
            case .address: "address"
            case .authorityFile: "ca_file"
            case .certificate: "cert"
            case .privateKey: "cert_key"
            case .user: "user"
            case .passwordFile: "password_file"
            case .firstContact: "first_contact"
            }
        }
    }

    /// The content of the file: one line of JSON.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.begin("{")
        writer.member(Key.format.name, Self.format)
        let members: [(Key, String?)] = [
            (.address, address.description), (.authorityFile, authorityFile),
            (.certificate, certificate?.certificate), (.privateKey, certificate?.privateKey),
            (.user, login?.user), (.passwordFile, login?.passwordFile),
        ]
        for (key, value) in members {
            if let value { writer.member(key.name, value) }
        }
        if isFirstContact { writer.member(Key.firstContact.name, true) }
        writer.end("}")
        writer.newline()
        return writer.bytes
    }

    /// Reads the content of a file.
    ///
    /// Members that this version does not know are passed over.
    init(bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= Self.sizeLimit, bytes.last == UInt8(ascii: "\n") else {
            throw .malformed
        }
        var format: Int?
        var isFirstContact = false
        var texts: [Key: String] = [:]
        do {
            var scanner = try JSONScanner(Array(bytes.dropLast()))
            try scanner.wholeObject(keys: KnownKeys(Key.allCases.map(\.name))) {
                member, scanner throws(JSONScanner.Malformed) in
                switch member {
                case .other:
                    _ = try scanner.rawValue()
                case .known(let index) where Key.allCases[index] == .format:
                    format = Int(String(decoding: try scanner.rawValue(), as: UTF8.self))
                case .known(let index) where Key.allCases[index] == .firstContact:
                    isFirstContact = try scanner.boolean()
                case .known(let index):
                    texts[Key.allCases[index]] = scanner.text(of: try scanner.string())
                }
            }
        } catch {
            throw .malformed
        }
        guard let format, format > 0, let text = texts[.address] else { throw .malformed }
        guard format == Self.format else { throw .newerFormat }
        let address: EtcdAddress
        do throws(EtcdAddress.Problem) {
            address = try EtcdAddress(text)
        } catch {
            throw .address(error)
        }
        let certificate = try Self.both(texts[.certificate], texts[.privateKey])
        let login = try Self.both(texts[.user], texts[.passwordFile])
        try self.init(
            address: address, authorityFile: texts[.authorityFile],
            certificate: certificate.map { CertificateFiles(certificate: $0, privateKey: $1) },
            login: login.map { LoginFile(user: $0, passwordFile: $1) })
        self.isFirstContact = isFirstContact
    }

    private static func both(
        _ first: String?, _ second: String?
    ) throws(Problem) -> (String, String)? {
        switch (first, second) {
        case (let first?, let second?): return (first, second)
        case (nil, nil): return nil
        default: throw .incomplete
        }
    }
}
