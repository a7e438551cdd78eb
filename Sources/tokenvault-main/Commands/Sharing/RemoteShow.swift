import ArgumentParser
import Console
import Etcd
import Sodium
import Vault

struct RemoteShow: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how the vault is shared, and how old the copy on this machine is.",
        discussion: """
            Needs neither the passphrase nor the store.

            Example:
              tokenvault remote show
            """)

    @OptionGroup var vault: VaultLocation
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        let vaultID: String
        let address: String
        let authorityFile: String?
        let certificate: String?
        let privateKey: String?
        let user: String?
        let passwordFile: String?
        let syncedAt: String?
        let isAhead: Bool

        private enum CodingKeys: String, CodingKey {
            case vaultID = "vault_id"
            case address
            case authorityFile = "ca_file"
            case certificate = "cert"
            case privateKey = "cert_key"
            case user
            case passwordFile = "password_file"
            case syncedAt = "synced_at"
            case isAhead = "ahead"
        }
    }

    func run(in world: World) throws -> ExitStatus {
        let path = try vault.access.resolvedPath(in: world)
        let vaultID = hexadecimal(try VaultFile(path: path).header.vaultID)
        guard let copy = CopyState(ofVaultAt: path) else { throw SharingMessage.notShared }
        let settings = try RemoteSettings.required(forVaultAt: copy.vaultPath)
        if output.json {
            try world.terminal.print(
                try JSONDocument.text(
                    Document(
                        vaultID: vaultID, address: settings.address.description,
                        authorityFile: settings.authorityFile,
                        certificate: settings.certificate?.certificate,
                        privateKey: settings.certificate?.privateKey,
                        user: settings.login?.user, passwordFile: settings.login?.passwordFile,
                        syncedAt: copy.syncedAt?.description, isAhead: copy.isAhead)))
            return .done
        }
        let now = world.now()
        let time = TimeText(now: now, in: world)
        try world.terminal.print(
            DetailView(title: settings.address.description).text([
                ("vault", vaultID),
                ("ca-file", settings.authorityFile),
                ("cert", settings.certificate?.certificate),
                ("cert-key", settings.certificate?.privateKey),
                ("user", settings.login?.user),
                ("password", settings.login?.passwordFile),
                (
                    "synced",
                    copy.syncedAt.map { synced in
                        let age = copy.age(at: now).map { ", \(TimeText.span($0)) ago" }
                        return "\(time.local(synced))\(age ?? "")"
                    } ?? "unknown"
                ),
                ("waiting", copy.isAhead ? "a change that is not in the store yet" : "nothing"),
            ]))
        return .done
    }
}
