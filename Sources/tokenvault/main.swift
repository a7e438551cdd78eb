import CVersion
import Console
import Platform

// This decision comes first and uses only the arguments, so that the large program receives
// everything unchanged.
if let command = SecretCommand(CurrentProcess.arguments) {
    ProcessHardening.apply()
    let world = World.live()
    world.runAndExit { try command.run(in: world) }
}
let large = LargeProgram(
    named: "tokenvault-main", folder: "tokenvault", mark: "tokenvault-main \(TOKENVAULT_VERSION)")
do throws(LargeProgram.Failure) {
    try large.takeOver()
} catch {
    ProcessHardening.apply()
    World.live().runAndExit { throw HandOverError(error, searched: large.places) }
}
