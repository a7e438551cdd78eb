import Foundation
import Sodium
import Testing

@testable import Vault

/// What a reader accepts encodes back to the same bytes.
@Suite struct CanonicalTests {
    @Test(arguments: try Vector.all().filter { $0.expect == "open" })
    func `a valid header is written exactly as it was read`(vector: Vector) throws {
        let file = Array(try Data(contentsOf: Vector.directory.appending(path: vector.file)))
        let read = try HeaderReader.read(Array(file.prefix(Header.limit)))
        let mac = Array("mac ".utf8) + Base64.encode(read.mac.span) + [UInt8(ascii: "\n")]
        #expect(read.header.authenticated + mac == Array(file[..<read.payloadOffset]))
    }

    @Test func `any accepted header is written exactly as it was read`() throws {
        let file = Array(
            try Data(contentsOf: Vector.directory.appending(path: "good-three-keys.vault")))
        let end = try HeaderReader.read(file).payloadOffset
        let original = Array(file[..<end])
        var accepted = 0
        for index in original.indices {
            for byte in Array(" \n\r\t0129aAzZ+/=-_.".utf8) where byte != original[index] {
                var changed = original
                changed[index] = byte
                guard let read = try? HeaderReader.read(changed) else { continue }
                accepted += 1
                let mac = Array("mac ".utf8) + Base64.encode(read.mac.span) + [UInt8(ascii: "\n")]
                #expect(read.header.authenticated + mac == changed, "byte \(index)")
            }
        }
        #expect(accepted > 1000)
    }
}
