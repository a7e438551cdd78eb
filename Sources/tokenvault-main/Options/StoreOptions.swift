import ArgumentParser
import Console
import Etcd
import Platform

/// The options that say how to reach the store of a shared vault.
struct StoreOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Trust these certificates instead of the system's.", valueName: "path"),
        completion: .file())
    var authority: String?

    @Option(
        help: ArgumentHelp("This machine's certificate, without a common name.", valueName: "path"),
        completion: .file())
    var cert: String?

    @Option(
        help: ArgumentHelp("The private key of the certificate.", valueName: "path"),
        completion: .file())
    var certKey: String?

    @Option(help: ArgumentHelp("The user in etcd.", valueName: "name"))
    var user: String?

    @Option(
        help: ArgumentHelp("Read the user's password from this file.", valueName: "path"),
        completion: .file())
    var passwordFile: String?

    /// Returns the settings for a store, with absolute paths: timers run in other directories.
    func settings(_ address: String, in world: World) throws -> RemoteSettings {
        let parsed: EtcdAddress
        do throws(EtcdAddress.Problem) {
            parsed = try EtcdAddress(address)
        } catch {
            throw RemoteMessage.address(error)
        }
        let certificate = try Self.both((cert, "--cert"), (certKey, "--cert-key"))
        let login = try Self.both((user, "--user"), (passwordFile, "--password-file"))
        let authority = try authority.map { try Self.absolute($0, in: world) }
        let files = try certificate.map {
            RemoteSettings.CertificateFiles(
                certificate: try Self.absolute($0, in: world),
                privateKey: try Self.absolute($1, in: world))
        }
        let loginFile = try login.map {
            RemoteSettings.LoginFile(user: $0, passwordFile: try Self.absolute($1, in: world))
        }
        do throws(RemoteSettings.Problem) {
            return try RemoteSettings(
                address: parsed, authorityFile: authority, certificate: files, login: loginFile)
        } catch {
            throw error == .user ? RemoteMessage.user : RemoteMessage.filePath
        }
    }

    private static func both(
        _ one: (value: String?, name: String), _ other: (value: String?, name: String)
    ) throws -> (String, String)? {
        switch (one.value, other.value) {
        case (nil, nil): return nil
        case (let first?, let second?): return (first, second)
        case (nil, _?):
            throw RemoteMessage.incomplete(OptionName(other.name), needs: OptionName(one.name))
        case (_?, nil):
            throw RemoteMessage.incomplete(OptionName(one.name), needs: OptionName(other.name))
        }
    }

    private static func absolute(_ text: String, in world: World) throws -> String {
        let path = try world.path(text)
        guard !path.isEmpty else { throw RemoteMessage.filePath }
        return path.hasPrefix("/") ? path : "\(try Directory.resolve("."))/\(path)"
    }
}
