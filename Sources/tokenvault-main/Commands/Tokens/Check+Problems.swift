import Console
import Entries
import Platform
import Vault

/// `check --on-problem`.
extension Check {
    /// The hook of the option, or `nil` without one.
    private var problemHook: Hook? { onProblem.flatMap { Hook($0, from: .problemOption) } }

    /// Returns what collects the problems for the hook, or `nil` without one.
    func newProblems(of vaultID: [UInt8], in world: World) -> NewProblems? {
        guard problemHook != nil else { return nil }
        return NewProblems(
            since: world.stateDirectory.map { ReportedProblems(of: vaultID, in: $0) })
    }

    /// Runs the hook if there are problems that it has not received yet, and returns whether it
    /// succeeded.
    ///
    /// Problems that are over are forgotten, so that the hook receives them again if they return. A
    /// hook that failed has received nothing.
    func runHook(
        on problems: NewProblems, in world: World, over network: Network
    ) throws -> Bool {
        let hasSucceeded: Bool
        if let hook = problemHook, !problems.isEmpty {
            let document = ProblemDocument(problems.lines)
            hasSucceeded = try hook.run(document.bytes, in: world, over: network)
        } else {
            hasSucceeded = true
        }
        remember(hasSucceeded ? problems.problems : [], in: problems.memory, world) {
            problems.isOver($0, hasCheckedAll: references.isEmpty)
        }
        return hasSucceeded
    }

    private func remember(
        _ new: [ReportedProblems.Problem], in memory: ReportedProblems?, _ world: World,
        removing isOver: (ReportedProblems.Problem) -> Bool
    ) {
        let warning =
            "cannot save which problems were reported, so the next check reports them again"
        guard let memory else {
            if !new.isEmpty { world.warn("\(warning): HOME is not set") }
            return
        }
        do throws(SystemCallFailure) {
            try memory.update(adding: new, removing: isOver)
        } catch {
            world.warn("\(warning): \(Failure(error).message)")
        }
    }
}
