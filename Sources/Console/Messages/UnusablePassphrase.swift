/// No passphrase at all: that keeps a vault locked, and is wrong usage for a new one.
package struct UnusablePassphrase: Message {
    package let fault: Fault
    /// Nil for the person at the terminal.
    package let source: PassphraseSource?
    /// Whether it was to be the passphrase from now on.
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

    /// The same of what was to be the passphrase from now on.
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
            Failure(ID.nulByte, status, "\(passphrase) has a NUL byte in it")
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

/// Where a passphrase comes from, if nobody is asked.
package enum PassphraseSource: MessageValue {
    case file(String)
    case descriptor(Int32)
    case command
    /// A variable of the environment, by its name.
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
