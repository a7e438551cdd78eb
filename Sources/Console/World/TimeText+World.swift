package import Vault

extension TimeText {
    /// Times as seen at `now` on this machine.
    package init(now: Timestamp, in world: World) {
        self.init(now: now, offset: world.offsetFromUTC)
    }
}
