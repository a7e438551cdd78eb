import Dispatch
import Synchronization

/// Runs a task on the thread that waits for it.
///
/// The program has nothing else to do meanwhile, and the runtime would start several threads to
/// continue a single task. Whoever blocks this thread only delays the task's own children: the
/// network has its own thread.
///
/// An asynchronous `main` would end the main thread by unwinding, which alone takes longer than most
/// commands.
final class WaitingThread<Outcome: Sendable>: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var outcome: Result<Outcome, any Error>?
    }

    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)

    /// Starts `work` and returns its outcome.
    static func result(
        of work: @escaping @Sendable () async throws -> Outcome
    ) throws -> Outcome {
        let thread = WaitingThread()
        // Begins here and now; a command that never has to wait ends without any job.
        Task.immediateDetached(executorPreference: thread) {
            do {
                let outcome = try await work()
                thread.end(.success(outcome))
            } catch {
                thread.end(.failure(error))
            }
        }
        return try thread.run().get()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        news.signal()
    }

    private func end(_ outcome: Result<Outcome, any Error>) {
        state.withLock { $0.outcome = outcome }
        news.signal()
    }

    private func run() -> Result<Outcome, any Error> {
        while true {
            news.wait()
            let (jobs, outcome) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.outcome)
            }
            if let outcome { return outcome }
            for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }
}
