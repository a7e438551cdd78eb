/// Why `inject` cannot fill in a template.
package enum InjectMessage: Message {
    case inputIsTerminal
    case emptyPath
    case templateTooLarge(mebibytes: Int)
    case resultTooLarge(mebibytes: Int)
    /// A placeholder has no end on its line.
    case notClosed(line: Int)
    /// What is between the braces is not a reference.
    case notAReference(line: Int)
    /// The output file is the vault, or belongs to it.
    case outputIsVault

    package enum ID: String, MessageID {
        case inputIsTerminal = "template-from-terminal"
        case emptyPath = "file-path-empty"
        case templateTooLarge = "template-too-large"
        case resultTooLarge = "filled-template-too-large"
        case notClosed = "placeholder-not-closed"
        case notAReference = "placeholder-without-reference"
        case outputIsVault = "output-file-is-vault"
    }

    package var failure: Failure {
        switch self {
        case .inputIsTerminal:
            Failure(
                ID.inputIsTerminal, .usage,
                "standard input is a terminal; pipe the template, or name it with -i")
        case .emptyPath: Failure(ID.emptyPath, .usage, "-i and -o require a path")
        case .templateTooLarge(let size):
            Failure(ID.templateTooLarge, .usage, "the template is larger than \(size) MiB")
        case .resultTooLarge(let size):
            Failure(ID.resultTooLarge, .usage, "the result would be larger than \(size) MiB")
        case .notClosed(let line):
            Failure(
                ID.notClosed, .usage,
                "template line \(line): {{ without }} on the same line; write {{{{ for a literal {{"
            )
        case .notAReference(let line):
            Failure(
                ID.notAReference, .usage,
                "template line \(line): the text between {{ and }} is not a reference such as "
                    + "page:PAGE_ID; write {{{{ for a literal {{")
        case .outputIsVault:
            Failure(
                ID.outputIsVault, .usage,
                "the file given with -o is the vault itself, its lock, or a file that unlocks it")
        }
    }

    package static var samples: [InjectMessage] {
        [
            .inputIsTerminal, .emptyPath, .templateTooLarge(mebibytes: 4),
            .resultTooLarge(mebibytes: 64), .notClosed(line: 3), .notAReference(line: 3),
            .outputIsVault,
        ]
    }
}
