import Console

/// The result of one check.
struct DoctorCheck: Encodable {
    let subject: String
    let passed: Bool
    /// What is wrong; empty if the check passed.
    let problem: String
    /// A command that fixes the problem or shows more about it, if there is one.
    let remedy: String?

    private enum CodingKeys: String, CodingKey {
        case subject
        case passed = "ok"
        case problem
        case remedy
    }

    init(_ subject: String) {
        self.subject = subject
        passed = true
        problem = ""
        remedy = nil
    }

    init(_ subject: String, _ problem: String, remedy: String?) {
        self.subject = subject
        passed = false
        self.problem = problem
        self.remedy = remedy
    }
}
