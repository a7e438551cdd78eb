import Foundation

/// The source that these tests belong to.
enum Repository {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The release build, where Scripts/test names it.
    static let release = ProcessInfo.processInfo.environment["TOKENVAULT_RELEASE"]
}
