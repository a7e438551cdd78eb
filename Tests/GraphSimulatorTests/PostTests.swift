import Foundation
import GraphSimulator
import Testing

struct PostTests {
    private let simulation: Simulation
    private let page = "1020000000000001"

    init() throws {
        simulation = try Simulation.atRest()
        _ = simulation.get("/\(page)?fields=access_token", token: "EAAFAKEshort0001")
    }

    private func post(
        _ edge: String, _ form: String, token: String = "EAAFAKEpage0001"
    ) -> SimulatedResponse {
        simulation.answer(
            SimulatedRequest(
                "POST", "/v26.0/\(edge)", headers: ["Authorization": "Bearer \(token)"], form: form)
        )
    }

    @Test func `an unpublished post can be read and deleted by its page`() {
        let created = post("\(page)/feed", "message=Hi&published=false")
        #expect(created.text == #"{"id":"1020000000000001_1220000000000001"}"#)
        let id = "\(page)_1220000000000001"
        #expect(
            simulation.get("/\(id)", token: "EAAFAKEpage0001").text
                == #"{"created_time":"2026-11-20T18:15:02+0000","message":"Hi","id":"\#(id)"}"#)
        #expect(simulation.get("/\(id)", token: "EAAFAKEshort0001").has("Unsupported get"))
        #expect(
            simulation.request("DELETE", "/\(id)", token: "EAAFAKEshort0001").has(#""code":200"#))
        #expect(
            simulation.request("DELETE", "/\(id)", token: "EAAFAKEpage0001").text
                == #"{"success":true}"#)
        let again = simulation.request("DELETE", "/\(id)", token: "EAAFAKEpage0001")
        #expect(again.has("Unsupported delete request") && again.has(#""error_subcode":33"#))
    }

    @Test func `posts that Meta would refuse are refused`() throws {
        #expect(post("\(page)/feed", "").has(#""code":197"#))
        #expect(post("\(page)/feed", "message=x&published=no").has("must be a boolean"))
        #expect(post("\(page)/feed", "message=x", token: "EAAFAKEshort0001").status == 403)
        #expect(
            post("\(page)/feed", "message=x&published=false", token: "EAAFAKEshort0001").has(
                "as the page itself"))
        #expect(post("1020000000000003/feed", "message=x").has("Unsupported post"))
        #expect(post("me/feed", "message=x").status == 200)
        #expect(post("me/feed", "message=x").has(#""code":506"#))
        try simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEpage0001","scopes":["pages_show_list"]}]}"#)
        #expect(post("\(page)/feed", "message=y").has("pages_manage_posts"))
    }

    @Test func `a photo is uploaded as a file`() throws {
        func upload(_ content: [UInt8], name: String = "source") -> SimulatedResponse {
            var request = SimulatedRequest(
                "POST", "/v26.0/\(page)/photos",
                headers: [
                    "Authorization": "Bearer EAAFAKEpage0001",
                    "Content-Type": "multipart/form-data; boundary=FAKE",
                ])
            request.body = Array(
                """
                --FAKE\r\nContent-Disposition: form-data; name="published"\r\n\r\nfalse\r\n--FAKE\r\n\
                Content-Disposition: form-data; name="\(name)"; filename="a.gif"\r\n\
                Content-Type: application/octet-stream\r\n\r\n
                """.utf8)
            request.body += content + Array("\r\n--FAKE--\r\n".utf8)
            return simulation.answer(request)
        }
        #expect(
            upload(Array("GIF89a".utf8) + [0, 255, 13, 10]).text == #"{"id":"1220000000000001"}"#)
        #expect(upload(Array("text".utf8)).has("(#324) Missing or invalid image file"))
        #expect(upload(Array("GIF89a".utf8), name: "other").has("Requires upload file"))
        #expect(post("\(page)/photos", "").has("(#324) Requires upload file"))
    }
}
