package import Entries
import Platform
import Sodium
import Vault

/// A request to run a command with tokens in its environment.
package struct ExecRequest {
    /// A variable and the reference of the token to store in it.
    package typealias Assignment = (variable: String, reference: String)

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
            try assignments.map { variable, reference in
                let (entry, token) = try reader.token(reference)
                try requirements.check(entry, in: reader, now: now)
                return (variable, token)
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

    /// Parses an assignment in the form `NAME=REF`, or throws `failure` for anything else.
    package static func assignment(
        _ text: String, otherwise failure: UseMessage = .malformedAssignment
    ) throws -> Assignment {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw failure
        }
        let name = text[..<equals]
        guard isVariable(name.utf8) else { throw UseMessage.malformedVariable }
        return (String(name), String(text[text.index(after: equals)...]))
    }

    private static func isVariable(_ name: Substring.UTF8View) -> Bool {
        name.enumerated().allSatisfy { index, byte in
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            return isLetter || byte == UInt8(ascii: "_") || isDigit && index > 0
        }
    }
}
