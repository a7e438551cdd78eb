/// The program's exit status, as explained in tokenvault-scripting(7).
///
/// Scripts must treat a status that is not listed as a failure.
package enum ExitStatus: Int32 {
    case done = 0
    case expiring = 1
    case tokenRefused = 2
    case usage = 64
    case damaged = 65
    case missing = 66
    case unreachable = 69
    case internalFault = 70
    case exists = 73
    case inputOutput = 74
    case tryLater = 75
    case invalidResponse = 76
    case locked = 77
    case configuration = 78
    /// Done, but the command of `--on-change` or `--on-problem` failed.
    case hookFailed = 79
    case commandNotExecutable = 126
    case commandNotFound = 127
    case interrupted = 130
}
