import CVersion
import Console
import Platform

// Decided first of all, from the arguments alone: the large program gets everything as it came.
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
    World.live().runAndExit { throw HandOverError(error, lookedFor: large.places) }
}
