import Foundation

/// The programs that the tests run: the release build, optimized and linked as it ships.
///
/// A debug build may pass where the release build fails, so no test falls back to one.
public enum ProgramUnderTest {
    /// The path of `tokenvault`: what `TOKENVAULT_PROGRAM` names, or what `Scripts/build` built.
    public static let path: String = {
        let named = ProcessInfo.processInfo.environment["TOKENVAULT_PROGRAM"] ?? ""
        let path = named.isEmpty ? "\(repository)/.build-release/release/tokenvault" : named
        guard FileManager.default.isExecutableFile(atPath: path) else {
            fatalError("no program to test at \(path): run Scripts/build first")
        }
        return URL(filePath: path).path
    }()

    /// The path of `tokenvault-main`, which is in the same folder.
    public static let large =
        URL(filePath: path).deletingLastPathComponent().appending(path: "tokenvault-main").path

    /// The path of `graph-simulator`, which is in the same folder.
    public static let simulator =
        URL(filePath: path).deletingLastPathComponent().appending(path: "graph-simulator").path

    /// The version in the source, which both programs print for `--version`.
    public static let version: String = {
        let path = "\(repository)/Sources/CVersion/version.h"
        let header = try? String(contentsOfFile: path, encoding: .utf8)
        guard let match = header?.firstMatch(of: /TOKENVAULT_VERSION "(.+)"/) else {
            fatalError("no version in \(path)")
        }
        return String(match.1)
    }()

    /// The path of the repository that the tests belong to.
    public static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
}
