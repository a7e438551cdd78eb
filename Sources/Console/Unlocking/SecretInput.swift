package import Entries
import Platform
package import Sodium
import Vault

/// Reads a secret from a prompt or from standard input, never from an argument.
package struct SecretInput {
    package let world: World
    package let noInput: Bool

    package init(world: World, noInput: Bool) {
        self.world = world
        self.noInput = noInput
    }

    /// Prompts for a secret without showing it or, if standard input is not a terminal, reads it
    /// from there, without a line break at its end.
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

    /// Prompts for a secret of at most 64 KiB without showing it.
    package func ask(_ question: String) throws -> SharedSecret {
        guard !noInput else {
            throw SecretInputMessage.promptForbidden
        }
        do {
            return try world.terminal.ask(question, Record.secretLimit)
        } catch TerminalPrompt.Failure.tooLong {
            throw SecretFault.tooLong
        } catch TerminalPrompt.Failure.severalLines {
            throw SecretInputMessage.severalLines
        } catch TerminalPrompt.Failure.noTerminal {
            throw SecretInputMessage.noTerminal
        }
    }
}

extension Secret {
    /// Returns an authorization code without the fragment that Meta appends to it in the redirect
    /// URL, or a part of it, which is easily copied along.
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
