import Platform

extension SystemCallFailure {
    /// A command that names whose the files are, where that is what failed; or nil.
    var remedy: String? { isLockedOut ? "tokenvault doctor --offline" : nil }
}
