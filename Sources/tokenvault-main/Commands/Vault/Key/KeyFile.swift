import Console
import Platform
import Sodium
import Vault

/// The file of a machine key.
enum KeyFile {
    /// Creates the file; returns `false` if it already exists.
    static func create(
        _ content: SharedSecret, at path: String, warn: SaveWarning
    ) throws(SystemCallFailure) -> Bool {
        guard let file = try newFile(at: path) else { return false }
        do throws(SystemCallFailure) {
            try content.withBytes { bytes throws(SystemCallFailure) in try file.write(bytes) }
            try file.synchronize()
        } catch {
            // An incomplete key opens nothing.
            remove(path)
            throw error
        }
        do throws(SystemCallFailure) {
            try Directory.synchronize(Directory.parent(of: path))
        } catch {
            warn(error)
        }
        return true
    }

    private static func newFile(at path: String) throws(SystemCallFailure) -> File? {
        do throws(SystemCallFailure) {
            return try File(creating: path)
        } catch {
            guard error.isExisting else { throw error }
            return nil
        }
    }

    /// Returns the reason why the existing file at `path` cannot be replaced.
    ///
    /// A key that opens nothing may be left over from a `key add` that was killed. It is still not
    /// reused: it may also be a key that was removed because someone else has it.
    static func obstacle(at path: String, to owner: borrowing VaultOwner) -> KeyFileMessage {
        let content = content(of: path)
        if content?.count == 0 { return KeyFileMessage(path: path, content: .nothing) }
        let key = content.flatMap { $0.withSecret { try? MachineKey(file: $0) } }
        return switch key.map({ owner.standing(of: $0) }) {
        case .opens(let name): KeyFileMessage(path: path, content: .keyInUse(KeyName(name)))
        case .opensNothing: KeyFileMessage(path: path, content: .uselessKey)
        case .foreign, nil: KeyFileMessage(path: path, content: .another)
        }
    }

    private static func content(of path: String) -> SharedSecret? {
        guard let file = try? File(reading: path), (try? file.status())?.isRegular == true,
            let content = try? file.readSecret(limit: MachineKey.fileLimit)
        else { return nil }
        return SharedSecret(content)
    }

    static func remove(_ path: String) {
        Directory.remove(path)
    }
}
