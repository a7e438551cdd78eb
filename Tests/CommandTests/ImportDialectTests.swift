import Entries
import Foundation
import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// How `import` reads the dialects of environment files, and reports secrets it does not import.
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
    func `a value that refers to another variable is refused, naming the line`(_ value: String)
        async throws
    {
        let ending = try await run("APP_ID=1\n\nAPP_SECRET=\(value)\n")
        #expect(ending.status == .usage)
        #expect(
            ending.failure?.message.text.contains("APP_SECRET on line 3 refers to another")
                == true)
        #expect(!ending.allOutput.contains("FAKE"))
    }

    @Test(arguments: [
        ("'FAKE$x'", "FAKE$x"), ("'a$FAKE$(x'", "a$FAKE$(x"), ("FAKE$", "FAKE$"),
        ("\"FAKE$\"", "FAKE$"), ("FAKE$.x", "FAKE$.x"), ("'FAKE;x&y<z>('", "FAKE;x&y<z>("),
        ("\"FAKE;x&y<z>(\"", "FAKE;x&y<z>("), ("FAKE!*?~^@+=/,x", "FAKE!*?~^@+=/,x"),
    ])
    func `quoted special characters, and a dollar sign without a name, are literal`(
        _ value: String, _ secret: String
    ) async throws {
        let ending = try await run("APP_ID=1\nAPP_SECRET=\(value)\n")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(try world.stored("app:1")?.secret == secret)
    }

    @Test(arguments: [
        "`FAKE`", "FAKE`x`", "\"FAKE`x`\"", #""FAKE\n""#, #""FAKE\x41""#, #"FAKE\$x"#, "FAKE\\",
        "\"FAKE\\\nmore\"", #"FAKE\ more"#, #""FAKE\$x""#, #""FAKE\\x""#, #""FAKE\"x""#,
        #"'FAKE\\x'"#, #"'FAKE\x'"#, #"'FAKE\'"#, #"'\FAKE'"#,
    ])
    func `a value that programs read differently is refused, naming the line`(_ value: String)
        async throws
    {
        let ending = try await run("# first\nAPP_ID=1\nAPP_SECRET=\(value)\n")
        #expect(ending.status == .usage)
        let message = ending.failure?.message.text ?? ""
        #expect(
            message.contains("APP_SECRET on line 3 has a backslash or backtick"), "\(message)")
        #expect(!ending.allOutput.contains("FAKE"))
        #expect(try world.references() == [])
    }

    @Test(arguments: [
        "FAKE\"x\"", "FA'K'E", "FAKE\"", "FAKE;x", "FAKE;", "FAKE&x", "FAKE|x", "FAKE<x", "FAKE>x",
        "FAKE(x", "FAKE)", "(FAKE)", "FAKE#x", "#FAKE", "FAKE#", "$'FAKE'", "$\"FAKE\"", "x$'FAKE'",
        "'FAKE'#x", "\"FAKE\"#x", "FAKE; echo FAKE", "FAKE#x # comment",
    ])
    func `a value that only a shell would split or unquote is refused, naming the line`(
        _ value: String
    ) async throws {
        for (id, name) in [("APP_ID", "APP_SECRET"), ("PAGE_ID", "META_PAGE_TOKEN")] {
            let ending = try await run("# first\n\(id)=1\n\(name)=\(value)\n")
            #expect(ending.status == .usage)
            let message = ending.failure?.message.text ?? ""
            #expect(
                message.contains(
                    "\(name) on line 3 has a quote or another special shell character"),
                "\(message)")
            #expect(!ending.allOutput.contains("FAKE"))
        }
        #expect(try world.references() == [])
    }

    @Test(arguments: ["# none", "#", "", " #FAKE", "'' # none", "\t# none"])
    func `a comment is not a value`(_ value: String) async throws {
        let ending = try await run("APP_ID=1\nAPP_SECRET=FAKEsecret\nPAGE_TOKEN=\(value)\n")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(try world.references() == ["app:1"] && ending.notes.contains("shred -u"))
    }

    @Test(arguments: [
        ("\"'FAKE'\"", "contains a quotation mark at character 1"),
        ("'\"FAKE\"'", "contains a quotation mark at character 1"),
        ("'FA`KE'", "contains a quotation mark at character 3"),
        ("access_token=EAAFAKE", "an equals sign at character 1"),
        ("'access_token=EAAFAKE&x=1'", "an equals sign at character 1"),
        ("https://x/EAAFAKE", "contains a URL at character 1"),
        ("'Bearer EAAFAKE'", "contains a header at character 1"),
        ("{FAKE}", "starts with a bracket or brace"), ("FAKE}", "a bracket or brace"),
        ("FAKE[1]", "contains a bracket or brace at character 5"),
        ("{{name}}", "this is a placeholder"), ("\"{{ name }}\"", "this is a placeholder"),
        ("'${NAME}'", "this is a placeholder"), ("'$NAME'", "this is a placeholder"),
        ("%NAME%", "this is a placeholder"), ("'<FAKE>'", "this is a placeholder"),
        ("XXXX-XXXX", "this is a placeholder"), ("FAKE,", "at character 5"),
        ("'FAKE;'", "at character 5"), ("FAKE...x", "dots at character 5"),
        ("FAKE***", "asterisks at character 5"),
        ("FAKE%41", "a percent sign at character 5"),
        ("'FAKE#_'", "a hash sign at character 5"),
        ("FAKE:x", "a colon at character 5"),
        ("FAKE.", "was copied with the secret, at character 5"),
    ])
    func `what add refuses is refused in a file, with its variable and position`(
        _ value: String, _ words: String
    ) async throws {
        for (id, name) in [
            ("APP_ID", "APP_SECRET"), ("FB_APP_ID", "FB_CLIENT_TOKEN"), ("PAGE_ID", "PAGE_TOKEN"),
            ("USER_ID", "SHORT_TOKEN"),
        ] {
            let ending = try await run("\(id)=1\n\(name)=\(value)\n")
            #expect(ending.status == .usage)
            let message = ending.failure?.message.text ?? ""
            #expect(message.hasPrefix("\(name): ") && message.contains(words), "\(message)")
            #expect(!ending.allOutput.contains("FAKE"))
        }
        #expect(try world.references() == [])
    }

    @Test(arguments: [
        "EAAFAKE,", "EAAFAKE...", "access_token=EAAFAKE", "EAAFAKE%7C", #"\"EAAFAKE\""#, "EAA",
    ])
    func `what add refuses is refused in a response from Meta`(_ value: String) async throws {
        let ending = try await run(#"{"access_token":"\#(value)","id":"11"}"#)
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.hasPrefix("access_token: ") == true)
        #expect(!ending.allOutput.contains("FAKE"))
    }

    @Test(arguments: [
        "FB_PAGE_ID=EAAFAKEtoken1234", "FB_SYSTEM_USER_ID=EAAFAKEtoken1234",
        "FB_PAGE_ID=77 EAAFAKEtoken1234", "PAGE_ID=FAKE", "SYSTEM_USER_ID='EAAFAKE'",
        "META_PAGE_ID=\"1,2\"",
    ])
    func `an invalid ID is reported, even if nothing needs it`(
        _ line: String
    ) async throws {
        let ending = try await run(Self.app + line + "\n")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        let name = line.prefix { $0 != "=" }
        #expect(
            ending.notes.contains("\(name) was not stored: it is not a valid ID"), "\(ending.notes)"
        )
        #expect(!ending.notes.contains("shred") && !ending.allOutput.contains("FAKE"))
    }

    @Test(arguments: ["OTHER=x\\", "export\\", "echo \\\r"])
    func `a continuation line is refused`(_ before: String) async throws {
        let ending = try await run("APP_ID=1\n\(before)\nAPP_SECRET=FAKEsecret\n")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.contains("on line 3 follows a line") == true)
    }

    @Test func `a backslash in a comment, in quotes or before an empty line continues nothing`()
        async throws
    {
        for before in ["# note \\", "OTHER=x\\\n", "OTHER='x\\'"] {
            let ending = try await run("APP_ID=1\n\(before)\nAPP_SECRET=FAKEs\n", "--replace")
            #expect(ending.status == .done, "\(before): \(ending.failure?.message ?? "")")
        }
    }

    @Test(arguments: [
        (String.Encoding.utf16LittleEndian, true), (.utf16BigEndian, true),
        (.utf16LittleEndian, false), (.utf16BigEndian, false), (.utf8, true),
    ])
    func `UTF-16 and byte order marks are supported`(
        _ encoding: String.Encoding, _ hasByteOrderMark: Bool
    ) async throws {
        for text in [
            "APP_ID=1\r\nAPP_SECRET=FAKEsecret\r\n# Größe 🥐\r\n",
            #"{"access_token":"FAKEsecret","id":"1","name":"Café 🥐"}"#,
        ] {
            let data = try #require(
                ((hasByteOrderMark ? "\u{FEFF}" : "") + text).data(using: encoding))
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
    func `a file that is not text is refused`(_ bytes: [UInt8]) async throws {
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
    func `common variable names are known`(_ name: String, _ id: String, _ reference: String)
        async throws
    {
        // An access token is refused as an app secret.
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
    func `for a known token without an ID, the hint is --online`(_ name: String) async throws {
        let ending = try await run("\(name)=EAAFAKEtoken\n", "--dry-run")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.hasPrefix("\(name) was not stored") == true)
        #expect(ending.failure?.hint?.text.hasSuffix("plain.env --online --dry-run") == true)
    }

    @Test(arguments: [
        ("OTHER=EAAFAKEtoken1234", "OTHER"), ("DB_PASSWORD=hunter2hunter2", "DB_PASSWORD"),
        ("aws_secret_access_key='FAKE/+aws=='", "aws_secret_access_key"),
        ("IG_TOKEN=IGAAFAKEtoken12", "IG_TOKEN"), ("X=\"a THAAFAKEtoken12 b\"", "X"),
        ("# OLD_TOKEN=EAAFAKEtoken1234", "a comment on line 3"),
        ("X=1 # was EAAFAKEtoken1234", "a comment on line 3"),
        ("APP_SECRET: EAAFAKEtoken1234", "line 3"), ("curl -H EAAFAKEtoken1234", "line 3"),
        ("URL=https://x/?access_token=EAAFAKEtoken1234&a", "URL"),
        ("HASH=FACEB00CFACEB00CFACEB00CFACEB00C", "HASH"),
        ("APP_SECRET=FAKEother", "APP_SECRET on line 2"),
        ("X='open\nEAAFAKEtoken1234", "line 4"),
        ("DB_PASSWORD=12345678", "DB_PASSWORD"), ("DB_PASSWORD='hunter two'", "DB_PASSWORD"),
        ("PASSWORD=a", "PASSWORD"), ("MYSQL_PASSWD=1", "MYSQL_PASSWD"),
        ("SMTP_PASS=hunter", "SMTP_PASS"), ("DBPASS=hunter", "DBPASS"),
        ("DB_PASS_1=hunter", "DB_PASS_1"), ("MYSQL_PWD=hunter", "MYSQL_PWD"),
        ("PWD=hunter", "PWD"), ("STRIPE_APIKEY=1", "STRIPE_APIKEY"),
        ("MAPS_API_KEY=FAKE", "MAPS_API_KEY"), ("APP_KEY=base64:FAKE", "APP_KEY"),
        ("SESSION_SECRET=é", "SESSION_SECRET"), ("SECRET_2=77", "SECRET_2"),
        ("JWT_PRIVATE_KEY=\"two\nFAKE lines\"", "JWT_PRIVATE_KEY"),
        ("dbPassword=FAKE", "dbPassword"),
        ("GPG_PASSPHRASE=FAKE words of it", "GPG_PASSPHRASE"),
        ("CERT=\"-----BEGIN PRIVATE KEY-----\nFAKE\"", "CERT"),
        ("PEM=-----BEGIN OPENSSH PRIVATE KEY-----", "PEM"), ("STRIPE=sk_test_FAKE", "STRIPE"),
        ("OPENAI=sk-FAKE0001", "OPENAI"), ("X=postgres://user:FAKE@host/db", "X"),
        ("X=redis://:FAKE@host:6379", "X"), ("X='a b https://user:FA:KE@host'", "X"),
        ("AWS_ACCESS_KEY_ID=AKIAFAKE00000001", "AWS_ACCESS_KEY_ID"),
        ("# DB_PASSWORD=hunter", "a comment on line 3"),
        ("# password: hunter", "a comment on line 3"),
        ("DB_PASSWORD: hunter", "line 3"), ("declare -x DB_PASS=\"hunter\"", "line 3"),
        ("\"db_password\": \"hunter\",", "line 3"), ("DB_PASSWORD=\"hunter\"x", "line 3"),
        ("# postgres://user:FAKE@host", "a comment on line 3"),
    ])
    func `a secret that is not imported is named, and deleting the file is not suggested`(
        _ line: String, _ source: String
    ) async throws {
        let ending = try await run(Self.app + line + "\n")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(ending.notes.contains("\(source) was not stored: "), "\(ending.notes)")
        #expect(ending.notes.contains("in plain text") && !ending.notes.contains("shred"))
        #expect(!ending.allOutput.contains("FAKE") && !ending.notes.contains("hunter"))
    }

    @Test(arguments: [
        "TOKEN_TTL=3600000000", "DEBUG=true", "# see README", "NAME='a secret that is told'",
        "APP_SECRET=FAKEsecret", "COMMIT=0123456789012345678901234567890123456789", "EMPTY_TOKEN=",
        "EAA=1", "AWS_KEY_ID=123456", "PASSWORD_MIN_LENGTH=8", "PWD=/home/user", "OLDPWD=/",
        "DB_PASSWORD=", "API_KEY=''", "URL=https://host:443/path", "LANG=sk-SK", "KEYBOARD=us",
        "MAIL=user@example.com", "TIME=10:20", "# Time: 10:20",
    ])
    func `if no other secret is left in the file, deleting it is suggested`(
        _ line: String
    ) async throws {
        let ending = try await run(Self.app + line + "\n")
        #expect(ending.status == .done)
        #expect(!ending.notes.contains("was not stored") && ending.notes.contains("shred -u"))
    }

    @Test func `other secrets in JSON, such as the token in the next URL, are named`() async throws
    {
        let ending = try await run(
            #"""
            {"data":[{"access_token":"EAAFAKEpage1","id":"11","extra":{"app_secret":"FAKEvalue",
              "db-password":"FAKE"},"pin":{"password":12}}],
             "paging":{"next":"https:\/\/x\/?access_token=EAAFAKEuser0001&after=y"}}
            """#)
        #expect(ending.status == .done)
        #expect(ending.notes.contains("paging.next was not stored: "))
        #expect(ending.notes.contains("data[0].extra.app_secret was not stored: "))
        #expect(ending.notes.contains("data[0].extra.… was not stored: "))
        #expect(ending.notes.contains("data[0].pin.password was not stored: "))
        #expect(!ending.notes.contains("shred") && !ending.allOutput.contains("FAKE"))
    }

    @Test func `the hint repeats the given options`() async throws {
        world.allow(.simulation)
        try world.storeApp()
        let ending = try await run(
            "APP_ID=1234567890123456\nAPP_SECRET=FAKEsecret0001\n", "--online", "--dry-run")
        #expect(ending.status == .exists)
        #expect(
            ending.failure?.hint?.text.hasSuffix("plain.env --online --dry-run --replace") == true)
    }

    @Test func `a file with very many lines is read in reasonable time`() async throws {
        let many = String(repeating: "A='\n\n# x\n", count: 200_000)
        #expect(try await run(Self.app + many).status == .done)
    }
}
