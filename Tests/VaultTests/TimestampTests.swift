import Testing
import Vault

@Suite struct TimestampTests {
    @Test func `every day from 1900 to 2100 is written and parsed`() throws {
        // Counted here day by day, without the arithmetic being tested.
        var (year, month, day) = (Int64(1900), Int64(1), Int64(1))
        var days: Int64 = -25_567
        let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var failures = 0
        while year <= 2100 {
            let text = "\(year)-\(two(month))-\(two(day))T23:59:58Z"
            let moment = Timestamp(days * 86_400 + 86_398)
            if moment.description != text || Timestamp(rfc3339UTC: text) != moment { failures += 1 }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = lengths[Int(month) - 1] + (isLeap && month == 2 ? 1 : 0)
            days += 1
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(failures == 0)
        #expect(days == 47_847)
    }

    private func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400), ("2026-11-20T18:15:02Z", 1_795_198_502),
            ("0000-01-01T00:00:00Z", -62_167_219_200), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("1900-03-01T00:00:00Z", -2_203_891_200), ("2038-01-19T03:14:08Z", 2_147_483_648),
        ] as [(String, Int64)])
    func `known timestamps are parsed and written`(text: String, seconds: Int64) {
        #expect(Timestamp(rfc3339UTC: text)?.seconds == seconds)
        #expect(Timestamp(seconds).description == text)
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T18:15:02", "2026-11-20T18:15:02z", "2026-11-20t18:15:02Z",
        "2026-11-20 18:15:02Z", "2026-11-20T18:15:02+00:00", "2026-11-20T18:15:02.0Z",
        "2026-11-20T18:15Z", "2026-00-20T18:15:02Z", "2026-13-20T18:15:02Z",
        "2026-11-00T18:15:02Z", "2026-11-31T18:15:02Z", "2026-02-29T18:15:02Z",
        "1900-02-29T18:15:02Z", "2100-02-29T18:15:02Z", "2026-11-20T24:00:00Z",
        "2026-11-20T18:60:02Z", "2026-11-20T18:15:60Z", "-026-11-20T18:15:02Z",
        "+026-11-20T18:15:02Z", "12026-11-20T18:15:02Z", "2026-1x-20T18:15:02Z",
        "２026-11-20T18:15:02Z", "2026-11-20T18:15:02Z ", "2026/11/20T18:15:02Z",
    ])
    func `an invalid timestamp is refused`(text: String) {
        #expect(Timestamp(rfc3339UTC: text) == nil)
    }

    @Test func `leap days follow the Gregorian calendar`() {
        for (year, isLeap) in [
            (1900, false), (1904, true), (2000, true), (2023, false), (2024, true), (2100, false),
            (2400, true),
        ] {
            #expect((Timestamp(rfc3339UTC: "\(year)-02-29T00:00:00Z") != nil) == isLeap)
        }
    }

    @Test func `timestamps are limited to the range that can be written`() {
        #expect(Timestamp(.max).description == "9999-12-31T23:59:59Z")
        #expect(Timestamp(.min).description == "0000-01-01T00:00:00Z")
        #expect((Timestamp(0) + .max).description == "9999-12-31T23:59:59Z")
        #expect((Timestamp(.max) + .max).description == "9999-12-31T23:59:59Z")
        #expect((Timestamp(.min) + .min).description == "0000-01-01T00:00:00Z")
    }

    @Test func `an expiry has passed from its exact second on`() {
        let end = Expiry.at(Timestamp(100))
        #expect(!end.isOver(at: Timestamp(99)))
        #expect(end.isOver(at: Timestamp(100)))
        #expect(!Expiry.never.isOver(at: Timestamp(.max)))
        #expect(!Expiry.unknown.isOver(at: Timestamp(.max)))
        #expect(end.text == "1970-01-01T00:01:40Z")
        #expect(Expiry.never.text == "never")
        #expect(Expiry.unknown.text == nil)
    }
}
