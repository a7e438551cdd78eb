import Console
import Platform

ProcessHardening.apply()
Program(arguments: Array(CommandLine.arguments.dropFirst()), world: .live()).runAndExit()
