import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TortureTests {
    @Test func `killed at random moments, the program leaves the old state or the new one`()
        async throws
    {
        let home = try Home()
        let outcome = try await home.run(
            tool: "\(ProgramUnderTest.repository)/Scripts/torture",
            ["kills", "150", "--program", ProgramUnderTest.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.kills == 150)
        // A kill that always comes too early or too late proves nothing.
        #expect(report.new > 0)
    }

    // `Scripts/torture renewals` runs 100 of them by default.
    @Test func `refresh reports what it did to each of many tokens`() async throws {
        let home = try Home()
        let outcome = try await home.run(
            tool: "\(ProgramUnderTest.repository)/Scripts/torture",
            ["renewals", "12", "--program", ProgramUnderTest.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("\"tokens\": 174"), "\(outcome.output)")
    }

    // `Scripts/torture shared` takes two minutes by default.
    @Test func `32 writers share a vault while nodes of etcd are killed, and lose nothing`()
        async throws
    {
        let home = try Home()
        let outcome = try await home.run(
            tool: "\(ProgramUnderTest.repository)/Scripts/torture",
            ["shared", "15", "--program", ProgramUnderTest.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(SharingReport.self, from: Data(outcome.output.utf8))
        #expect(report.killedLeaders > 0 && report.shared > 0 && report.killed > 0)
    }

    private struct SharingReport: Decodable {
        let killedLeaders: Int
        let shared: Int
        let killed: Int

        private enum CodingKeys: String, CodingKey {
            case killedLeaders = "leaders killed"
            case shared
            case killed
        }
    }

    private struct Report: Decodable {
        let kills: Int
        let new: Int

        private enum CodingKeys: String, CodingKey {
            case kills
            case new = "new state"
        }
    }
}
