package import Entries
import Platform
import Sodium
import Vault

/// A request to run a command with tokens in its environment.
package struct ExecRequest {
    package var assignments: [Assignment] = []
    package var access = VaultAccess()
    package var requirements = TokenRequirements()
    /// Whether the command receives only the assigned variables and PATH, HOME, TERM and LANG.
    package var only = false

    package init() {}

    /// Looks up the tokens, checks the requirements, and replaces this process with the command.
    ///
    /// The command is what follows `--` in the arguments, as bytes that need not be valid UTF-8.
    package func run(in world: World) throws -> ExitStatus {
        guard Set(assignments.map(\.variable)).count == assignments.count else {
            throw UseMessage.variableTwice
        }
        let now = world.now()
        let tokens = try access.read(in: world) { reader in
            try assignments.map { assignment in
                let (entry, token) = try reader.token(assignment.reference)
                try requirements.check(entry, in: reader, now: now)
                return (assignment.variable, token)
            }
        }
        withholdUnlockMethods(in: world)
        world.writeHeldNotices()
        var environment = world.environmentForChildren
        if only { environment = environment.filter(["PATH", "HOME", "TERM", "LANG"].contains) }
        let terminator = Array("--".utf8)
        do throws(ProgramReplacement.Failure) {
            try ProgramReplacement.run(
                Array(world.arguments.drop { $0 != terminator }.dropFirst()),
                environment: environment, secrets: Dictionary(tokens) { $1 })
        } catch {
            switch error {
            case .notFound: throw UseMessage.commandNotFound
            case .notExecutable(let reason): throw UseMessage.commandNotExecutable(reason: reason)
            }
        }
    }

    /// Prevents the command from inheriting descriptors of key and passphrase files that the
    /// environment names.
    ///
    /// Files that were read are already withheld. Those that another unlock method made unnecessary
    /// were not read.
    private func withholdUnlockMethods(in world: World) {
        let methods = UnlockMethod.all.filter(\.isFile)
        let named = methods.compactMap(\.variable).compactMap { variable in
            world.variable(variable).flatMap { try? world.path($0) }
        }
        let credentials = world.variable("CREDENTIALS_DIRECTORY").map { directory in
            methods.compactMap(\.credential).map { "\(directory)/\($0)" }
        }
        for path in named + (credentials ?? []) {
            guard let status = try? FileStatus(of: path) else { continue }
            StandardStream.withholdAll(of: status)
        }
    }
}
