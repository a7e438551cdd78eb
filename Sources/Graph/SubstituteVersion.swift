import HTTP

/// The version that answered in place of the requested one.
///
/// Meta does not refuse a retired version, but answers with another one.
public actor SubstituteVersion {
    /// The first other version that a response has named so far, or `nil` if none has.
    public private(set) var version: String?

    func record(_ version: String) { self.version = self.version ?? version }
}

extension HTTPResponse {
    /// The version that answered; a header in any other format is ignored.
    var servedVersion: String? {
        guard let served = header("facebook-api-version"), GraphVersion.isName(served)
        else { return nil }
        return served
    }

    /// Returns the version that answered if it is not `requested`, or else `nil`.
    ///
    /// Unversioned calls have no substitute.
    func substitute(for requested: String?) -> String? {
        guard let requested, let served = servedVersion, served != requested else { return nil }
        return served
    }
}
