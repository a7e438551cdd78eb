import Foundation

/// The programs that the tests drive: the release, optimized and linked as it ships.
///
/// A debug build passes where the release fails, so no test falls back to one.
public enum ProgramUnderTest {
    /// `tokenvault`: what `TOKENVAULT_PROGRAM` names, or what `Scripts/build` made.
    public static let path: String = {
        let named = ProcessInfo.processInfo.environment["TOKENVAULT_PROGRAM"] ?? ""
        let path = named.isEmpty ? "\(repository)/.build-release/release/tokenvault" : named
        guard FileManager.default.isExecutableFile(atPath: path) else {
            fatalError("no program to test at \(path): run Scripts/build first")
        }
        return URL(filePath: path).path
    }()

    /// `tokenvault-main`, which is next to it.
    public static let large =
        URL(filePath: path).deletingLastPathComponent().appending(path: "tokenvault-main").path

    /// `graph-simulator`, which is always next to it.
    public static let simulator =
        URL(filePath: path).deletingLastPathComponent().appending(path: "graph-simulator").path

    /// What both programs print for `--version`, as the source has it.
    public static let version: String = {
        let path = "\(repository)/Sources/CVersion/version.h"
        let header = try? String(contentsOfFile: path, encoding: .utf8)
        guard let match = header?.firstMatch(of: /TOKENVAULT_VERSION "(.+)"/) else {
            fatalError("no version in \(path)")
        }
        return String(match.1)
    }()

    /// The source that the tests belong to.
    public static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
}
