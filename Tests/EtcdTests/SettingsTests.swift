import Foundation
import Support
import Testing

@testable import Etcd

/// The settings next to a vault, `<vault>.remote`, and the login in a password file.
@Suite struct SettingsTests {
    @Test(arguments: [false, true])
    func `settings are read as they were written`(isComplete: Bool) throws {
        let settings = try isComplete ? complete() : RemoteSettings(address: address())
        #expect(try RemoteSettings(bytes: settings.bytes) == settings)
        let lines = String(decoding: settings.bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 2)
        #expect(lines.last == "")
    }

    @Test func `the file is a line of JSON without a secret`() throws {
        #expect(
            String(decoding: try complete().bytes, as: UTF8.self) == """
                {"format":1,"address":"etcd://a,[::1]:1/p","ca_file":"/ca \\"1\\".pem",\
                "cert":"/c.pem","cert_key":"/k.pem","user":"ann","password_file":"/pw"}

                """)
    }

    @Test(
        arguments: [
            ("", .malformed), ("{}", .malformed), ("{}\n", .malformed), ("[]\n", .malformed),
            ("{\"format\":1,\"address\":\"etcd://a/p\"}", .malformed),
            ("{\"format\":1,\"address\":\"etcd://a/p\"}\n\n", .malformed),
            ("{\"format\":1,\"format\":1,\"address\":\"etcd://a/p\"}\n", .malformed),
            ("{\"format\":\"1\",\"address\":\"etcd://a/p\"}\n", .malformed),
            ("{\"format\":0,\"address\":\"etcd://a/p\"}\n", .malformed),
            ("{\"format\":99999999999999999999,\"address\":\"etcd://a/p\"}\n", .malformed),
            ("{\"format\":1,\"address\":7}\n", .malformed),
            ("{\"format\":1}\n", .malformed),
            ("{\"format\":2,\"address\":\"new\"}\n", .newerFormat),
            ("{\"format\":1,\"address\":\"etcd://a:FAKE@b/p\"}\n", .address(.credentials)),
            ("{\"format\":1,\"address\":\"etcd://a/p\",\"cert\":\"/c\"}\n", .incomplete),
            ("{\"format\":1,\"address\":\"etcd://a/p\",\"cert_key\":\"/c\"}\n", .incomplete),
            ("{\"format\":1,\"address\":\"etcd://a/p\",\"user\":\"ann\"}\n", .incomplete),
            ("{\"format\":1,\"address\":\"etcd://a/p\",\"password_file\":\"/p\"}\n", .incomplete),
            ("{\"format\":1,\"address\":\"etcd://a/p\",\"ca_file\":\"ca.pem\"}\n", .path),
            ("{\"format\":1,\"address\":\"etcd://a/p\",\"ca_file\":\"\"}\n", .path),
            ("{\"format\":1,\"address\":\"etcd://a/p\",\"ca_file\":\"/a\\u0000b\"}\n", .path),
            (
                "{\"format\":1,\"address\":\"etcd://a/p\",\"user\":\"\",\"password_file\":\"/p\"}\n",
                .user
            ),
            (
                "{\"format\":1,\"address\":\"etcd://a/p\",\"user\":\"a\\n\",\"password_file\":\"/p\"}\n",
                .user
            ),
        ] as [(String, RemoteSettings.Problem)])
    func `other content is rejected`(text: String, problem: RemoteSettings.Problem) {
        #expect(throws: problem) { try RemoteSettings(bytes: Array(text.utf8)) }
    }

    @Test func `members of later versions are passed over`() throws {
        let text = #"{"format":1,"later":{"a":[1]},"address":"etcd://a/p","more":null}"# + "\n"
        let settings = try RemoteSettings(bytes: Array(text.utf8))
        #expect(try settings == RemoteSettings(address: EtcdAddress("etcd://a/p")))
    }

    @Test func `a vault without settings is not shared`() async throws {
        try await TemporaryFolder.with { folder in
            for vault in ["\(folder)/vault", "\(folder)/missing/vault"] {
                let settings = try RemoteSettings.read(forVaultAt: vault)
                #expect(settings == nil)
            }
        }
    }

    @Test func `the file has mode 0600 and replaces an earlier one`() async throws {
        try await TemporaryFolder.with { folder in
            let vault = "\(folder)/vault"
            _ = try RemoteSettings(address: address()).write(forVaultAt: vault)
            let settings = try complete()
            #expect(try settings.write(forVaultAt: vault) == nil)
            #expect(try RemoteSettings.read(forVaultAt: vault) == settings)
            let path = RemoteSettings.path(forVaultAt: vault)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["vault.remote"])
        }
    }

    @Test func `a file that others can change is not used`() async throws {
        try await TemporaryFolder.with { folder in
            let vault = "\(folder)/vault"
            _ = try complete().write(forVaultAt: vault)
            let path = RemoteSettings.path(forVaultAt: vault)
            for permissions in [0o620, 0o602] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: permissions], ofItemAtPath: path)
                #expect(throws: RemoteSettings.FileProblem.writableByOthers) {
                    try RemoteSettings.read(forVaultAt: vault)
                }
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(try RemoteSettings.read(forVaultAt: vault) != nil)
        }
    }

    @Test func `a directory or a large file in its place is rejected`() async throws {
        try await TemporaryFolder.with { folder in
            let vault = "\(folder)/vault"
            let path = RemoteSettings.path(forVaultAt: vault)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            #expect(throws: RemoteSettings.FileProblem.notFile) {
                try RemoteSettings.read(forVaultAt: vault)
            }
            try FileManager.default.removeItem(atPath: path)
            let large = Data(repeating: 0x20, count: RemoteSettings.sizeLimit) + Data("\n".utf8)
            try large.write(to: URL(filePath: path))
            #expect(throws: RemoteSettings.FileProblem.content(.malformed)) {
                try RemoteSettings.read(forVaultAt: vault)
            }
        }
    }

    @Test(arguments: [
        ("FAKEpw", "FAKEpw"), ("FAKEpw\n", "FAKEpw"), ("FAKEpw\r\n", "FAKEpw"),
        (" FAKE \"p\\w\" ä\n", " FAKE \"p\\w\" ä"),
    ])
    func `a password is the only line of its file`(content: String, password: String) throws {
        let login = try EtcdLogin(user: "ann", passwordFile: secret(content))
        #expect(text(of: login.password) == password)
        // The request is valid JSON with just that password.
        let request = try JSONDecoder().decode(
            [String: String].self, from: Data(EtcdRequest.authenticate(login).body))
        #expect(request == ["name": "ann", "password": password])
    }

    @Test(
        arguments: [
            ("ann", "", .emptyPassword), ("ann", "\n", .emptyPassword),
            ("ann", "a\nb\n", .password),
            ("ann", "a\n\n", .password), ("ann", "a\tb", .password), ("ann", "a\u{7F}", .password),
            ("", "FAKE", .user), ("a\nb", "FAKE", .user),
            (String(repeating: "a", count: 257), "FAKE", .user),
            ("ann", String(repeating: "a", count: 1_025), .tooLong),
        ] as [(String, String, EtcdLogin.Problem)])
    func `other logins are rejected`(user: String, content: String, problem: EtcdLogin.Problem) {
        #expect(throws: problem) { try EtcdLogin(user: user, passwordFile: secret(content)) }
    }

    private func address() throws -> EtcdAddress { try EtcdAddress("etcd://a,[::1]:1/p") }

    private func complete() throws -> RemoteSettings {
        try RemoteSettings(
            address: address(), authorityFile: "/ca \"1\".pem",
            certificate: .init(certificate: "/c.pem", privateKey: "/k.pem"),
            login: .init(user: "ann", passwordFile: "/pw"))
    }
}
