import Entries
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Suggestions for what the user may have meant.
@Suite struct SuggestionTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("page:1020000000000001", "EAAFAKEpage1") { $0.name = "Fake Café" }
        try world.store("page:1020000000000002", "EAAFAKEpage2") { $0.name = "Bakery" }
        try world.store("user:10200000000000009", "EAAFAKEuser") { $0.name = "Ann" }
    }

    @Test(arguments: [
        (["exchagne"], "exchange"), (["lst"], "list"), (["gt"], "get"), (["List"], "list"),
        (["help", "statsu"], "status"),
        (["chekc", "--online"], "check"), (["rm", "page:1"], "remove"), (["ls"], "list"),
        (["key", "ad", "web", "FAKE"], "key add"), (["help", "key", "lits"], "key list"),
        (["passphrsae"], "passphrase"),
    ])
    func `a mistyped command gets a suggestion`(arguments: [String], meant: String) async {
        let failure = await world.run(arguments).failure
        #expect(failure?.message.text == "no such command; did you mean tokenvault \(meant)?")
        #expect(failure?.hint?.text == "tokenvault help \(meant)")
        #expect(failure?.status == .usage)
    }

    @Test(arguments: [
        ["EAAFAKEtyped"], ["g"], ["key", "EAAFAKE"], ["help", "EAAFAKEtyped"], ["x"],
    ])
    func `a command that resembles no other gets no suggestion`(arguments: [String]) async {
        let failure = await world.run(arguments).failure
        #expect(failure?.message == "no such command")
        let help = arguments.first == "key" ? "tokenvault help key" : "tokenvault help"
        #expect(failure?.hint?.text == help)
    }

    @Test func `a mistyped option gets a suggestion`() async {
        let failure = await world.run("list", "--jsn").failure
        #expect(failure?.message == "unknown option '--jsn'; did you mean '--json'?")
    }

    @Test(arguments: [
        "key add", "key list", "key remove", "remote add", "remote show", "remote remove",
    ])
    func `a usage error of a subcommand names its own help`(command: String) async {
        let words = command.split(separator: " ").map(String.init)
        let failure = await world.run(words + ["--nonsense"]).failure
        #expect(failure?.status == .usage)
        #expect(failure?.hint?.text == "tokenvault help \(command)")
    }

    @Test(arguments: ["get", "show", "remove", "check", "inspect"])
    func `a mistyped ID gets a suggestion`(command: String) async {
        for typed in ["1020000000000010", "102000000000001", "10200000000000001"] {
            let failure = await world.run(command, "page:\(typed)").failure
            #expect(failure?.status == .missing)
            let words = "no entry page:\(typed); did you mean page:1020000000000001 (Fake Café)"
            #expect(failure?.message.text.hasPrefix(words) == true, "\(failure?.message ?? "")")
        }
    }

    @Test func `an ID of another kind gets a suggestion`() async {
        let failure = await world.run("get", "page:10200000000000009").failure
        let start = "no entry page:10200000000000009; did you mean user:10200000000000009 (Ann)"
        #expect(failure?.message.text.hasPrefix(start) == true)
    }

    @Test func `an entry is suggested only once`() async {
        let failure = await world.run("get", "page:1020000000000002~previous").failure
        let words = failure?.message.text ?? ""
        #expect(words.ranges(of: "(Bakery)").count == 1, "\(words)")
    }

    @Test(arguments: ["page:bakrey", "page:Bakry", "page:Bakeryy"])
    func `a mistyped name gets a suggestion and is not repeated`(typed: String) async {
        for command in ["get", "show", "rename"] {
            let arguments = [command, typed] + (command == "rename" ? ["x"] : [])
            let failure = await world.run(arguments).failure
            #expect(
                failure?.message
                    == "no page with that name; did you mean page:1020000000000002 (Bakery)?")
        }
    }

    @Test func `a name of another kind gets a suggestion`() async {
        let failure = await world.run("get", "user:bakery").failure
        #expect(
            failure?.message
                == "no user with that name; did you mean page:1020000000000002 (Bakery)?")
    }

    @Test(arguments: ["pages:1020000000000001", "pgae:Bakery", "Page:1020000000000001"])
    func `a mistyped kind gets a suggestion`(typed: String) async {
        let failure = await world.run("show", typed).failure
        #expect(failure?.status == .usage)
        #expect(failure?.message == "unknown kind of entry; did you mean page:…?")
    }

    @Test(arguments: ["page:7", "page:555", "page:EAAFAKEtyped", "user:zzz"])
    func `a reference that resembles no other gets no suggestion`(typed: String) async {
        let failure = await world.run("get", typed).failure
        #expect(failure?.status == .missing)
        #expect(failure?.message.text.contains("did you mean") == false)
    }
}
