import Graph
import Testing

@Suite struct GraphVersionTests {
    @Test(arguments: ["v26.0", "v1.0", "v999.99"])
    func `a version is recognized`(_ text: String) {
        #expect(GraphVersion.isName(text))
    }

    @Test(arguments: [
        "", "v", "26.0", "V26.0", "v26", "v26.", "v.0", "v26.0.", "v26.0.1", "v1000.0", "v26.100",
        "v26.0 ", "v２６.0", "v2a.0", "vv6.0", "v26..0", "v26.0\n",
    ])
    func `anything else is not`(_ text: String) {
        #expect(!GraphVersion.isName(text))
    }
}
