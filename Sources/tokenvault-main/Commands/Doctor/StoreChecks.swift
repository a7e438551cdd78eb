import Console
import Entries
import Etcd
import Platform
import SharedVault
import Sharing
import Vault

/// Checks the store of a shared vault, and how old the copy on this machine is.
struct StoreChecks {
    let copy: CopyState
    let access: VaultAccess
    let world: World

    /// After this time without a sync, in seconds, the copy is called old.
    private static let ageLimit: Int64 = 86_400
    /// The quota of etcd unless it says otherwise, in bytes.
    private static let usualQuota: Int64 = 2_147_483_648

    /// Runs the checks that need no network.
    func runOffline() -> [DoctorCheck] { [settings(), age(), waiting()] }

    /// Runs the checks that ask the store.
    func run(over network: Network) async -> [DoctorCheck] {
        let subject = "the store of the vault"
        let opened: OpenStore
        let vaultID: [UInt8]
        do {
            vaultID = try VaultFile(path: copy.vaultPath).header.vaultID
            let settings = try RemoteSettings.required(forVaultAt: copy.vaultPath)
            opened = try network.openStore(settings, copy.vaultPath, world)
        } catch {
            let failure = Failure(error)
            // Other checks report the settings and the vault itself.
            if error is VaultError || error is SharingMessage { return [] }
            if case RemoteMessage.settings = error { return [] }
            return [DoctorCheck(subject, failure.message.text, remedy: failure.hint?.text)]
        }
        let head = await head(vaultID, in: opened)
        var checks = [head]
        if checks.allSatisfy(\.passed), let etcd = opened.etcd {
            let nodes = await nodes(of: etcd)
            let alarms = await alarms(of: etcd)
            let members = await members(of: etcd)
            checks += nodes + [alarms, members, clock(of: etcd)]
        }
        await opened.close()
        return checks
    }

    private func settings() -> DoctorCheck {
        let subject = "the settings of the vault's store"
        do {
            _ = try RemoteSettings.required(forVaultAt: copy.vaultPath)
            return DoctorCheck(subject)
        } catch {
            let path = ShellWord.quoted(RemoteSettings.path(forVaultAt: copy.vaultPath))
            return DoctorCheck(
                subject, Failure(error).message.text, remedy: path.map { "ls -l \($0)" })
        }
    }

    private func age() -> DoctorCheck {
        let subject = "the age of the shared vault"
        let remedy = access.command("tokenvault sync")
        guard let age = copy.age(at: world.now()) else {
            return DoctorCheck(
                subject, warning: "it is not known when it was last synced", remedy: remedy)
        }
        guard age > Self.ageLimit else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, warning: "it was last synced \(TimeText.span(age)) ago", remedy: remedy)
    }

    private func waiting() -> DoctorCheck {
        let subject = "changes that wait to be shared"
        guard copy.isAhead else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, warning: "a change on this machine is not in the store yet",
            remedy: access.command("tokenvault sync"))
    }

    /// Checks what every sync needs: the connection, the certificates, the user and the prefix.
    private func head(_ vaultID: [UInt8], in opened: OpenStore) async -> DoctorCheck {
        let subject = "the store of the vault"
        let problem: SyncMessage
        do {
            guard try await StoredVault(vaultID, in: opened.store) == nil else {
                return DoctorCheck(subject)
            }
            problem = .headGone
        } catch let failure as StoreFailure {
            let url = opened.etcd?.endpoints.first?.url
            return DoctorCheck(
                subject, StoreMessage(failure).failure.message.text,
                remedy: url.map { "curl --verbose \($0)/health" })
        } catch HeadLine.Fault.laterFormat {
            return DoctorCheck(
                subject, SyncMessage.laterFormat.failure.message.text, remedy: nil)
        } catch {
            problem = .damagedHead
        }
        return DoctorCheck(
            subject, problem.failure.message.text,
            remedy: access.command("tokenvault sync --restore"))
    }

    private func nodes(of etcd: EtcdStore) async -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        var clusters: Set<String> = []
        for endpoint in etcd.endpoints {
            let subject = "etcd on \(endpoint)"
            do throws(EtcdError) {
                let status = try await etcd.status(of: endpoint)
                clusters.insert(status.cluster)
                checks.append(check(status, subject))
            } catch {
                let message = StoreMessage(cause: error) ?? .noAnswer
                checks.append(
                    DoctorCheck(
                        subject, warning: message.failure.message.text,
                        remedy: "curl --verbose \(endpoint.url)/health"))
            }
        }
        if clusters.count > 1 {
            checks.append(
                DoctorCheck(
                    "the nodes of etcd", "they belong to different clusters",
                    remedy: access.command("tokenvault remote show")))
        }
        return checks
    }

    private func check(_ status: EtcdNodeStatus, _ subject: String) -> DoctorCheck {
        if !status.hasLeader { return DoctorCheck(subject, "it knows no leader", remedy: nil) }
        if status.isLearner {
            return DoctorCheck(subject, "it is a learner, which serves nobody", remedy: nil)
        }
        let quota = status.quota ?? Self.usualQuota
        guard quota > 0, status.databaseSize / 4 >= quota / 5 else { return DoctorCheck(subject) }
        let size = status.databaseSize / 1_048_576
        let used = status.databaseInUse / 1_048_576
        return DoctorCheck(
            subject,
            warning: "its database takes \(size) MiB (\(used) MiB in use) of "
                + "\(quota / 1_048_576) MiB; compact the history, and defragment it",
            remedy: nil)
    }

    private func alarms(of etcd: EtcdStore) async -> DoctorCheck {
        let subject = "alarms of etcd"
        do throws(EtcdError) {
            let alarms = try await etcd.alarms()
            if alarms.contains(.corrupt) {
                return DoctorCheck(subject, "the data of a node is damaged (CORRUPT)", remedy: nil)
            }
            if alarms.contains(.noSpace) {
                return DoctorCheck(
                    subject,
                    "its space is used up (NOSPACE): compact the history, defragment the nodes, "
                        + "and clear the alarm", remedy: nil)
            }
            return alarms.isEmpty
                ? DoctorCheck(subject)
                : DoctorCheck(subject, warning: "there is one that is not known", remedy: nil)
        } catch {
            // Not every user may ask.
            return DoctorCheck(subject)
        }
    }

    private func members(of etcd: EtcdStore) async -> DoctorCheck {
        let subject = "the number of etcd's nodes"
        do throws(EtcdError) {
            let count = try await etcd.memberCount()
            let known = etcd.endpoints.count
            guard count > known else { return DoctorCheck(subject) }
            return DoctorCheck(
                subject,
                warning: "the cluster has \(count), but the settings name \(known); if those "
                    + "fail, this machine cannot sync", remedy: nil)
        } catch {
            return DoctorCheck(subject)
        }
    }

    private func clock(of etcd: EtcdStore) -> DoctorCheck {
        let subject = "this machine's clock and that of etcd"
        guard let there = etcd.serverTime else { return DoctorCheck(subject) }
        let difference = world.now().seconds - there
        guard abs(difference) > 60 else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject,
            "it is \(TimeText.span(abs(difference))) \(difference > 0 ? "ahead of" : "behind") "
                + "etcd's",
            remedy: "timedatectl set-ntp true")
    }
}
