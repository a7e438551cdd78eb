import Console
import Dispatch
import Platform

/// The user's browser.
enum Browser {
    /// Opens `address`; returns `false` if no browser could be started.
    ///
    /// As in other programs, `BROWSER` is a list of commands separated by colons. The first one that
    /// can be started gets the address, in place of `%s` or as its last argument.
    static func open(_ address: String, in world: World) -> Bool {
        let choices = world.variable("BROWSER")?.split(separator: ":") ?? ["xdg-open"]
        return choices.contains { choice in
            var words = choice.split(separator: " ").map(String.init)
            if words.isEmpty { return false }
            if words.contains(where: { $0.contains("%s") }) {
                words = words.map { $0.replacing("%s", with: address) }
            } else {
                words.append(address)
            }
            do {
                let browser = try ChildProcess.launch(
                    words, environment: world.environmentForChildren)
                DispatchQueue.global().async { browser.wait() }
                return true
            } catch {
                return false
            }
        }
    }
}
