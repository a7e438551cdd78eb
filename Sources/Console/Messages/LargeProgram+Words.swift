package import Platform

extension Failure {
    /// The words for why the large program cannot take over, which was looked for at `places`.
    package init(_ failure: LargeProgram.Failure, lookedFor places: [String]) {
        let all = places.map(shown).joined(separator: " and ")
        let search =
            places.isEmpty
            ? "the kernel does not tell where this program is" : "looked for at \(all)"
        switch failure {
        case .missing:
            self.init(
                .internalFault,
                "the program tokenvault-main, which belongs to this one, is missing (\(search)); install "
                    + "both again")
        case .otherVersion(let path):
            self.init(
                .internalFault,
                "\(shown(path)) is of another version than this program (\(search)); install both again"
            )
        case .untrusted(let path):
            self.init(
                .internalFault,
                "\(shown(path)) belongs to another user, or others can change it, so it is not run "
                    + "(\(search))")
        case .unusable(let path, let reason):
            self.init(
                .internalFault,
                "cannot run \(shown(path)): \(reason) (\(search)); install both again")
        }
    }
}
