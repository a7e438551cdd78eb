import Console
import Platform

/// The person's browser.
enum Browser {
    /// Shows `address`; false where no browser could be started.
    ///
    /// `BROWSER` is a list of commands, as other programs have it: separated by colons, the first that
    /// is there is taken, the address in the place of `%s` or behind it.
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
                try ChildProcess.launch(words, environment: world.environmentForChildren)
                return true
            } catch {
                return false
            }
        }
    }
}
