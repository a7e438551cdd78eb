import ArgumentParser
import Console
import Vault

extension CompletionKind {
    /// References that are stored, of these kinds or, without any, of all: what a shell offers at TAB.
    static func references(_ kinds: Reference.Kind...) -> CompletionKind {
        .custom { words, _, prefix in
            ReferenceCompletion(words: words, prefix: prefix, kinds: kinds).candidates(in: .live())
        }
    }
}

/// What a shell offers in the place of a reference.
///
/// Whoever presses TAB did not ask for a question, an error or a wait: there are references while the
/// session is unlocked, and nothing otherwise.
struct ReferenceCompletion {
    /// The words of the command line.
    let words: [String]
    /// What stands before the cursor in the word to complete.
    let prefix: String
    /// The kinds to offer; empty for all.
    let kinds: [Reference.Kind]
    /// The shell that asks; each has its own way to show what an entry is called.
    var shell = CompletionShell.requesting

    func candidates(in world: World) -> [String] {
        (try? stored(in: world)) ?? []
    }

    private func stored(in world: World) throws -> [String] {
        var access = VaultAccess()
        // Bash and zsh hand over the words as they were typed.
        let words = shell == .fish ? words : words.map(ShellWord.unquoted)
        access.path = VaultArgument.path(in: words[...]).map { path in
            // The shell has not replaced it yet.
            guard path.hasPrefix("~/"), let home = world.variable("HOME") else { return path }
            return home + path.dropFirst()
        }
        let file = try VaultFile(path: try access.resolvedPath(in: world))
        guard let key = world.session.key(file.header.vaultID) else { return [] }
        let reader = try file.unlock(with: .dataKey(key))
        // `exec --env NAME=REF`: what comes before the reference stays.
        let assignment = prefix.lastIndex(of: "=").map { String(prefix[...$0]) } ?? ""
        let typed = prefix.dropFirst(assignment.count)
        var found: [String] = []
        try reader.forEachRecord { record in
            let reference = record.reference
            guard kinds.isEmpty || kinds.contains(reference.kind),
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
