import Testing

/// Waits until `condition` is true, and fails the test if that takes too long.
func waitFor(
    _ subject: String, within timeout: Duration = PseudoTerminal.timeout,
    until condition: () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        try #require(ContinuousClock.now - start < timeout, "\(subject) does not appear")
        try await Task.sleep(for: .milliseconds(10), clock: .suspending)
    }
}
