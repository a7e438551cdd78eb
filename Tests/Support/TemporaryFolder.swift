import Foundation

/// A folder that is removed together with this object.
public final class TemporaryFolder: Sendable {
    /// The path of the folder, without symbolic links.
    public let path: String

    /// Creates the folder with these permissions, or with those that the umask leaves.
    public init(permissions: Int? = nil) throws {
        path =
            FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "tokenvault-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: permissions.map { [.posixPermissions: $0] })
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Calls `body` with the path of a new folder, and removes the folder afterward.
    public static func with<Result>(
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        return try await body(folder.path)
    }
}
