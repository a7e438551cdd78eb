import Entries
import Vault

/// The problems of one check that the command of `--on-problem` has not received yet.
///
/// A vault may have a million entries, so a line without a new problem is not kept.
struct NewProblems {
    /// Where the problems that were reported before are kept, or `nil` if there is no place for them.
    let memory: ReportedProblems?
    /// The problems that were reported before this check.
    private let reported: Set<ReportedProblems.Problem>
    private let reportedReferences: Set<Reference>
    private var known: Set<ReportedProblems.Problem>
    private var found: [(line: CheckReport.Line, problem: ReportedProblems.Problem)] = []
    /// Of the references reported before: those that were checked, and those that have a problem.
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
    /// - Parameter hasCheckedAll: All tokens were checked, so that one that was not is gone.
    func isOver(_ problem: ReportedProblems.Problem, hasCheckedAll: Bool) -> Bool {
        reported.contains(problem) && !persisting.contains(problem.reference)
            && (hasCheckedAll || checked.contains(problem.reference))
    }
}
