import ArgumentParser
import Console
import Vault

extension CompletionKind {
    /// Completes references of stored entries: those of `kinds`, or all if `kinds` is empty.
    static func references(_ kinds: Reference.Kind...) -> CompletionKind {
        .custom { words, _, prefix in
            ReferenceCompletion(words: words, prefix: prefix, kinds: kinds).candidates(in: .live())
        }
    }
}

/// The references that a shell offers when the user presses Tab.
///
/// Completion must not cause a prompt, an error or a wait: it offers references while the vault is
/// unlocked, and nothing otherwise.
struct ReferenceCompletion {
    /// The words of the command line.
    let words: [String]
    /// The part of the word to complete that is in front of the cursor.
    let prefix: String
    /// The kinds to offer, or an empty array for all.
    let kinds: [Reference.Kind]
    /// The shell to complete for; each shows the names of entries in its own way.
    var shell = CompletionShell.requesting

    func candidates(in world: World) -> [String] {
        (try? stored(in: world)) ?? []
    }

    private func stored(in world: World) throws -> [String] {
        var access = VaultAccess()
        // Bash and zsh pass the words as typed, with quotes.
        let words = shell == .fish ? words : words.map(ShellWord.unquoted)
        access.path = VaultArgument.path(in: words[...]).map { path in
            // The shell has not expanded the tilde yet.
            guard path.hasPrefix("~/"), let home = world.variable("HOME") else { return path }
            return home + path.dropFirst()
        }
        let path = try access.resolvedPath(in: world)
        let file = try VaultFile.newest(
            of: path, ahead: SharedReading.aheadPath(ofVaultAt: path))
        guard let key = world.session.key(file.header.vaultID) else { return [] }
        let reader = try file.unlock(with: .dataKey(key))
        // In `exec --env NAME=REF`, the part in front of the reference stays.
        let assignment = prefix.lastIndex(of: "=").map { String(prefix[...$0]) } ?? ""
        let typed = prefix.dropFirst(assignment.count)
        var found: [String] = []
        try reader.forEachRecord { record in
            let reference = record.reference
            guard !reference.isHidden, kinds.isEmpty || kinds.contains(reference.kind),
                reference.description.hasPrefix(typed)
            else { return }
            let name = try record.metadata().name.map(DisplayText.clean) ?? ""
            found.append(candidate(assignment + reference.description, named: name))
        }
        return found
    }

    private func candidate(_ text: String, named name: String) -> String {
        switch shell {
        case .zsh: text.replacing(":", with: "\\:") + (name.isEmpty ? "" : ":\(name)")
        case .fish: name.isEmpty ? text : "\(text)\t\(name)"
        default: text
        }
    }
}
