import Console
import Entries
import Graph
import Platform
import Sodium
import Vault

/// The arguments of `api` that make up the call.
struct ApiArguments {
    let method: GraphMethod
    let path: CallPath
    private let items: [Item]

    /// The maximum number of bytes in all files of a call.
    private static let limit = 32 * 1024 * 1024

    /// A parameter as given.
    private struct Item {
        let name: String
        let value: Value

        enum Value {
            case text(String)
            case file(String)
            case standardInput
        }
    }

    /// Parses the method and path, the values of `-f` and those of `-F`.
    ///
    /// - Throws: ``ApiMessage``, which contains none of them.
    init(_ words: [String], fields: [String], forms: [String]) throws {
        let isMethodMissing = words.count == 1 && GraphMethod(rawValue: words[0]) == nil
        guard words.count == 2 || isMethodMissing else { throw ApiMessage.words }
        items =
            try fields.map { try Self.item($0, isForm: false) }
            + forms.map { try Self.item($0, isForm: true) }
        if words.count == 2 {
            guard let method = GraphMethod(rawValue: words[0]) else { throw ApiMessage.method }
            self.method = method
        } else {
            method = items.isEmpty ? .get : .post
        }
        do throws(CallPath.Unusable) {
            path = try CallPath(words[words.count - 1])
        } catch {
            throw ApiMessage.path(error)
        }
        // Someone will type a token instead of a path, and it must not get into the URL.
        let isToken = MetaPlatform(ofToken: path.start.utf8.span) != nil
        if isToken, path.start.utf8.count >= 12 { throw ApiMessage.secretParameter }
        // A word with a colon that is not a reference is a scheme.
        if let reference = path.reference {
            let isReference =
                Reference(text: reference) != nil || DerivedToken.isDerived(reference)
                || Reference.Kind(startOf: reference) != nil
            guard isReference else { throw ApiMessage.path(.scheme) }
        }
        let inputs = items.count { if case .standardInput = $0.value { true } else { false } }
        if inputs > 1 { throw ApiMessage.standardInput }
        let hasFile = items.contains { if case .text = $0.value { false } else { true } }
        if hasFile, method != .post { throw ApiMessage.fileWithoutForm }
    }

    private static func item(_ text: String, isForm: Bool) throws -> Item {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty,
            parts[0].unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw ApiMessage.parameter }
        let (name, value) = (String(parts[0]), String(parts[1]))
        guard !CallParameter.namesSecret(Array(name.utf8)) else {
            throw ApiMessage.secretParameter
        }
        if isForm, value.hasPrefix("@") {
            let file = String(value.dropFirst())
            guard !file.isEmpty else { throw ApiMessage.fileWithoutName }
            return Item(name: name, value: file == "-" ? .standardInput : .file(file))
        }
        guard !CallParameter.assignsSecret(Array(value.utf8)) else {
            throw ApiMessage.secretParameter
        }
        return Item(name: name, value: .text(value))
    }

    /// Whether the call only reads.
    var isReading: Bool {
        method == .get && !path.changesMethod
            && !items.contains { CallParameter.isMethod($0.name) }
    }

    /// Returns the parameters with the contents of the files.
    func parameters(in world: World) throws -> [ChosenCall.Parameter] {
        var left = Self.limit
        return try items.map { item in
            switch item.value {
            case .text(let text): return ChosenCall.Parameter(item.name, .text(text))
            case .file(let path):
                let content = try Self.content(of: try world.path(path), limit: left)
                left -= content.count
                let name = path.split(separator: "/").last.map(String.init) ?? "file"
                return ChosenCall.Parameter(item.name, .file(name: name, content: content))
            case .standardInput:
                guard !world.terminal.inputIsTerminal() else { throw ApiMessage.standardInput }
                guard let input = try world.terminal.readInput(left) else { throw Self.tooLarge }
                let content = input.withBytes { Array(copying: $0) }
                guard !content.isEmpty else { throw Self.nothing }
                left -= content.count
                return ChosenCall.Parameter(item.name, .file(name: "file", content: content))
            }
        }
    }

    private static func content(of path: String, limit: Int) throws -> [UInt8] {
        let content: [UInt8]?
        let isRegular: Bool
        do throws(SystemCallFailure) {
            let file = try File(reading: path)
            isRegular = try file.status().isRegular
            content = try file.readAll(limit: limit)
        } catch {
            throw ApiMessage.fileUnreadable(Reason(error.reason))
        }
        guard let content else { throw tooLarge }
        // A pipe that nothing has written to yet ends at once.
        guard isRegular || !content.isEmpty else { throw nothing }
        return content
    }

    private static var nothing: ApiMessage {
        .fileUnreadable(Reason("nothing was written to it"))
    }

    private static var tooLarge: ApiMessage { .fileTooLarge(mebibytes: limit / 1024 / 1024) }
}
