import Foundation
import Platform
import Sodium
import Testing

/// Serialized, and with names of their own, because they change what the whole process shares.
@Suite(.serialized) struct EnvironmentTests {
    @Test func `a secret is removed from the environment`() async {
        // In a process of its own, because other tests may be reading the environment.
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

    @Test func `an empty secret counts as not set, and is removed too`() async {
        await #expect(processExitsWith: .success) {
            let name = "TOKENVAULT_TESTS_SECRET"
            precondition(setVariable(name, ""))
            precondition(take(name) == nil)
            precondition(Environment.variables()[name] == nil)
        }
    }

    @Test func `all variables are returned`() {
        let all = Environment.variables()
        #expect(all["PATH"] == ProcessInfo.processInfo.environment["PATH"])
        #expect(all["PATH"]?.isEmpty == false)
    }
}

/// Returns the secret that was taken out, as text.
private func take(_ name: String) -> String? {
    guard let secret = Environment.takeSecret(name) else { return nil }
    return secret.withBytes { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
