import Foundation
import GraphSimulator
import Testing
import Vault

@testable import tokenvault

/// What `import` makes of the ways in which environment files are written, and of secrets that it does
/// not take over.
@Suite struct ImportDialectTests {
    let world: TestWorld
    private static let app = "APP_ID=1\nAPP_SECRET=FAKEsecret\n"

    init() throws {
        world = try TestWorld()
    }

    private func run(_ bytes: [UInt8], _ options: String...) async throws -> Ending {
        let path = "\(world.directory)/plain.env"
        try Data(bytes).write(to: URL(filePath: path))
        return await world.run(["import", path] + options)
    }

    private func run(_ text: String, _ options: String...) async throws -> Ending {
        let path = "\(world.directory)/plain.env"
        try Data(text.utf8).write(to: URL(filePath: path))
        return await world.run(["import", path] + options)
    }

    @Test(arguments: [
        "$FAKE", "${FAKE}", "$(FAKE)", "\"$FAKE\"", "FAKE$x", "\"FAKE$1\"", "FAKE$$", "$_FAKE",
        "\"a$?FAKE\"",
    ])
    func `a value that refers to another is refused by line`(_ value: String) async throws {
        let ending = try await run("APP_ID=1\n\nAPP_SECRET=\(value)\n")
        #expect(ending.status == .usage)
        #expect(
            ending.failure?.message.contains("APP_SECRET, in line 3, refers to another") == true)
        #expect(!ending.everythingSaid.contains("FAKE"))
    }

    @Test(arguments: [
        ("'$FAKE'", "$FAKE"), ("'${FAKE}'", "${FAKE}"), (#""\$FAKE""#, "$FAKE"), ("FAKE$", "FAKE$"),
        ("\"FAKE$\"", "FAKE$"), ("'FAKE`\\n'", "FAKE`\\n"), ("FAKE$.x", "FAKE$.x"),
    ])
    func `in single quotes, and where nothing follows, it is text`(
        _ value: String, _ secret: String
    ) async throws {
        let ending = try await run("APP_ID=1\nAPP_SECRET=\(value)\n")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(try world.stored("app:1")?.secret == secret)
    }

    @Test(arguments: [
        "`FAKE`", "FAKE`x`", "\"FAKE`x`\"", #""FAKE\n""#, #""FAKE\x41""#, #"FAKE\$x"#, "FAKE\\",
        "\"FAKE\\\nmore\"", #"FAKE\ more"#,
    ])
    func `what programs read differently is refused by line`(_ value: String) async throws {
        let ending = try await run("# first\nAPP_ID=1\nAPP_SECRET=\(value)\n")
        #expect(ending.status == .usage)
        let message = ending.failure?.message ?? ""
        #expect(
            message.contains("APP_SECRET, in line 3, has a backslash or backtick"), "\(message)")
        #expect(!ending.everythingSaid.contains("FAKE"))
        #expect(try world.references() == [])
    }

    @Test(arguments: ["OTHER=x\\", "export\\", "echo \\\r"])
    func `a line that continues the one before is refused`(_ before: String) async throws {
        let ending = try await run("APP_ID=1\n\(before)\nAPP_SECRET=FAKEsecret\n")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.contains("in line 3, follows a line") == true)
    }

    @Test func `a comment continues nothing, nor does a line in between`() async throws {
        for before in ["# note \\", "OTHER=x\\\n", "OTHER='x\\'"] {
            let ending = try await run("APP_ID=1\n\(before)\nAPP_SECRET=FAKEs\n", "--replace")
            #expect(ending.status == .done, "\(before): \(ending.failure?.message ?? "")")
        }
    }

    @Test(arguments: [
        (String.Encoding.utf16LittleEndian, true), (.utf16BigEndian, true),
        (.utf16LittleEndian, false), (.utf16BigEndian, false), (.utf8, true),
    ])
    func `UTF-16 and byte order marks are read`(
        _ encoding: String.Encoding, _ hasMark: Bool
    ) async throws {
        for text in [
            "APP_ID=1\r\nAPP_SECRET=FAKEsecret\r\n# Größe 🥐\r\n",
            #"{"access_token":"FAKEsecret","id":"1","name":"Café 🥐"}"#,
        ] {
            let data = try #require(((hasMark ? "\u{FEFF}" : "") + text).data(using: encoding))
            let ending = try await run(Array(data), "--replace")
            #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        }
        #expect(try world.stored("app:1")?.secret == "FAKEsecret")
        #expect(try world.stored("page:1")?.metadata.name == "Café 🥐")
    }

    @Test(arguments: [
        [0xFF, 0xFE, 0x41], [0xFE, 0xFF, 0xD8, 0x00, 0x00, 0x41], [0xFF, 0xFE, 0x00, 0xDC],
        [0xFF, 0xFE, 0x3D, 0xD8], Array("APP_ID=1\0".utf8),
        [0xFF, 0xFE, 0x00, 0x00, 0x41, 0, 0, 0],
        [0, 0, 0xFE, 0xFF], [0xFF, 0xFE],
    ])
    func `what is not text is refused`(_ bytes: [UInt8]) async throws {
        #expect(try await run(bytes).status == .usage)
    }

    @Test(arguments: [
        ("FB_PAGE_ACCESS_TOKEN", "PAGE_ID", "page:7"),
        ("FACEBOOK_PAGE_ACCESS_TOKEN", "FACEBOOK_PAGE_ID", "page:7"),
        ("PAGE_ACCESS_TOKEN", "PAGE_ID", "page:7"),
        ("META_LONG_LIVED_PAGE_ACCESS_TOKEN", "META_PAGE_ID", "page:7"),
        ("META_SYSTEM_USER_TOKEN", "META_SYSTEM_USER_ID", "system:7"),
        ("FB_SYSTEM_USER_ACCESS_TOKEN", "SYSTEM_USER_ID", "system:7"),
        ("FACEBOOK_CLIENT_SECRET", "FACEBOOK_CLIENT_ID", "app:7"),
        ("FACEBOOK_CLIENT_TOKEN", "FACEBOOK_APP_ID", "client:7"),
    ])
    func `common names are known`(_ name: String, _ id: String, _ reference: String) async throws {
        // An access token is not taken for an app's secret.
        let isToken = reference.hasPrefix("page:") || reference.hasPrefix("system:")
        let secret = isToken ? "EAAFAKEtoken" : "FAKEsecret"
        let ending = try await run("\(name)=\(secret)\n\(id)=7\n")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(try world.references() == [reference])
    }

    @Test(arguments: [
        "FB_LONG_LIVED_TOKEN", "LONG_LIVED_ACCESS_TOKEN", "META_LONG_LIVED_USER_ACCESS_TOKEN",
        "USER_ACCESS_TOKEN", "FACEBOOK_TOKEN", "META_SYSTEM_USER_TOKEN", "FB_PAGE_ACCESS_TOKEN",
    ])
    func `a known token without an id leads to --online`(_ name: String) async throws {
        let ending = try await run("\(name)=EAAFAKEtoken\n", "--dry-run")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.hasPrefix("\(name) is not stored") == true)
        #expect(ending.failure?.hint?.hasSuffix("plain.env --online --dry-run") == true)
    }

    @Test(arguments: [
        ("OTHER=EAAFAKEtoken1234", "OTHER"), ("DB_PASSWORD=hunter2hunter2", "DB_PASSWORD"),
        ("aws_secret_access_key='FAKE/+aws=='", "aws_secret_access_key"),
        ("IG_TOKEN=IGAAFAKEtoken12", "IG_TOKEN"), ("X=\"a THAAFAKEtoken12 b\"", "X"),
        ("# OLD_TOKEN=EAAFAKEtoken1234", "a comment in line 3"),
        ("X=1 # was EAAFAKEtoken1234", "a comment in line 3"),
        ("APP_SECRET: EAAFAKEtoken1234", "line 3"), ("curl -H EAAFAKEtoken1234", "line 3"),
        ("URL=https://x/?access_token=EAAFAKEtoken1234&a", "URL"),
        ("HASH=FACEB00CFACEB00CFACEB00CFACEB00C", "HASH"),
        ("APP_SECRET=FAKEother", "APP_SECRET in line 2"),
        ("X='open\nEAAFAKEtoken1234", "line 4"),
    ])
    func `a secret that is not taken over is named, and the file is to stay`(
        _ line: String, _ source: String
    ) async throws {
        let ending = try await run(Self.app + line + "\n")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(ending.notes.contains("\(source) is not stored: "), "\(ending.notes)")
        #expect(ending.notes.contains("in plain text") && !ending.notes.contains("shred"))
        #expect(!ending.everythingSaid.contains("FAKE") && !ending.notes.contains("hunter"))
    }

    @Test(arguments: [
        "TOKEN_TTL=3600000000", "DEBUG=true", "# see README", "NAME='a secret that is told'",
        "APP_SECRET=FAKEsecret", "COMMIT=0123456789012345678901234567890123456789", "EMPTY_TOKEN=",
        "EAA=1",
    ])
    func `what is not a secret, or is stored, keeps nobody from removing the file`(
        _ line: String
    ) async throws {
        let ending = try await run(Self.app + line + "\n")
        #expect(ending.status == .done)
        #expect(!ending.notes.contains("is not stored") && ending.notes.contains("shred -u"))
    }

    @Test func `the token in a list's next address is named`() async throws {
        let ending = try await run(
            #"""
            {"data":[{"access_token":"EAAFAKEpage1","id":"11","extra":{"app_secret":"FAKEvalue"}}],
             "paging":{"next":"https:\/\/x\/?access_token=EAAFAKEuser0001&after=y"}}
            """#)
        #expect(ending.status == .done)
        #expect(ending.notes.contains("paging.next is not stored: "))
        #expect(ending.notes.contains("data[0].extra.app_secret is not stored: "))
        #expect(!ending.notes.contains("shred") && !ending.everythingSaid.contains("FAKE"))
    }

    @Test func `a hint repeats the options that were given`() async throws {
        world.allow(.simulation)
        try world.storeApp()
        let ending = try await run(
            "APP_ID=1234567890123456\nAPP_SECRET=FAKEsecret0001\n", "--online", "--dry-run")
        #expect(ending.status == .exists)
        #expect(ending.failure?.hint?.hasSuffix("plain.env --online --dry-run --replace") == true)
    }

    @Test func `many lines take no longer than few`() async throws {
        let many = String(repeating: "A='\n\n# x\n", count: 200_000)
        #expect(try await run(Self.app + many).status == .done)
    }
}
