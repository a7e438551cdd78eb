package import Vault

extension TimeText {
    /// Formats times relative to `now`, in the local time zone.
    package init(now: Timestamp, in world: World) {
        self.init(now: now, offset: world.offsetFromUTC)
    }
}
