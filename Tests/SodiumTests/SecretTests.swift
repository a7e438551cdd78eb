import Sodium
import Testing

@Suite struct SecretTests {
    @Test func `a secret grows and keeps its bytes`() {
        var secret = Secret(minimumCapacity: 1)
        for byte in 0..<1000 { secret.append(UInt8(truncatingIfNeeded: byte)) }
        let bytes = secret.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        #expect(bytes == (0..<1000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func `freed memory is wiped before it is reused`() {
        do {
            let first = Secret(copying: [UInt8](repeating: 0xAA, count: 100).span)
            #expect(first.count == 100)
        }
        let second = Secret(count: 100) { _ in }
        #expect(second.withBytes { bytes in bytes.indices.allSatisfy { bytes[$0] == 0 } })
    }

    @Test func `a secret larger than a region gets its own allocation`() {
        let secret = Secret(copying: [UInt8](repeating: 7, count: 200_000).span)
        #expect(secret.count == 200_000)
        #expect(secret.withBytes { $0[199_999] } == 7)
    }

    /// One region for each would be four maps, and a process may have 65,530.
    @Test func `twenty thousand secrets fit into the maps that a process may have`() {
        let secrets = (0..<20_000).map { number in
            SharedSecret(Secret(copying: Array("FAKE\(number)".utf8).span))
        }
        #expect(secrets[19_999].withBytes { bytes in bytes.count } == 9)
    }

    @Test func `only secrets with the same bytes are equal`() {
        let one = Secret(copying: Array("FAKE1".utf8).span)
        let results = [
            one.isEqual(to: one.duplicate()),
            one.isEqual(to: Secret(copying: Array("FAKE2".utf8).span)),
            one.isEqual(to: Secret(copying: Array("FAKE".utf8).span)),
        ]
        #expect(results == [true, false, false])
    }
}
