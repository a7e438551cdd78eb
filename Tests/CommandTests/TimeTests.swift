import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct TimeTests {
    private let now = TestWorld.startTime

    @Test(
        arguments: [
            ("0s", 0), ("90s", 90), ("5m", 300), ("12h", 43_200), ("60d", 5_184_000),
            ("2w", 1_209_600),
            ("007d", 604_800), ("36525d", 3_155_760_000),
        ] as [(String, Int64)])
    func `a valid duration is parsed`(text: String, seconds: Int64) {
        #expect(TimeWords.span(text) == seconds)
    }

    @Test(arguments: [
        "", "d", "5", "-5d", "+5d", "5 d", "5D", "5y", "1.5d", "٥d", "5dd", "36526d",
        "9223372036854775807w", "99999999999999999999s", "５d",
    ])
    func `an invalid duration is refused`(text: String) {
        #expect(TimeWords.span(text) == nil)
    }

    @Test(
        arguments: [
            ("2026-11-20T18:15:02Z", 0), ("2026-11-20t18:15:02z", 0), ("2026-11-20 18:15:02Z", 0),
            ("2026-11-20T18:15:02.999Z", 0), ("2026-11-20T19:15:02+01:00", 0),
            ("2026-11-20T10:15:02-08:00", 0), ("2026-11-20T23:45:02+05:30", 0),
            ("2026-11-20T18:15:02-00:00", 0), ("2026-11-20", -65_702), ("60s", 60),
            ("2026-11-21T18:15:02Z", 86_400),
        ] as [(String, Int64)])
    func `a valid time is parsed`(text: String, seconds: Int64) {
        #expect(TimeWords.moment(text, now: now) == now + seconds)
    }

    @Test(arguments: [
        "", "now", "2026-11-20T18:15:02", "2026-11-20T18:15Z", "2026-02-29", "2026-11-31",
        "2026-00-10", "2026-11-20T24:00:00Z", "2026-11-20T18:60:00Z", "2026-11-20T18:15:60Z",
        "2026-11-20T18:15:02+24:00", "2026-11-20T18:15:02+01:60", "2026-11-20T18:15:02+0100",
        "20261120", "2026-11-20T18:15:02.Z", "2026-11-20T18:15:02ZZ", "+026-11-20", "2026/11/20",
    ])
    func `an invalid time is refused`(text: String) {
        #expect(TimeWords.moment(text, now: now) == nil)
    }

    @Test(
        arguments: [
            (0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"),
            (61, "1 minute 1 second"), (119, "1 minute 59 seconds"), (180, "3 minutes"),
            (3_600, "1 hour"), (7_260, "2 hours 1 minute"), (86_399, "24 hours"), (86_400, "1 day"),
            (90_000, "1 day 1 hour"), (259_199, "2 days 23 hours"), (259_200, "3 days"),
            (5_183_944, "60 days"), (5_184_000, "60 days"),
        ] as [(Int64, String)])
    func `a duration is written in words`(seconds: Int64, words: String) {
        #expect(TimeText.span(seconds) == words)
    }

    @Test func `a relative time is in the future or in the past`() {
        #expect(TimeText.distance(to: now + 86_400, from: now) == "in 1 day")
        #expect(TimeText.distance(to: now, from: now) == "in 0 seconds")
        #expect(TimeText.distance(to: now + -3_600, from: now) == "1 hour ago")
    }

    @Test func `times are shown in local time`() throws {
        var world = try TestWorld(hasVault: false).world
        world.offsetFromUTC = { _ in -8 * 3_600 }
        let time = TimeText(now: now, in: world)
        #expect(time.local(now) == "2026-11-20 10:15")
        #expect(time.text(.at(now + 60 * 86_400)) == "2027-01-19 10:15, in 60 days")
        #expect(time.text(.never) == "never")
        #expect(time.text(.unknown) == "unknown")
    }

    @Test func `the UTC offset is that of the time shown, not of the current time`() throws {
        let change = now + 1_000
        var world = try TestWorld(hasVault: false).world
        world.offsetFromUTC = { $0 < change ? 0 : 3_600 }
        let time = TimeText(now: now, in: world)
        #expect(time.local(now) == "2026-11-20 18:15")
        #expect(time.local(now + 3_600) == "2026-11-20 20:15")
    }
}
