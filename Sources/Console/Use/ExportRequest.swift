package import Entries
import Sodium
import Vault

/// A request to print assignments of tokens to variables.
package struct ExportRequest {
    package enum Format: String, CaseIterable, Sendable {
        case shell
        case dotenv
        case json
    }

    /// What the arguments ask for.
    package enum Arguments {
        /// A single reference without a variable, as for `get`.
        case reference(String)
        case assignments([Assignment])
    }

    package let assignments: [Assignment]
    package var access = VaultAccess()
    package var requirements = TokenRequirements()
    package var format = Format.shell

    package init(_ assignments: [Assignment]) {
        self.assignments = assignments
    }

    /// Parses the arguments `REF`, or `NAME=REF` once or more often.
    package static func parse(_ arguments: [String]) throws -> Arguments {
        // The name in `kind:name` may contain an equals sign.
        if arguments.count == 1, let only = arguments.first,
            only.first(where: { $0 == ":" || $0 == "=" }) != "="
        {
            return .reference(only)
        }
        guard !arguments.isEmpty else { throw UseMessage.malformedExport }
        return .assignments(
            try arguments.map {
                try Assignment($0, otherwise: .malformedExport)
            })
    }

    /// Looks up the tokens, checks the requirements, and prints the assignments.
    package func run(in world: World) throws -> ExitStatus {
        guard Set(assignments.map(\.variable)).count == assignments.count else {
            throw UseMessage.variableTwice
        }
        // An invalid reference is reported before prompting for a passphrase.
        guard assignments.allSatisfy({ Reference.isPlausible($0.reference) }) else {
            throw EntryError.notAReference(nearestKind: nil)
        }
        let now = world.now()
        let text = try access.read(in: world) { vault in
            let batch = try TokenBatch(assignments.map(\.reference), in: vault)
            var text = AssignmentWriter(format)
            for (index, assignment) in assignments.enumerated() {
                let (entry, token) = try batch.token(index, in: vault)
                try requirements.check(entry, in: vault, now: now)
                guard text.append(token, to: assignment.variable) else {
                    throw UseMessage.ambiguousInDotenv(entry.reference)
                }
            }
            return SharedSecret(text.end())
        }
        try text.withBytes { try world.terminal.writeOutput($0) }
        return .done
    }
}
