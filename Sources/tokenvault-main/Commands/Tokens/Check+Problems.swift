import Console
import Entries
import Platform
import Vault

/// `check --on-problem`.
extension Check {
    /// The hook of the option, or `nil` without one.
    var problemHook: Hook? { onProblem.flatMap { Hook($0, from: .problemOption) } }

    /// Runs the hook if there are problems that it has not received yet, and returns whether it
    /// succeeded.
    ///
    /// Problems that are over are forgotten, so that the hook receives them again if they return. A
    /// hook that failed has received nothing.
    func runHook(
        onProblemsIn lines: [CheckReport.Line], of vaultID: [UInt8], in world: World,
        over network: Network
    ) throws -> Bool {
        guard let hook = problemHook else { return true }
        let memory = world.stateDirectory.map { ReportedProblems(of: vaultID, in: $0) }
        var known = memory?.read() ?? []
        let found = lines.compactMap { line in
            ReportedProblems.Problem(line.entry.reference, line.status).map {
                (line: line, problem: $0)
            }
        }
        // A reference may be given twice.
        let new = found.filter { known.insert($0.problem).inserted }
        let hasSucceeded: Bool
        if new.isEmpty {
            hasSucceeded = true
        } else {
            let document = ProblemDocument(new.map(\.line))
            hasSucceeded = try hook.run(document.bytes, in: world, over: network)
        }
        let statuses = Dictionary(
            lines.map { ($0.entry.reference, $0.status) }, uniquingKeysWith: { $1 })
        remember(hasSucceeded ? new.map(\.problem) : [], in: memory, world) { problem in
            switch statuses[problem.reference] {
            case .ok, .unknown: true
            case .expiring, .expired, .invalid: false
            // A check of all tokens shows that the entry is gone.
            case nil: references.isEmpty
            }
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
