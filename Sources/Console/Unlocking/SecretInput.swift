package import Entries
import Platform
package import Sodium
import Vault

/// Takes a secret from the person or from standard input; never from an argument.
package struct SecretInput {
    package let world: World
    package let noInput: Bool

    package init(
        world: World, noInput: Bool
    ) {
        self.world = world
        self.noInput = noInput
    }

    /// The secret: from the hidden prompt or, where standard input is no terminal, from there, less
    /// one line break at its end.
    package func read(_ question: String, for kind: PastedSecret) throws -> SharedSecret {
        let secret: SharedSecret
        if world.terminal.inputIsTerminal() {
            secret = try ask(question)
        } else {
            guard let input = try world.terminal.readInput(Record.secretLimit + 2) else {
                throw SecretFault.tooLong
            }
            secret = SharedSecret(input.duplicate().withoutLineBreak())
        }
        let given = kind == .code ? SharedSecret(secret.duplicate().withoutFragment()) : secret
        if let fault = kind.fault(in: given) { throw fault }
        return given
    }

    private func ask(_ question: String) throws -> SharedSecret {
        guard !noInput else {
            throw SecretInputMessage.questionForbidden
        }
        do {
            return try world.terminal.ask(question, Record.secretLimit)
        } catch TerminalPrompt.Failure.tooLong {
            throw SecretFault.tooLong
        } catch TerminalPrompt.Failure.severalLines {
            throw SecretInputMessage.severalLines
        } catch TerminalPrompt.Failure.noTerminal {
            throw SecretInputMessage.nobodyToAsk
        }
    }
}

extension Secret {
    /// Drops what Meta puts behind a code in an address, and what may come with it when it is copied.
    fileprivate consuming func withoutFragment() -> Secret {
        var code = self
        let length = code.withBytes { bytes in
            ["#_=_", "%23_%3D_", "%23_%3d_", "#_"].compactMap { fragment in
                let start = bytes.count - fragment.utf8.count
                return start > 0 && bytes.extracting(start..<bytes.count).begins(with: fragment)
                    ? start : nil
            }.first ?? bytes.count
        }
        code.truncate(to: length)
        return code
    }
}
