package import Platform

extension SystemCallFailure {
    /// A command that names whose the files are, where that is what failed; or nil.
    package var remedy: String? { isLockedOut ? "tokenvault doctor --offline" : nil }
}
