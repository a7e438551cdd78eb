internal import FoundationEssentials
package import Sharing

extension EtcdStore: SharedStore {
    package func vaultIDs() async throws(StoreFailure) -> [[UInt8]] {
        let clock = ContinuousClock()
        let deadline = clock.now + gateway.limits.read
        var ids: [[UInt8]] = []
        var start = keys.all.start
        while true {
            let page = try await range(
                .range(start, to: keys.all.end, keysOnly: true, limit: Self.pageSize),
                within: clock.now.duration(to: deadline))
            let names = (page.kvs ?? []).map { [UInt8]($0.key) }
            ids += names.compactMap(keys.vaultID(ofHead:))
            guard page.more == true, let last = names.last else { return ids }
            // The first key after it.
            start = last + [0]
        }
    }

    package func head(of vaultID: [UInt8]) async throws(StoreFailure) -> StoredHead? {
        let key = keys.head(of: vaultID)
        let reply = try await range(.range(key), within: gateway.limits.read)
        guard let pair = try onlyPair(in: reply, at: key) else { return nil }
        return StoredHead(
            value: pair.value.map { [UInt8]($0) } ?? [], revision: pair.modRevision.value,
            readRevision: reply.header.revision.value)
    }

    package func part(
        _ part: PartName, of vaultID: [UInt8], at revision: Int64
    ) async throws(StoreFailure) -> [UInt8]? {
        let key = keys.part(part, of: vaultID)
        let reply: EtcdRange
        do throws(EtcdError) {
            reply = try await gateway.first(
                .range(key, revision: revision), as: EtcdRange.self, within: gateway.limits.read)
        } catch {
            // The store is not what it was when the head was read; it may have been restored.
            if [.compacted, .futureRevision].contains(error.reason) { return nil }
            throw StoreFailure(error)
        }
        guard let pair = try onlyPair(in: reply, at: key) else { return nil }
        return pair.value.map { [UInt8]($0) } ?? []
    }

    package func write(
        _ bytes: [UInt8], as part: PartName, of vaultID: [UInt8]
    ) async throws(StoreFailure) {
        do throws(EtcdError) {
            _ = try await gateway.first(
                .put(bytes, at: keys.part(part, of: vaultID)), as: EtcdPut.self,
                within: gateway.limits.write)
        } catch {
            throw StoreFailure(error)
        }
    }

    package func replaceHead(
        of vaultID: [UInt8], with value: [UInt8], ifRevision revision: Int64, keeping parts: String?
    ) async -> CommitOutcome {
        do throws(EtcdError) {
            let reply = try await gateway.once(
                .replace(
                    keys.head(of: vaultID), with: value, ifRevision: revision,
                    deleting: keys.parts(of: vaultID, except: parts)),
                as: EtcdTransaction.self, within: gateway.limits.write)
            return reply.succeeded == true
                ? .succeeded(revision: reply.header.revision.value) : .lostRace
        } catch {
            return CommitOutcome(error)
        }
    }

    /// The number of keys in one response to `vaultIDs`.
    private static let pageSize = 1_000

    private func range(
        _ request: EtcdRequest, within limit: Duration
    ) async throws(StoreFailure) -> EtcdRange {
        do throws(EtcdError) {
            return try await gateway.first(request, as: EtcdRange.self, within: limit)
        } catch {
            throw StoreFailure(error)
        }
    }

    /// Returns the value of the key that was asked for, or `nil` if it is missing.
    private func onlyPair(
        in reply: EtcdRange, at key: [UInt8]
    ) throws(StoreFailure) -> EtcdRange.Pair? {
        guard let pair = reply.kvs?.first else { return nil }
        guard reply.kvs?.count == 1, [UInt8](pair.key) == key, pair.modRevision.value > 0
        else {
            // The node that answered is the first now.
            throw StoreFailure(
                EtcdError(
                    endpoint: gateway.endpoints[0], reason: .notUnderstood(status: 200),
                    hadNoEffect: true))
        }
        return pair
    }
}
