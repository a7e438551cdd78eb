import Entries
import Vault

/// The problems of one check that the command of `--on-problem` has not received yet.
///
/// A vault may have a million entries, so a line without a new problem is not kept.
struct NewProblems {
    /// The file that lists problems from earlier checks, or `nil` if there is no state directory.
    let memory: ReportedProblems?
    /// The problems that were reported before this check.
    private let reported: Set<ReportedProblems.Problem>
    private let reportedReferences: Set<Reference>
    private var known: Set<ReportedProblems.Problem>
    private var found: [(line: CheckReport.Line, problem: ReportedProblems.Problem)] = []
    /// The references with earlier problems that this check has seen, and those that still have one.
    private var checked: Set<Reference> = []
    private var persisting: Set<Reference> = []

    init(since memory: ReportedProblems?) {
        self.memory = memory
        reported = memory?.read() ?? []
        reportedReferences = Set(reported.map(\.reference))
        known = reported
    }

    /// Adds a line of the check; a reference may be added twice.
    mutating func add(_ line: CheckReport.Line) {
        let reference = line.entry.reference
        let problem = ReportedProblems.Problem(reference, line.status)
        if reportedReferences.contains(reference) {
            checked.insert(reference)
            if problem != nil { persisting.insert(reference) }
        }
        guard let problem, known.insert(problem).inserted else { return }
        found.append((line, problem))
    }

    var isEmpty: Bool { found.isEmpty }

    var problems: [ReportedProblems.Problem] { found.map(\.problem) }

    /// The lines of the problems, the most urgent first.
    var lines: [CheckReport.Line] { found.map(\.line).sorted(by: <) }

    /// Returns whether `problem` was reported before this check and is over.
    ///
    /// - Parameter hasCheckedAll: Whether all tokens were checked; a missing one was then removed.
    func isOver(_ problem: ReportedProblems.Problem, hasCheckedAll: Bool) -> Bool {
        reported.contains(problem) && !persisting.contains(problem.reference)
            && (hasCheckedAll || checked.contains(problem.reference))
    }
}
