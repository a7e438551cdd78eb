import Foundation
import Support
import Testing

// What Scripts/build proves about its result before it reports success.
struct BuildProofTests {
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    private func prove(_ program: String) async throws -> ProgramRun {
        try await home.shell("'\(ProgramUnderTest.repository)/Scripts/build.d/proofs' '\(program)'")
    }

    @Test(arguments: [ProgramUnderTest.path, ProgramUnderTest.large, ProgramUnderTest.simulator])
    func `the programs are static, and none of their memory is both writable and executable`(
        _ program: String
    ) async throws {
        let run = try await prove(program)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }

    @Test(arguments: [
        ("fixed", "is linked for a fixed address"), ("fixed", "has no RELRO"),
        ("/bin/ls", "asks for a loader"), ("/bin/ls", "is not static"),
        ("/nonexistent", "is missing"), ("/usr/bin/ldd", "is not an ELF file"),
    ])
    func `a program without these properties is refused`(_ program: String, _ words: String)
        async throws
    {
        try home.write("int main(void) { return 0; }", to: "main.c")
        let made = try await home.shell("gcc -static -no-pie -z norelro -o fixed main.c")
        try #require(made.status == 0, "\(made.errors)")
        let run = try await prove(program)
        #expect(run.status == 1 && run.errors.contains(words), "\(run.errors)")
    }

    @Test func `an executable stack is refused`() async throws {
        try home.write("int main(void) { return 0; }", to: "main.c")
        let made = try await home.shell("gcc -static -z execstack -o stack main.c")
        try #require(made.status == 0, "\(made.errors)")
        let run = try await prove("\(home.path)/stack")
        #expect(run.status == 1 && run.errors.contains("executable stack"), "\(run.errors)")
    }

    @Test func `dependencies of other versions than the recorded ones are refused`() async throws {
        let folder = "\(ProgramUnderTest.repository)/.build-release"
        let script = "\(ProgramUnderTest.repository)/Scripts/dependencies"
        #expect(try await home.shell("'\(script)' --verify '\(folder)'").status == 0)
        let state = try String(contentsOfFile: "\(folder)/workspace-state.json", encoding: .utf8)
        let other = state.replacing("\"1.8.2\"", with: "\"1.8.1\"")
        try #require(other != state)
        try home.write(other, to: "workspace-state.json")
        let run = try await home.shell("'\(script)' --verify .")
        #expect(run.status == 1 && run.errors.contains("swift-argument-parser"), "\(run.errors)")
    }
}
