import Foundation

/// A folder that exists for as long as a test runs.
public enum TemporaryFolder {
    /// Runs `body` with the path of a new folder, and removes that afterwards.
    public static func with<Result>(
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "tokenvault-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }
}
