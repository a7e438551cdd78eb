import HTTP
internal import Sodium

/// An answer to a list call of which only the end has been looked at.
struct ResultPage {
    let paging: PageListEnd.Paging?
    let answer: HTTPResponse
    let request: GraphRequest

    /// The pages in it, and how many of its entries could not be read.
    func pages() throws(GraphError) -> (pages: [GraphPage], unread: Int) {
        let list = try answer.decoded(as: PageList.self, request: request)
        return (list.data.map { $0.page(request) }, list.unread)
    }
}

/// A page as Graph writes it.
struct PageAnswer: Decodable {
    let id: String
    let name: String?
    let category: String?
    let tasks: [String]?
    let token: SharedSecret?

    fileprivate enum CodingKeys: String, CodingKey {
        case id
        case name
        case category
        case tasks
        case accessToken = "access_token"
    }

    init(from decoder: any Decoder) throws {
        try self.init(
            from: decoder.container(keyedBy: CodingKeys.self), isRepaired: decoder.isRepaired)
    }

    /// Only the id must be there; the rest may be of any type.
    fileprivate init(
        from container: KeyedDecodingContainer<CodingKeys>, isRepaired: Bool
    ) throws {
        // Strings are taken as such where they are: a decoder within the decoder takes ten times as
        // long, and there may be ten thousand pages.
        id =
            try (try? container.decode(String.self, forKey: .id))
            ?? container.decode(Lenient<String>.self, forKey: .id).value
        guard GraphID.isID(id) else {
            throw DecodingError.typeMismatch(
                String.self,
                DecodingError.Context(
                    codingPath: container.codingPath + [CodingKeys.id],
                    debugDescription: "not a number of Graph's"))
        }
        name = try container.text(forKey: .name, isRepaired: isRepaired)?.cappedName
        category = (try? container.decode(String.self, forKey: .category))?.cappedName
        tasks = (try? container.nestedUnkeyedContainer(forKey: .tasks)).flatMap(Self.strings)
        token = (try? container.decode(String.self, forKey: .accessToken)).flatMap {
            SecretText($0).secret
        }
    }

    private static let mostTasks = 64

    private static func strings(_ list: any UnkeyedDecodingContainer) -> [String]? {
        var list = list
        var strings: [String] = []
        while !list.isAtEnd, strings.count < mostTasks {
            guard let string = try? list.decode(String.self) else { return nil }
            strings.append(string.prefix(bytes: 128))
        }
        return strings
    }

    /// The page, in the response to `request`.
    func page(_ request: GraphRequest) -> GraphPage {
        GraphPage(
            id: id, name: name.map(request.redactedName),
            category: category.map(request.redactedName),
            tasks: tasks.map { $0.map(request.redactedName) }, token: token)
    }
}

/// The entries of a result page.
struct PageList: Decodable {
    let data: [PageAnswer]
    /// How many entries are not pages: one that is odd costs no other.
    let unread: Int

    private enum CodingKeys: CodingKey {
        case data
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var list = try container.nestedUnkeyedContainer(forKey: .data)
        let isRepaired = decoder.isRepaired
        var pages: [PageAnswer] = []
        var unread = 0
        while !list.isAtEnd {
            let place = list.currentIndex
            do {
                let entry = try list.nestedContainer(keyedBy: PageAnswer.CodingKeys.self)
                pages.append(try PageAnswer(from: entry, isRepaired: isRepaired))
            } catch let broken as BrokenText {
                throw broken
            } catch {
                unread += 1
                // What is not an object was not passed over yet.
                if list.currentIndex == place { _ = try list.decode(Unread.self) }
            }
        }
        data = pages
        self.unread = unread
    }
}

/// Where a result page says how to go on.
struct PageListEnd: Decodable {
    let paging: Paging?

    private enum CodingKeys: CodingKey {
        case data
        case paging
    }

    /// An empty object is written `[]` in some of Graph's answers.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Without a list, a smaller one may be asked for.
        _ = try container.nestedUnkeyedContainer(forKey: .data)
        paging = try? container.decode(Paging.self, forKey: .paging)
    }

    struct Paging: Decodable {
        let cursors: Cursors?
        let next: String?

        private enum CodingKeys: CodingKey {
            case cursors
            case next
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            cursors = try? container.decode(Cursors.self, forKey: .cursors)
            next = try? container.decode(String.self, forKey: .next)
        }
    }

    struct Cursors: Decodable {
        let after: String?
    }
}
