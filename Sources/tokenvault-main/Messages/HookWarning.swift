import Platform

/// Where a hook comes from, under the name that the user knows.
enum HookSource: String {
    case changeOption = "--on-change"
    case changeVariable = "TOKENVAULT_ON_CHANGE"
    case problemOption = "--on-problem"
}

/// A warning that a hook failed.
struct HookWarning {
    let text: String

    /// Creates the warning, or returns `nil` if the hook succeeded.
    init?(_ end: ChildProcess.HookEnd, of source: HookSource, limit seconds: Int) {
        let command = "the command of \(source.rawValue)"
        let failure: String
        switch end {
        case .ended(status: 0): return nil
        case .ended(let status): failure = "\(command) failed with status \(status)"
        case .notStarted(let reason): failure = "cannot run \(command): \(reason)"
        case .timedOut: failure = "\(command) was terminated after \(seconds) seconds"
        case .interrupted: failure = "\(command) was interrupted"
        }
        let consequence =
            switch source {
            case .changeOption, .changeVariable: "the secrets are stored"
            case .problemOption: "the next check will report these problems again"
            }
        text = "\(failure); \(consequence)"
    }
}
