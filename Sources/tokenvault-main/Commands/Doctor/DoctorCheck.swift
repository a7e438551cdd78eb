import Console

/// One thing that was looked at.
struct DoctorCheck: Encodable {
    let subject: String
    let isWell: Bool
    let words: String
    /// A command that mends it.
    let remedy: String?

    private enum CodingKeys: String, CodingKey {
        case subject
        case isWell = "ok"
        case words = "problem"
        case remedy
    }

    init(_ subject: String) {
        self.subject = subject
        isWell = true
        words = ""
        remedy = nil
    }

    init(_ subject: String, _ words: String, remedy: String?) {
        self.subject = subject
        isWell = false
        self.words = words
        self.remedy = remedy
    }
}
