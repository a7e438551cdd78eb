internal import FoundationEssentials
internal import NIOCore

/// What one node of etcd says about itself.
package struct EtcdNodeStatus: Equatable, Sendable {
    /// The version of etcd, such as `3.4.23`.
    package let version: String
    /// Whether the node knows a leader.
    ///
    /// Without one it can neither write nor read linearizably.
    package let hasLeader: Bool
    /// Whether the node is the leader.
    package let isLeader: Bool
    /// Whether the node only learns from the others, and serves nobody.
    package let isLearner: Bool
    /// The size of the node's database in bytes, which only defragmenting makes smaller.
    package let databaseSize: Int64
    /// The number of bytes of it that are in use.
    package let databaseInUse: Int64
    /// The size in bytes at which etcd refuses to write, or `nil` before version 3.6.
    package let quota: Int64?
    /// The identity of the cluster.
    ///
    /// Nodes with different ones do not belong together.
    package let cluster: String
}

/// An alarm of etcd, which stays until somebody clears it.
package enum EtcdAlarm: Equatable, Sendable {
    /// The quota is used up: etcd writes nothing.
    case noSpace
    /// The data of a node is damaged.
    case corrupt
    /// An alarm that this version does not know.
    case other
}

extension EtcdStore {
    /// The nodes, the one that answered last first.
    package var endpoints: [EtcdEndpoint] { gateway.endpoints }

    /// The time of the last response in seconds since 1970, by the clock of the server, or `nil` if
    /// it did not say.
    package var serverTime: Int64? { gateway.serverTime }

    /// Returns what one node says about itself, within the time limit for reading.
    package func status(
        of endpoint: EtcdEndpoint
    ) async throws(EtcdError) -> EtcdNodeStatus {
        let deadline = NIODeadline.now() + TimeAmount(gateway.limits.read)
        let reply = try await gateway.send(
            .status, as: StatusReply.self, to: endpoint, by: deadline)
        guard reply.version.wholeMatch(of: /[0-9A-Za-z.+\-]{1,32}/) != nil,
            reply.header.cluster.wholeMatch(of: /[0-9]{1,20}/) != nil
        else {
            throw EtcdError(
                endpoint: endpoint, reason: .notUnderstood(status: 200), hadNoEffect: true)
        }
        return EtcdNodeStatus(
            version: reply.version, hasLeader: (reply.leader ?? "0") != "0",
            isLeader: reply.leader != nil && reply.leader == reply.header.member,
            isLearner: reply.isLearner ?? false,
            databaseSize: reply.dbSize?.value ?? 0, databaseInUse: reply.dbSizeInUse?.value ?? 0,
            quota: reply.dbSizeQuota?.value, cluster: reply.header.cluster)
    }

    /// Returns the alarms of all nodes, each kind once.
    package func alarms() async throws(EtcdError) -> [EtcdAlarm] {
        let reply = try await gateway.first(
            .alarms, as: AlarmReply.self, within: gateway.limits.read)
        var alarms: [EtcdAlarm] = []
        for alarm in reply.alarms ?? [] {
            let kind: EtcdAlarm =
                switch alarm.alarm {
                case "NOSPACE": .noSpace
                case "CORRUPT": .corrupt
                default: .other
                }
            if !alarms.contains(kind) { alarms.append(kind) }
        }
        return alarms
    }

    /// Returns the number of nodes of the cluster, whether or not they are in the settings.
    package func memberCount() async throws(EtcdError) -> Int {
        let reply = try await gateway.first(
            .members, as: MemberReply.self, within: gateway.limits.read)
        return reply.members.count
    }
}

private struct StatusReply: EtcdReply {
    struct Header: Decodable, Sendable {
        let cluster: String
        let member: String

        private enum CodingKeys: String, CodingKey {
            case cluster = "cluster_id"
            case member = "member_id"
        }
    }

    let header: Header
    let version: String
    let leader: String?
    let isLearner: Bool?
    let dbSize: EtcdNumber?
    let dbSizeInUse: EtcdNumber?
    let dbSizeQuota: EtcdNumber?
}

private struct AlarmReply: EtcdReply {
    struct Alarm: Decodable, Sendable {
        let alarm: String?
    }

    let alarms: [Alarm]?
}

private struct MemberReply: EtcdReply {
    struct Member: Decodable, Sendable {}

    let members: [Member]
}
