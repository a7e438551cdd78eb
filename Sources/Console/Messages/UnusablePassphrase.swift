/// Text that cannot be a passphrase.
///
/// When unlocking, the vault stays locked; when setting a new passphrase, this is a usage error.
package struct UnusablePassphrase: Message {
    package let fault: Fault
    /// The source of the passphrase, or `nil` if it was entered at a prompt.
    package let source: PassphraseSource?
    /// Whether it was to become the vault's new passphrase.
    package let isNew: Bool

    package enum Fault {
        case empty
        case nulByte
        case tooLong(limit: Int)
        /// More than one line was pasted.
        case severalLines
    }

    package init(_ fault: Fault, from source: PassphraseSource? = nil, isNew: Bool = false) {
        self.fault = fault
        self.source = source
        self.isNew = isNew
    }

    /// The same error for a new passphrase.
    package var ofNewPassphrase: UnusablePassphrase {
        UnusablePassphrase(fault, from: source, isNew: true)
    }

    package enum ID: String, MessageID {
        case empty = "passphrase-empty"
        case nulByte = "passphrase-with-nul-byte"
        case tooLong = "passphrase-too-long"
        case severalLines = "passphrase-on-several-lines"
    }

    package var failure: Failure {
        let status: ExitStatus = isNew ? .usage : .locked
        let passphrase: MessageText = source.map { "the passphrase from \($0)" } ?? "the passphrase"
        return switch fault {
        case .empty:
            Failure(ID.empty, status, "\(passphrase) is empty")
        case .nulByte:
            Failure(ID.nulByte, status, "\(passphrase) contains a NUL byte")
        case .tooLong(let limit):
            Failure(ID.tooLong, status, "\(passphrase) is longer than \(limit) bytes")
        case .severalLines:
            Failure(ID.severalLines, status, "\(passphrase) was pasted as more than one line")
        }
    }

    package static var samples: [UnusablePassphrase] {
        let file = PassphraseSource.file("/home/ann/passphrase")
        let samples = [
            UnusablePassphrase(.empty, from: file), UnusablePassphrase(.nulByte, from: file),
            UnusablePassphrase(.tooLong(limit: 1024), from: file),
            UnusablePassphrase(.tooLong(limit: 1024)), UnusablePassphrase(.severalLines),
        ]
        return samples + samples.map(\.ofNewPassphrase)
    }
}

/// A source of a passphrase other than the prompt.
package enum PassphraseSource: MessageValue {
    case file(String)
    case descriptor(Int32)
    case command
    /// The environment variable of that name.
    case variable(String)

    package static let placeholder = "source"

    package var textInMessage: String {
        switch self {
        case .file(let path): DisplayText.clean(path)
        case .descriptor(let number): "descriptor \(number)"
        case .command: "the passphrase command"
        case .variable(let name): DisplayText.clean(name)
        }
    }
}
