import JSON
import Testing

@testable import Vault

@Suite struct MetadataTests {
    private func parsed(_ text: String) throws -> Metadata {
        try Metadata(parsing: Array(text.utf8))
    }

    private func text(_ metadata: Metadata) -> String {
        String(decoding: metadata.text, as: UTF8.self)
    }

    static let accepted = [
        "{}", "{ }", #"{"name":"One"}"#, #"{"name" : "One" }"#,
        #"{"later":[1,2.50,-0,1e5,{"a":null,"b":[true,false]}],"name":"O\u006ee"}"#,
        #"{"name":"\ud83e\udd50 \" \\ \/ \b\f\n\r\t"}"#, #"{"":"","a":{"a":{"a":1}}}"#,
        #"{"valid":true,"expires_at":"never","data_access_expires_at":"2027-02-19T08:00:00Z"}"#,
        #"{"scopes":[],"tasks":[ "A" , "B" ],"app":"app:1","user":"user:9~previous"}"#,
    ]

    @Test(arguments: accepted)
    func `unchanged metadata stays as it was written, byte for byte`(text: String) throws {
        #expect(self.text(try parsed(text)) == text)
    }

    @Test(
        arguments: accepted + [
            #"{"name":"é","category":"a\u0001\"","reason":" ","tasks":["A","\u0042"]}"#,
            #"{"name":"\u007f","scopes":["a b","c"],"tasks":["A", "B"],"user":"user\u003a9"}"#,
            #"{"n\u0061me":"One","scopes":[ ],"tasks":["A" ],"expires_at":"n\u0065ver"}"#,
            #"{"instagram_username":"\u202e","added_at":"2026-11-20T18:15:0\u0032Z"}"#,
            "{\"name\":\"\u{7F}\",\"scopes\":[\"\u{202E}\"],\"category\":\"\u{1F950}\"}",
        ])
    func `what is stored is written as JSON just as its decoded values are`(text: String) throws {
        let stored = try StoredMetadata(parsing: Array(text.utf8))
        let keys = StoredMetadata.Key.allCases.filter { ![.valid, .nameIsChosen].contains($0) }
        var (one, other) = (JSONWriter(), JSONWriter())
        for key in keys {
            stored.write(key, to: &one)
            Metadata(stored).write(key, to: &other)
        }
        #expect(
            String(decoding: one.bytes, as: UTF8.self)
                == String(decoding: other.bytes, as: UTF8.self))
        #expect(StoredMetadata(Metadata(stored)).text == Array(text.utf8))
    }

    @Test func `all known keys are parsed`() throws {
        let metadata = try parsed(
            #"{"name":"O\u006ee","app":"app:1","user":"user:9","category":"C","scopes":["s"],"tasks":["t"],"expires_at":"never","data_access_expires_at":"2027-02-19T08:00:00Z","added_at":"2026-11-20T18:15:02Z","changed_at":"2026-11-20T18:15:03Z","checked_at":"2026-11-20T18:15:04Z","valid":false,"reason":"r","machine_id":"m","instagram_id":"17","instagram_username":"u"}"#
        )
        #expect(metadata.name == "One")
        #expect(metadata.app?.description == "app:1")
        #expect(metadata.user?.description == "user:9")
        #expect(metadata.category == "C")
        #expect(metadata.scopes == ["s"])
        #expect(metadata.tasks == ["t"])
        #expect(metadata.expiresAt == .never)
        #expect(metadata.dataAccessExpiresAt == .at(Timestamp(1_803_024_000)))
        #expect(metadata.addedAt == Timestamp(1_795_198_502))
        #expect(metadata.changedAt == Timestamp(1_795_198_503))
        #expect(metadata.checkedAt == Timestamp(1_795_198_504))
        #expect(metadata.validity.isInvalid)
        #expect(metadata.validity.reason == "r")
        #expect(metadata.machineID == "m")
        #expect(metadata.instagramID == "17")
        #expect(metadata.instagramUsername == "u")
    }

    @Test func `the Instagram account of a page is written and read again`() throws {
        var metadata = Metadata()
        metadata.instagramID = "17"
        metadata.instagramUsername = "u\"\u{1}"
        #expect(
            text(metadata) == #"{"instagram_id":"17","instagram_username":"u\"\u0001"}"#)
        #expect(try Metadata(parsing: metadata.text).instagramUsername == "u\"\u{1}")
    }

    @Test func `a change keeps unknown members in order and as they were written`()
        throws
    {
        var metadata = try parsed(
            #"{"zeta":[1, 2.50 ,"\u00e9"],"name":"One","alpha":{"b":1,"a":2},"n":1E+2}"#)
        metadata.name = "Two"
        #expect(
            text(metadata)
                == #"{"name":"Two","zeta":[1, 2.50 ,"\u00e9"],"alpha":{"b":1,"a":2},"n":1E+2}"#)
        metadata.name = nil
        #expect(text(metadata) == #"{"zeta":[1, 2.50 ,"\u00e9"],"alpha":{"b":1,"a":2},"n":1E+2}"#)
    }

    @Test func `the original text is kept until a member is set`() throws {
        let text = #"{"later":1,"name":"O\u006ee"}"#
        var metadata = try parsed(text)
        #expect(metadata.name == "One" && self.text(metadata) == text)
        metadata.name = "One"
        #expect(self.text(metadata) == #"{"name":"One","later":1}"#)
    }

    @Test(arguments: [
        "\u{0}\u{1}\u{8}\n\r\t\u{1F}", "\"\\/", "é日本🥐\u{202E}\u{7F}", "", "\u{2028}", "{\"a\":1}",
    ])
    func `any name survives writing and parsing`(name: String) throws {
        var metadata = Metadata()
        metadata.name = name
        metadata.scopes = [name, name]
        let back = try Metadata(parsing: metadata.text)
        #expect(back.name == name)
        #expect(back.scopes == [name, name])
        #expect(metadata.text.allSatisfy { $0 >= 0x20 })
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"name":"x","name":"x"}"#, #"{"a":1,"\u0061":2}"#,
        #"{"name":"x","n\u0061me":"x"}"#, #"{"n\u0061me":"x","name":"x"}"#,
        #"{"x":{"a":1,"a":2}}"#, #"{"x":[{"a":1,"b":{},"a":2}]}"#,
        #"{"x":{"a":{"b":1,"\u0062":2}}}"#,
        #"{"x":{"b":[{},[]],"a":{"a":1},"b":1}}"#, #"{"\/":1,"/":2}"#,
        #"{"x":{"\ud83e\udd50":1,"🥐":2}}"#,
    ])
    func `a duplicate key is refused, at any depth and however it is escaped`(text: String) {
        #expect(throws: RecordFault.metadata) { try parsed(text) }
    }

    @Test func `the order of keys and their escapes do not matter`() throws {
        let metadata = try parsed(
            #"{ "valid" : true ,"x":1,"app":"app:1","n\u0061me":"N","changed_at":"2026-11-20T18:15:03Z" }"#
        )
        #expect(metadata.validity == .valid)
        #expect(metadata.app?.description == "app:1")
        #expect(metadata.name == "N")
        #expect(metadata.changedAt?.description == "2026-11-20T18:15:03Z")
    }

    @Test func `keys that only look alike are different`() throws {
        let text = "{\"caf\u{E9}\":1,\"cafe\u{301}\":2,\"a\":{\"a\":1},\"b\":{\"a\":1}}"
        #expect(self.text(try parsed(text)) == text)
    }

    @Test(arguments: [
        "", " ", "[]", "null", "1", "\"\"", "{", "}", "{}}", "{} ", "{}{}", "{,}", #"{"a"}"#,
        #"{"a":}"#,
        #"{"a":1,}"#, #"{,"a":1}"#, #"{"a" 1}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":[1,]}"#,
        #"{"a":[1 2]}"#,
        #"{"a":[}"#, #"{"a":{]}"#, #"{"a":[1}"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#,
        #"{"a":+1}"#,
        #"{"a":1e}"#, #"{"a":-}"#, #"{"a":NaN}"#, #"{"a":True}"#, #"{"a":nul}"#, #"{"a":tru}"#,
        #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\u12G4"}"#, #"{"a":"\ud83e"}"#,
        #"{"a":"\udd50"}"#,
        #"{"a":"\ud83e\u0041"}"#, #"{"a":"b}"#, #"{"a":1}//"#, "{\"a\":1\n}", "{\"a\":\t1}",
        "\u{FEFF}{}",
        "{\"a\":\"\u{1}\"}",
        #"{"instagram_id":17}"#, #"{"instagram_username":null}"#,
        #"{"name":1}"#, #"{"name":null}"#, #"{"app":"x"}"#, #"{"app":1}"#, #"{"scopes":"s"}"#,
        #"{"scopes":[1]}"#, #"{"scopes":null}"#, #"{"valid":"true"}"#, #"{"valid":1}"#,
        #"{"expires_at":1}"#, #"{"expires_at":"soon"}"#, #"{"expires_at":"2027-02-30T00:00:00Z"}"#,
        #"{"added_at":"never"}"#, #"{"tasks":["a"]x}"#,
    ])
    func `anything but a valid object is refused`(text: String) {
        #expect(throws: RecordFault.metadata) { try parsed(text) }
    }

    @Test func `deep nesting does not use up the stack`() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            let count = 65_000 / (open.utf8.count + 1)
            let deep =
                #"{"x":"# + String(repeating: open, count: count)
                + (open == "[" ? "" : "1") + String(repeating: close, count: count) + "}"
            #expect(text(try parsed(deep)) == deep)
            let unclosed = #"{"x":"# + String(repeating: open, count: count)
            #expect(throws: RecordFault.metadata) { try parsed(unclosed) }
        }
    }

    @Test func `bytes that are not valid UTF-8 are refused`() {
        for bytes: [UInt8] in [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
        ] {
            #expect(throws: RecordFault.metadata) {
                try Metadata(parsing: Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8))
            }
        }
    }

    @Test func `the limit is 64 KiB`() throws {
        let longest = #"{"a":""# + String(repeating: "x", count: 65_536 - 8) + #""}"#
        #expect(try parsed(longest).text.count == 65_536)
        #expect(throws: RecordFault.metadata) { try parsed(longest + " ") }
        let tooLong = #"{"a":""# + String(repeating: "x", count: 65_536 - 7) + #""}"#
        #expect(throws: RecordFault.metadata) { try parsed(tooLong) }
    }
}
