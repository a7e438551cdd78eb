package import Entries

/// The line about one token in the report of a refresh.
package struct RefreshLine: Sendable {
    package let before: Entry
    package let result: RefreshResult
    package var after: Entry?
    /// The number of page tokens refreshed along with it.
    package var pages = 0

    package init(before: Entry, result: RefreshResult, after: Entry? = nil) {
        self.before = before
        self.result = result
        self.after = after
    }
}
