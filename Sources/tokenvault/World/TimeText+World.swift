import Vault

extension TimeText {
    /// Times as seen at `now` on this machine.
    init(now: Timestamp, in world: World) {
        self.init(now: now, offset: world.offsetFromUTC)
    }
}
