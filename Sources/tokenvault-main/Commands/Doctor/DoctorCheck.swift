import Console

/// The result of one check.
struct DoctorCheck: Encodable {
    let subject: String
    let passed: Bool
    /// What is wrong; empty if the check passed.
    let problem: String
    /// A warning about a future problem, or `nil`; the check has passed either way.
    let warning: String?
    /// A command that fixes the problem or shows more about it, if there is one.
    let remedy: String?

    private enum CodingKeys: String, CodingKey {
        case subject
        case passed = "ok"
        case problem
        case warning
        case remedy
    }

    init(_ subject: String) {
        self.subject = subject
        passed = true
        problem = ""
        warning = nil
        remedy = nil
    }

    init(_ subject: String, warning: String, remedy: String?) {
        self.subject = subject
        passed = true
        problem = ""
        self.warning = warning
        self.remedy = remedy
    }

    init(_ subject: String, _ problem: String, remedy: String?) {
        self.subject = subject
        passed = false
        self.problem = problem
        warning = nil
        self.remedy = remedy
    }
}
