import Foundation
import Support
import Testing

/// The tests that SECURITY.md cites as proof exist.
struct SecurityPageTests {
    @Test func `each test that SECURITY.md names exists`() throws {
        let repository = ProgramUnderTest.repository
        let page = try String(contentsOfFile: "\(repository)/SECURITY.md", encoding: .utf8)
        // A suite below Tests, then the names of tests in it; lines may break anywhere.
        let text = page.replacing(/\s+/, with: " ")
        let citations = text.matches(of: /`([A-Za-z]+Tests\/[A-Za-z]+)`((,? "[^"]+")+)/)
        #expect(citations.count > 40)
        for citation in citations {
            let file = "\(repository)/Tests/\(citation.1).swift"
            let source = try String(contentsOfFile: file, encoding: .utf8)
            for title in citation.2.matches(of: /"([^"]+)"/) {
                let isThere = source.contains("func `\(title.1)`(")
                #expect(isThere, "\(citation.1): \(title.1)")
            }
        }
    }
}
