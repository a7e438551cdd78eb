internal import Sharing
internal import Sodium

/// The names of the keys under a prefix.
///
/// - `<prefix>/<vault ID in hexadecimal>/head`
/// - `<prefix>/<vault ID in hexadecimal>/part/<set>/<number>`
struct EtcdKeys: Sendable {
    let prefix: String

    /// A key is any bytes to etcd; those of others need not be text.
    typealias Key = [UInt8]
    /// A range of keys, which does not include its end.
    typealias Range = (start: Key, end: Key)

    /// All keys under the prefix.
    ///
    /// In ASCII, `0` follows the slash.
    var all: Range { (Key("\(prefix)/".utf8), Key("\(prefix)0".utf8)) }

    func head(of vaultID: [UInt8]) -> Key { Key("\(folder(of: vaultID))/head".utf8) }

    func part(_ part: PartName, of vaultID: [UInt8]) -> Key {
        Key("\(folder(of: vaultID))/part/\(part.set)/\(part.number)".utf8)
    }

    /// Returns all parts of a vault except those of a set.
    func parts(of vaultID: [UInt8], except set: String?) -> [Range] {
        let folder = "\(folder(of: vaultID))/part"
        let start = Key("\(folder)/".utf8)
        let end = Key("\(folder)0".utf8)
        guard let set else { return [(start, end)] }
        return [(start, Key("\(folder)/\(set)/".utf8)), (Key("\(folder)/\(set)0".utf8), end)]
    }

    /// Returns the ID of the vault whose head has this key, or `nil` if it is another key.
    func vaultID(ofHead key: Key) -> [UInt8]? {
        guard key.starts(with: all.start) else { return nil }
        let digits = key.dropFirst(all.start.count).prefix(32)
        guard let id = bytes(hexadecimal: String(decoding: digits, as: UTF8.self)), id.count == 16
        else { return nil }
        return head(of: id) == key ? id : nil
    }

    private func folder(of vaultID: [UInt8]) -> String { "\(prefix)/\(hexadecimal(vaultID))" }
}
