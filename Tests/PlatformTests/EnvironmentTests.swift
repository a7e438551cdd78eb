import Foundation
import Platform
import Sodium
import Testing

/// One after the other, since they change what the whole process shares, and under names of their own.
@Suite(.serialized) struct EnvironmentTests {
    @Test func `a secret is taken out of the environment`() async {
        // In a process of its own: others may be reading the environment meanwhile.
        await #expect(processExitsWith: .success) {
            let name = "TOKENVAULT_TESTS_SECRET"
            let process = ProcessInfo.processInfo
            precondition(take(name) == nil)
            precondition(setVariable(name, "FAKE secret"))
            precondition(Environment.variables()[name] == "FAKE secret")
            precondition(take(name) == "FAKE secret")
            precondition(Environment.variables()[name] == nil)
            precondition(process.environment[name] == nil)
            precondition(take(name) == nil)
        }
    }

    @Test func `an empty one counts as not set, and goes too`() async {
        await #expect(processExitsWith: .success) {
            let name = "TOKENVAULT_TESTS_SECRET"
            precondition(setVariable(name, ""))
            precondition(take(name) == nil)
            precondition(Environment.variables()[name] == nil)
        }
    }

    @Test func `all variables are there`() {
        let all = Environment.variables()
        #expect(all["PATH"] == ProcessInfo.processInfo.environment["PATH"])
        #expect(all["PATH"]?.isEmpty == false)
    }
}

/// The secret, as text, that was taken out.
private func take(_ name: String) -> String? {
    guard let secret = Environment.takeSecret(name) else { return nil }
    return secret.withBytes { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
