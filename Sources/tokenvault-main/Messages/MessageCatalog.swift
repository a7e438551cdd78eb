import Console
import Entries
import Platform
import Tokens
import Vault

/// All messages that a command can fail with.
///
/// The manual page tokenvault-errors(7) is generated from this catalog, and tests iterate over it.
/// A type that is not listed here is missing from both.
enum MessageCatalog {
    /// The message types, in the order in which the manual lists them under each exit status.
    static let types: [any Message.Type] = [
        EntryError.self,
        VaultError.self,
        SecretFault.self,
        UnvouchedKeysError.self,
        TerminalPrompt.Failure.self,
        SecretInputMessage.self,
        PasteError.self,
        PairingError.self,
        SecretFileMessage.self,
        UnlockMessage.self,
        PassphraseMessage.self,
        UnusablePassphrase.self,
        DeclinedMessage.self,
        PathMessage.self,
        EncodingMessage.self,
        UseMessage.self,
        InjectMessage.self,
        UserFile.Refusal.self,
        SignatureMessage.self,
        SystemCallFailure.self,
        SessionKeyring.Refused.self,
        HandOverError.self,
        CommandLineMessage.self,
        SpanMessage.self,
        MomentMessage.self,
        CompletionMessage.self,
        VaultCommandMessage.self,
        MachineKeyMessage.self,
        KeyFileMessage.self,
        AddMessage.self,
        ListMessage.self,
        ExecMessage.self,
        ImportMessage.self,
        ImportError.self,
        TokenCommandMessage.self,
        ApiMessage.self,
        LoginMessage.self,
        RedirectMessage.self,
        ServerMessage.self,
        PlatformURLMessage.self,
        PlatformLoginMessage.self,
        GraphRequestError.self,
        ExchangeError.self,
        UnsavedTokenError.self,
        AppSecretError.self,
        CallIdentityError.self,
        WrongTokenError.self,
        RotationError.self,
        RevocationError.self,
        RefreshError.self,
        ProgramFault.self,
    ]

    /// An ID and its messages.
    struct Item {
        let id: String
        /// The samples with this ID.
        let failures: [Failure]
    }

    /// The items for all IDs.
    static var items: [Item] { types.flatMap { items(of: $0) } }

    private static func items<M: Message>(of type: M.Type) -> [Item] {
        // Some samples pass on a message of another type, with an ID of that type.
        let failures = M.samples.map(\.failure)
        return M.ID.allCases.map { id in
            Item(id: id.rawValue, failures: failures.filter { $0.id == id.rawValue })
        }
    }

    /// The catalog as text for Scripts/manual: a line for each form of a message and for each hint.
    ///
    /// The fields are separated by tabs: either `message`, the exit status, the ID, and alternating
    /// words and placeholders, starting with words; or `hint`, the ID and the command.
    static var dump: String {
        let lines = items.flatMap { item in
            item.failures.map { failure in
                ["message", "\(failure.status.rawValue)", item.id] + fields(of: failure.message)
            } + item.failures.compactMap(\.hint).map { ["hint", item.id, $0.text] }
        }
        var seen: Set<[String]> = []
        return lines.filter { seen.insert($0).inserted }.map(line).joined()
    }

    /// Returns alternating words and placeholders, starting with words, which may be empty.
    static func fields(of message: MessageText) -> [String] {
        var fields = [""]
        for part in message.parts {
            switch part {
            case .words(let words): fields[fields.count - 1] += words
            case .placeholder(let name): fields += [name, ""]
            }
        }
        return fields
    }

    private static func line(_ fields: [String]) -> String {
        let escapes = ["\\": "\\\\", "\t": "\\t", "\n": "\\n"]
        let escaped = fields.map { $0.map { escapes[String($0)] ?? String($0) }.joined() }
        return escaped.joined(separator: "\t") + "\n"
    }
}
