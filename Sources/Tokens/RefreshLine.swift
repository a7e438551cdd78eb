package import Entries

/// What became of one token, for the report.
package struct RefreshLine: Sendable {
    package let before: Entry
    package let result: RefreshResult
    package var after: Entry?
    /// How many page tokens came with it.
    package var pages = 0

    package init(before: Entry, result: RefreshResult, after: Entry? = nil) {
        self.before = before
        self.result = result
        self.after = after
    }
}
