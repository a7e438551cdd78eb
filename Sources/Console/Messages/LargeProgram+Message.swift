package import Platform

/// Why the large program cannot take over, which was looked for at `places`.
package struct HandOverError: Message {
    private let reason: LargeProgram.Failure
    private let places: [String]

    package init(_ reason: LargeProgram.Failure, lookedFor places: [String]) {
        self.reason = reason
        self.places = places
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
                "the program tokenvault-main, which belongs to this one, is missing (\(search)); "
                    + "install both again"
            )
        case .otherVersion(let path):
            Failure(
                ID.otherVersion, .internalFault,
                "\(Path(path)) is of another version than this program (\(search)); install both "
                    + "again"
            )
        case .untrusted(let path):
            Failure(
                ID.untrusted, .internalFault,
                "\(Path(path)) belongs to another user, or others can change it, so it is not run "
                    + "(\(search))"
            )
        case .unusable(let path, let reason):
            Failure(
                ID.unusable, .internalFault,
                "cannot run \(Path(path)): \(Reason(reason)) (\(search)); install both again")
        }
    }

    private var search: MessageText {
        guard let first = places.first else {
            return "the kernel does not tell where this program is"
        }
        return places.dropFirst().reduce("looked for at \(Path(first))") {
            $0 + " and \(Path($1))"
        }
    }

    package static var samples: [HandOverError] {
        let places = [
            "/usr/local/bin/tokenvault-main", "/usr/local/libexec/tokenvault/tokenvault-main",
        ]
        return [
            HandOverError(.missing, lookedFor: places), HandOverError(.missing, lookedFor: []),
            HandOverError(.otherVersion(path: places[0]), lookedFor: places),
            HandOverError(.untrusted(path: places[0]), lookedFor: places),
            HandOverError(
                .unusable(
                    path: places[0],
                    reason:
                        "Exec format error"), lookedFor: places),
        ]
    }
}
