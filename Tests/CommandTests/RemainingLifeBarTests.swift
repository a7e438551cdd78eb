import Entries
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct RemainingLifeBarTests {
    private let now = TestWorld.startTime
    private static let day: Int64 = 86_400

    private func bar(_ expires: Expiry, data: Expiry = .unknown, validity: TokenValidity = .unknown)
        throws
        -> String
    {
        var metadata = Metadata()
        metadata.expiresAt = expires
        metadata.dataAccessExpiresAt = data
        metadata.validity = validity
        let entry = Entry(reference: try #require(Reference(text: "user:9")), metadata: metadata)
        return RemainingLifeBar(
            StoredEntry(entry), status: EntryStatus(entry, at: now), at: now
        ).text
    }

    @Test func `a full bar means sixty days or more`() throws {
        let full = String(repeating: "█", count: 12)
        #expect(try bar(.never) == full)
        #expect(try bar(.at(now + 60 * Self.day)) == full)
        #expect(try bar(.at(now + 600 * Self.day)) == full)
    }

    @Test(arguments: [
        (30, "██████······"), (55, "███████████·"), (5, "█···········"), (10, "██··········"),
    ])
    func `less than sixty days fill a share of the bar`(days: Int64, text: String) throws {
        #expect(try bar(.at(now + days * Self.day)) == text)
    }

    @Test func `the bar is never empty before the expiry, and empty after it`() throws {
        #expect(try bar(.at(now + 1)) == "▏···········")
        let empty = String(repeating: "·", count: 12)
        #expect(try bar(.at(now)) == empty)
        #expect(try bar(.at(now + -Self.day)) == empty)
        #expect(try bar(.never, validity: .invalid(reason: nil)) == empty)
    }

    @Test func `the earlier expiry counts`() throws {
        #expect(try bar(.never, data: .at(now + 30 * Self.day)) == "██████······")
        #expect(
            try bar(.at(now + 30 * Self.day), data: .at(now + 90 * Self.day)) == "██████······")
    }

    @Test func `an unknown expiry shows question marks`() throws {
        #expect(try bar(.unknown) == "????????????")
    }

    @Test func `the bar is always twelve columns wide`() throws {
        for hours in stride(from: Int64(-10), to: 62 * 24, by: 7) {
            #expect(try bar(.at(now + hours * 3_600)).count == 12)
        }
    }
}
