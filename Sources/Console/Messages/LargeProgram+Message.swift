package import Platform

/// Why the small program could not hand over to the large one.
package struct HandOverError: Message {
    private let reason: LargeProgram.Failure
    private let searchedPaths: [String]

    /// Creates an error for the large program, which was expected at one of the searched paths.
    package init(_ reason: LargeProgram.Failure, searched paths: [String]) {
        self.reason = reason
        searchedPaths = paths
    }

    package enum ID: String, MessageID {
        case missing = "large-program-missing"
        case otherVersion = "large-program-of-other-version"
        case untrusted = "large-program-untrusted"
        case unusable = "large-program-unusable"
    }

    package var failure: Failure {
        switch reason {
        case .missing:
            Failure(
                ID.missing, .internalFault,
                "cannot find tokenvault-main (\(search)); reinstall tokenvault")
        case .otherVersion(let path):
            Failure(
                ID.otherVersion, .internalFault,
                "\(Path(path)) is not the same version as tokenvault (\(search)); reinstall "
                    + "tokenvault")
        case .untrusted(let path):
            Failure(
                ID.untrusted, .internalFault,
                "refusing to run \(Path(path)): another user owns it or can change it (\(search))")
        case .unusable(let path, let reason):
            Failure(
                ID.unusable, .internalFault,
                "cannot run \(Path(path)): \(Reason(reason)) (\(search)); reinstall tokenvault")
        }
    }

    private var search: MessageText {
        guard let first = searchedPaths.first else {
            return "the kernel does not report the location of this program"
        }
        return searchedPaths.dropFirst().reduce("tried \(Path(first))") {
            $0 + " and \(Path($1))"
        }
    }

    package static var samples: [HandOverError] {
        let paths = [
            "/usr/local/bin/tokenvault-main", "/usr/local/libexec/tokenvault/tokenvault-main",
        ]
        return [
            HandOverError(.missing, searched: paths), HandOverError(.missing, searched: []),
            HandOverError(.otherVersion(path: paths[0]), searched: paths),
            HandOverError(.untrusted(path: paths[0]), searched: paths),
            HandOverError(
                .unusable(path: paths[0], reason: "Exec format error"), searched: paths),
        ]
    }
}
