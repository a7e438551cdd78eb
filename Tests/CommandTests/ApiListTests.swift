import Foundation
import GraphSimulator
import HTTP
import Testing

@testable import Console
@testable import tokenvault_main

/// `api --paginate`: all result pages of a list as one array.
@Suite struct ApiListTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeUser()
        world.allow(.simulation)
    }

    @Test func `--paginate collects all result pages as one array`() async throws {
        let all = await world.run("api", "me/accounts?limit=100&fields=id")
        let one = await world.run(
            "api", "GET", "me/accounts", "-f", "fields=id", "-f", "limit=3", "--paginate")
        #expect(one.status == .done, "\(one.allOutput)")
        let expected = try #require(try all.object()["data"] as? [[String: String]])
        #expect(expected.count > 20 && one.output.hasSuffix("]\n"))
        #expect(try one.objects() as? [[String: String]] == expected)
        for request in world.simulation.requests.dropFirst() {
            #expect(request.query.contains("limit=3") && request.query.contains("appsecret_proof"))
        }
    }

    @Test(arguments: [
        [#"{"data":[],"paging":{"next":"https://x/?after=a"}}"#],
        [#"{"data":[1],"paging":{"cursors":{"after":""},"next":"x"}}"#],
        [#"{"data":[1],"paging":{"cursors":{"after":"a"},"next":"x"}}"#],
        ["{}"], [#"{"data":{}}"#], ["[]"], [#"{"data":[1],"data":[2]}"#],
        [#"{"data":[1],"paging":{"cursors":{"after":"a"},"next":5}}"#, "oops"],
        // Not JSON, although Foundation's decoder may accept it.
        [#"{"data":[1,]}"#], [#"{"data":[1],}"#], [#"{"data":[{"a":1,}]}"#], [#"{"data":[01]}"#],
        [#"{"data":[1.]}"#], [#"{"data":[.5]}"#], [#"{"data":[1e]}"#], [#"{"data":[--1]}"#],
        [#"{"data":[-]}"#], [#"{"data":[1 2]}"#], [#"{"data":[tru]}"#], [#"{"data":[,1]}"#],
        [#"{"data":[{"a"}]}"#], [#"{"data":[[1}]]}"#], [#"{"data":[NaN]}"#], [#"{"data":[+1]}"#],
        [#"{"data":[1]} {}"#], [#"{"data":[1]"#], [#"{"data":[{"a" 1}]}"#], ["{'data':[1]}"],
        [#"{"data":[1,],"paging":{"cursors":{"after":"a"},"next":"x"}}"#, #"{"data":[2]}"#],
    ])
    func `a list that cannot be complete is not printed`(bodies: [String]) async {
        let requests = world.answer(bodies)
        let ending = await world.run("api", "me/x", "--paginate")
        #expect(ending.status == .invalidResponse && ending.output == "", "\(ending.allOutput)")
        let start = "https://graph.facebook.com/v26.0/me/x"
        #expect(requests.all.allSatisfy { $0.url.hasPrefix(start) })
    }

    @Test func `elements are printed as they came`() async {
        let requests = world.answer([
            #"{"paging":{"cursors":{"after":"a%"},"next":"x"},"x":{"data":[0]},"data": [1.50 , {"data":["]"]}]}"#,
            #"{"data":[],"paging":{"cursors":{"after":"b"},"next":"x"}}"#,
            #"{"data":[ "\u00e9\"" ],"paging":{"cursors":{"after":"c"}}}"#,
        ])
        let ending = await world.run("api", "me/x?after=0&a=1", "--paginate")
        #expect(ending.output == #"[1.50 , {"data":["]"]},"\u00e9\""]"# + "\n")
        #expect(
            requests.all.map { $0.url.split(separator: "?")[1].split(separator: "&appsecret")[0] }
                == ["after=0&a=1", "a=1&after=a%25", "a=1&after=b"])
    }

    @Test(arguments: [
        "[0,-0.5,1e5,1E-5,-12.25e+3]", #"[true,false,null,[[]],[{}]]"#,
        #"[{"a":[],"":{"b":"]\\"}}]"#,
        "[\"\u{1}\n\",\"\\x\"]", "[\t1\r\n,\n2 ]",
    ])
    func `all of JSON is printed, with names that are not valid in a string`(
        elements: String
    ) async {
        _ = world.answer(["\u{FEFF} {\"data\":\(elements)}\n"])
        let ending = await world.run("api", "me/x", "--paginate")
        #expect(ending.status == .done, "\(ending.allOutput)")
        let inner = elements.dropFirst().dropLast()
        let trimmed = inner.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
        #expect(ending.output == "[\(String(trimmed.reversed()))]\n")
    }

    @Test func `an error object instead of a list stays on standard output`() async {
        let body = #"{"error":{"message":"no EAAFAKElonguser1","code":100}}"#
        world.answer(body)
        let ending = await world.run("api", "me/x", "--paginate")
        #expect(ending.status == .tokenRefused)
        #expect(ending.output == body.replacing("EAAFAKElonguser1", with: "[redacted]"))
    }
}
