import Console
import Platform

ProcessHardening.apply()
// For Scripts/manual, like the argument parser's own --experimental-dump-help.
if CommandLine.arguments.dropFirst() == ["--experimental-dump-messages"] {
    print(MessageCatalog.dump, terminator: "")
} else {
    Program(arguments: Array(CommandLine.arguments.dropFirst()), world: .live()).runAndExit()
}
