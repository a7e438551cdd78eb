import ArgumentParser
import Console

struct Remote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote",
        abstract: "Share the vault with other machines through etcd.",
        discussion: """
            Example:
              tokenvault remote add etcd://etcd1.example.com,etcd2.example.com/tokenvault
              tokenvault remote show
            """,
        subcommands: [RemoteAdd.self, RemoteShow.self, RemoteRemove.self])
}
