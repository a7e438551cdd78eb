/// The time limits of operations, whatever etcd does.
///
/// Without a quorum, etcd itself takes seven seconds to say so.
package struct EtcdLimits: Sendable {
    /// The maximum duration of an operation that reads, including a login and all nodes tried.
    package let read: Duration
    /// The maximum duration of an operation that writes.
    package let write: Duration

    /// Two seconds to read, ten to write.
    package static let standard = EtcdLimits(read: .seconds(2), write: .seconds(10))

    package init(read: Duration, write: Duration) {
        self.read = read
        self.write = write
    }
}
