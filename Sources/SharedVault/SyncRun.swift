internal import Platform
internal import Sharing
internal import Sodium
internal import Vault

/// One session in progress.
struct SyncRun<Store: SharedStore>: ~Copyable {
    let runner: SyncRunner<Store>
    let successor: (@Sendable (OpenState, UInt64, Lineage) throws -> [UInt8])?
    private var files: SharedFiles?
    private var opened: OpenFiles?
    /// The head as it was read or committed, and its file.
    private var line: HeadLine?
    private var headBytes: [UInt8] = []
    /// Why the head as it was read has no line.
    private var lineFault: HeadLine.Fault?
    private var head: OpenState?
    private var candidate: OpenState?
    private var candidateLine: HeadLine?
    private var cause: (any Error)?
    private var merges: [StateMerge] = []

    init(
        runner: SyncRunner<Store>,
        successor: (@Sendable (OpenState, UInt64, Lineage) throws -> [UInt8])?
    ) {
        self.runner = runner
        self.successor = successor
    }

    /// Makes the steps of a session until it ends.
    mutating func run(_ start: SyncSession) async throws -> SyncRunner<Store>.Report {
        // May take a key derivation, which must not happen while the files are locked.
        _ = try OpenFiles(runner.paths, keys: runner.keys)
        var session = start
        var step = session.start()
        var fault: (any Error)?
        while true {
            if case .finished(let result) = step {
                if let fault { throw fault }
                switch result {
                case .shared, .replaced:
                    LastPull(ofVaultAt: runner.paths.vault).record(runner.now())
                default: break
                }
                return SyncRunner<Store>.Report(
                    result: result, cause: cause, contested: merges.flatMap(\.contested),
                    kept: merges.flatMap(\.kept), foreign: merges.flatMap(\.foreign))
            }
            let event: SyncSession.Event
            if case .prepare(let candidate) = step {
                do {
                    event = try prepare(candidate)
                } catch {
                    fault = error
                    step = session.abandon()
                    continue
                }
            } else if let local = try makeLocally(step) {
                event = local
            } else {
                event = try await makeRemotely(step)
            }
            step = session.next(event)
        }
    }

    /// Makes a step that needs no network, or returns `nil` if it needs one.
    private mutating func makeLocally(_ step: SyncSession.Step) throws -> SyncSession.Event? {
        switch step {
        case .lock:
            files = try SharedFiles(
                runner.paths, keys: runner.keys, marks: runner.marks,
                waiting: UnlockedVault.defaultWait)
        case .unlock: files = nil
        case .look:
            guard let look = try files?.look() else { throw SharingError.outOfStep }
            opened = look
            return .looked(look.view)
        case .settle(let settling):
            guard let opened else { throw SharingError.outOfStep }
            if let merge = try files?.settle(settling, opened) { merges.append(merge) }
        case .link(let file):
            guard let opened else { throw SharingError.outOfStep }
            try files?.link(file, opened)
            self.opened?.sent = opened[file]
        case .renameAhead: try files?.renameAhead()
        case .install:
            guard let head else { throw SharingError.outOfStep }
            try files?.write(head.bytes, to: .vault)
        case .raiseMark:
            guard let vault = opened?.vault else { throw SharingError.outOfStep }
            runner.marks?.remember(vault.markState, vaultID: vault.header.vaultID)
        case .openHead: return try openHead()
        case .prepare, .readHead, .readPart, .writePart, .commit, .wait, .finished: return nil
        }
        return .done
    }

    private mutating func makeRemotely(_ step: SyncSession.Step) async throws -> SyncSession.Event {
        guard let vaultID = opened?.vault.header.vaultID else { throw SharingError.outOfStep }
        do throws(StoreFailure) {
            switch step {
            case .readHead: return try await readHead(vaultID)
            case .readPart(let part, let revision):
                let bytes = try await runner.store.part(part, of: vaultID, at: revision)
                guard let bytes, headBytes.count + bytes.count <= HeadLine.fileLimit else {
                    return .part(isPresent: false)
                }
                headBytes += bytes
                return .part(isPresent: true)
            case .writePart(let number):
                guard let line = candidateLine, let candidate else { return .done }
                let bytes = HeadLine.part(number, of: candidate.bytes)
                try await runner.store.write(bytes, as: line.parts[number], of: vaultID)
                return .done
            case .commit(let revision): return await commit(vaultID, ifRevision: revision)
            case .wait(let attempt):
                let pause = Int.random(in: 0..<(20 << min(attempt, 6)))
                try? await Task.sleep(for: .milliseconds(pause))
                return .done
            default: return .done
            }
        } catch {
            switch error {
            case .noAnswer(let cause):
                self.cause = cause
                return .noAnswer
            case .refused(let refusal, let cause):
                self.cause = cause
                return .refused(refusal)
            }
        }
    }

    private mutating func readHead(
        _ vaultID: [UInt8]
    ) async throws(StoreFailure) -> SyncSession.Event {
        head = nil
        line = nil
        lineFault = nil
        let stored = try await runner.store.head(of: vaultID)
        guard let stored else { return .head(nil) }
        do throws(HeadLine.Fault) {
            let (line, file) = try HeadLine.parse(stored.value)
            self.line = line
            headBytes = file
        } catch {
            // Opening it will tell.
            lineFault = error
            headBytes = []
        }
        return .head(
            SyncSession.Head(
                revision: stored.revision, readRevision: stored.readRevision,
                parts: line?.parts ?? []))
    }

    /// Opens what was read, if it is what its line describes and a state of this vault.
    private mutating func openHead() throws -> SyncSession.Event {
        if lineFault == .laterFormat { return .unusable(.laterFormat) }
        guard let line, line.describes(headBytes) else { return .unusable(.damaged) }
        do {
            let state = try OpenState(headBytes, keys: runner.keys, from: .store)
            guard state.header.generation <= SyncSession.lastGeneration,
                state.header.vaultID == opened?.vault.header.vaultID,
                state.markState.saveID == line.mac + line.nonce
            else { return .unusable(.damaged) }
            head = state
            return .opened(state.state)
        } catch VaultError.damaged {
            return .unusable(.damaged)
        } catch let error as VaultError {
            cause = error
            switch error {
            case .wrongPassphrase, .wrongMachineKey, .wrongDataKey: return .unusable(.locked)
            default: throw error
            }
        }
    }

    private mutating func prepare(
        _ candidate: SyncSession.Candidate
    ) throws -> SyncSession.Event {
        guard let opened else { throw SharingError.outOfStep }
        let state: OpenState
        switch candidate {
        case .file(let file):
            guard let file = opened[file] else { throw SharingError.outOfStep }
            state = file
        case .merge(let plan):
            guard let ours = source(plan.ours, opened), let theirs = source(plan.theirs, opened)
            else { throw SharingError.outOfStep }
            let base = plan.base.flatMap { source($0, opened) }
            let merge = try StateMerge(plan, base: base, ours: ours, theirs: theirs)
            merges.append(merge)
            state = try OpenState(merge.bytes, keys: runner.keys)
        case .successor(let generation, let lineage):
            guard let successor else { throw SharingError.outOfStep }
            let bytes = try successor(opened.vault, generation, lineage)
            state = try OpenState(bytes, keys: runner.keys)
        }
        guard state.bytes.count <= HeadLine.fileLimit else { throw SharingError.tooLarge }
        let set = "\(state.header.generation)-\(hexadecimal(randomBytes(16)))"
        let saveID = state.markState.saveID
        let line = HeadLine(
            of: state.bytes, generation: state.header.generation, epoch: state.header.epoch,
            mac: Array(saveID.prefix(32)), nonce: Array(saveID.dropFirst(32)), partSet: set)
        self.candidate = state
        candidateLine = line
        return .prepared(state.state, parts: line.parts.count)
    }

    private func source(_ source: MergeSource, _ opened: OpenFiles) -> OpenState? {
        switch source {
        case .local(let file): opened[file]
        case .head: head
        }
    }

    private mutating func commit(
        _ vaultID: [UInt8], ifRevision revision: Int64
    ) async -> SyncSession.Event {
        guard let candidate, let line = candidateLine else { return .committed(.unknown) }
        let outcome = await runner.store.replaceHead(
            of: vaultID, with: line.value(with: candidate.bytes), ifRevision: revision,
            keeping: line.partSet)
        switch outcome {
        case .succeeded(let revision):
            head = candidate
            return .committed(.succeeded(revision: revision))
        case .lostRace: return .committed(.lostRace)
        case .unknown(let cause):
            self.cause = cause
            return .committed(.unknown)
        case .refused(let refusal, let cause):
            self.cause = cause
            return .committed(.refused(refusal))
        }
    }
}
