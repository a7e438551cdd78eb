internal import Glibc

/// A symbolic link on the path to a file, whose target does not exist.
public struct BrokenLink: Equatable, Sendable {
    /// The path of the link.
    public let path: String
    /// The link's target, as a path that is valid from the current directory.
    public let target: String
    /// Where the file would be if the target existed.
    public let destination: String

    /// Creates a link from its parts.
    public init(path: String, target: String, destination: String) {
        self.path = path
        self.target = target
        self.destination = destination
    }

    /// Finds the link because of which `path` does not exist, or returns `nil` if there is none.
    ///
    /// If links lead to each other, this is the last one.
    public init?(on path: String) {
        self.init(on: path, linksLeft: 40)
    }

    private init?(on path: String, linksLeft: Int) {
        guard linksLeft > 0 else { return nil }
        var end = path.startIndex
        while end < path.endIndex {
            end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
            let link = String(path[..<end])
            do throws(SystemCallFailure) {
                _ = try FileStatus(of: link)
                continue
            } catch {
                if error.code == ELOOP { return nil }
            }
            // If this is not a link either, it is simply missing.
            guard let content = Self.content(ofLink: link) else { return nil }
            let target =
                content.hasPrefix("/") ? content : "\(Directory.parent(of: link))/\(content)"
            let destination = target + path[end...]
            if let next = BrokenLink(on: target, linksLeft: linksLeft - 1) {
                self.init(
                    path: next.path, target: next.target,
                    destination: next.destination + path[end...])
            } else {
                self.init(path: link, target: target, destination: destination)
            }
            return
        }
        return nil
    }

    private static func content(ofLink path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
