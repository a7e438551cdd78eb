package import Entries
import Platform
import Sodium
import Vault

/// A request to fill in the placeholders of a template.
package struct InjectRequest {
    /// The path of the template, or `nil` for standard input.
    package var input: String?
    /// The path of the file to replace, or `nil` for standard output.
    package var output: String?
    package var access = VaultAccess()
    package var requirements = TokenRequirements()

    /// A configuration file is never that large.
    private static let mebibytes = (template: 4, result: 64)

    package init() {}

    /// Reads the template, looks up the tokens, checks the requirements, and writes the result.
    ///
    /// Nothing is written if anything fails.
    package func run(in world: World) throws -> ExitStatus {
        let output = try path(output, in: world)
        if let output { try refuseVault(at: output, in: world) }
        let text = try template(in: world)
        // Mistakes in the template are reported before prompting for a passphrase.
        let template = try text.withBytes { bytes throws(InjectMessage) in try Template(bytes) }
        let tokens = try tokens(for: template, in: world)
        let result = text.withBytes { bytes in
            template.filled(bytes, with: tokens, limit: Self.mebibytes.result << 20)
        }
        guard let result else {
            throw InjectMessage.resultTooLarge(mebibytes: Self.mebibytes.result)
        }
        if let output {
            try UserFile.replace(output, with: result)
        } else {
            try result.withBytes { try world.terminal.writeOutput($0) }
        }
        return .done
    }

    private func path(_ text: String?, in world: World) throws -> String? {
        guard let text else { return nil }
        guard !text.isEmpty else { throw InjectMessage.emptyPath }
        return try world.path(text)
    }

    /// Throws an error if the output file is the vault, its lock, or a file that unlocks it, which
    /// would be lost.
    private func refuseVault(at output: String, in world: World) throws {
        guard let there = try? FileStatus(of: output) else { return }
        let vault = try access.resolvedPath(in: world)
        let lock = "\((try? Directory.resolve(vault)) ?? vault).lock"
        let unlocking = try access.unlockingFiles(in: world)
        for path in [vault, lock] + unlocking
        where (try? FileStatus(of: path))?.isOfSameFile(as: there) == true {
            throw InjectMessage.outputIsVault
        }
    }

    private func template(in world: World) throws -> SharedSecret {
        let limit = Self.mebibytes.template << 20
        if let path = try path(input, in: world) {
            guard let text = try UserFile.read(path, limit: limit) else {
                throw InjectMessage.templateTooLarge(mebibytes: Self.mebibytes.template)
            }
            return SharedSecret(text)
        }
        guard !world.terminal.inputIsTerminal() else { throw InjectMessage.inputIsTerminal }
        guard let text = try world.terminal.readInput(limit) else {
            throw InjectMessage.templateTooLarge(mebibytes: Self.mebibytes.template)
        }
        return text
    }

    /// Returns the token for each placeholder, in order.
    private func tokens(for template: Template, in world: World) throws -> [SharedSecret] {
        let placeholders = template.placeholders
        let now = world.now()
        return try access.read(in: world) { vault in
            let batch = try TokenBatch(placeholders.map(\.reference), in: vault)
            var tokens: [SharedSecret] = []
            for (index, placeholder) in placeholders.enumerated() {
                do {
                    let (entry, token) = try batch.token(index, in: vault)
                    try requirements.check(entry, in: vault, now: now)
                    tokens.append(token)
                } catch let error as EntryError {
                    throw error.failure.at("template line \(placeholder.line): ")
                }
            }
            return tokens
        }
    }
}
