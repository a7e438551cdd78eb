package import Platform

extension UserFile.Refusal: Message {
    package enum ID: String, MessageID {
        case notRegular = "not-a-regular-file"
        case foreignLink = "link-not-followed"
    }

    package var failure: Failure {
        switch self {
        case .notRegular(let path):
            Failure(ID.notRegular, .inputOutput, "\(Path(path)) is not a regular file")
        case .foreignLink(let path):
            Failure(
                ID.foreignLink, .inputOutput,
                "the symbolic link \(Path(path)) does not lead to a regular file of yours, so it is "
                    + "not followed")
        }
    }

    package static var samples: [UserFile.Refusal] {
        [.notRegular(path: "/home/ann/site"), .foreignLink(path: "/home/ann/site/config.php")]
    }
}
