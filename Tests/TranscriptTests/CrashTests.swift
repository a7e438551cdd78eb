import Foundation
import Support
import Testing

// A crash must not print registers and memory, which may hold a secret.
@Suite(.timeLimit(.minutes(2)))
struct CrashTests {
    /// The program that prints Swift's crash reports, next to the compiler that built the release.
    private static let reporter: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.lazy.map { "\($0)/../libexec/swift/linux/swift-backtrace-static" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    @Test(
        .enabled(if: reporter != nil, "this toolchain has no swift-backtrace-static"),
        arguments: ["SEGV", "BUS", "ILL", "TRAP", "FPE", "ABRT"])
    func `a crash ends the program without a report, even if one is asked for`(
        signal: String
    ) async throws {
        let home = try await TemporaryHome.withVault()
        // The vault is open by the time that the program reads its input.
        let run = try await home.shell(
            """
            mkfifo input
            tokenvault add page:1 <input 2>errors &
            exec 9>input
            sleep 1
            kill -\(signal) $!
            wait $! || status=$?
            exec 9>&-
            cat errors >&2
            echo $((status - 128)) "$(kill -l \(signal))"
            """,
            environment: [
                "SWIFT_BACKTRACE":
                    "enable=yes,color=no,registers=all,swift-backtrace=\(Self.reporter ?? "")"
            ])
        let numbers = run.text.split(whereSeparator: \.isWhitespace)
        #expect(numbers.count == 2 && numbers.first == numbers.last, "\(run.text)")
        #expect(!run.errors.contains("Signal") && !run.errors.contains("rax"), "\(run.errors)")
    }
}
