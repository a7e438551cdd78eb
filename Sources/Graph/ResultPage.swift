import HTTP
internal import Sodium

/// A response to a list call, of which only the paging information has been decoded.
struct ResultPage {
    let paging: PageListEnd.Paging?
    let response: HTTPResponse
    let request: GraphRequest

    /// Returns the pages in the response and the number of entries that could not be decoded.
    func pages() throws(GraphError) -> (pages: [GraphPage], unread: Int) {
        let list = try response.decoded(as: PageList.self, request: request)
        let names = NameRedactor(request)
        return (list.data.map { $0.page(request, names) }, list.unread)
    }
}

/// A page as decoded from JSON.
struct DecodedPage: Decodable {
    let id: String
    let name: String?
    let category: String?
    let tasks: [String]?
    let token: SharedSecret?
    let instagram: LinkedInstagram

    fileprivate enum CodingKeys: String, CodingKey {
        case id
        case name
        case category
        case tasks
        case accessToken = "access_token"
        case instagram = "instagram_business_account"
    }

    init(from decoder: any Decoder) throws {
        try self.init(
            from: decoder.container(keyedBy: CodingKeys.self), isRepaired: decoder.isRepaired)
    }

    /// Decodes the members; only the ID is required, and others of an unexpected type are ignored.
    fileprivate init(
        from container: KeyedDecodingContainer<CodingKeys>, isRepaired: Bool
    ) throws {
        // Try a plain string first: the nested decoder of `Lenient` takes ten times as long, and
        // there may be ten thousand pages.
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
        instagram = try LinkedInstagram(in: container, at: .instagram, isRepaired: isRepaired)
    }

    private static let maxTasks = 64

    private static func strings(_ list: any UnkeyedDecodingContainer) -> [String]? {
        var list = list
        var strings: [String] = []
        while !list.isAtEnd, strings.count < maxTasks {
            guard let string = try? list.decode(String.self) else { return nil }
            strings.append(string.prefix(bytes: 128))
        }
        return strings
    }

    /// Returns the page with the secrets of `request` redacted by `names`.
    func page(_ request: GraphRequest, _ names: NameRedactor) -> GraphPage {
        GraphPage(
            id: id, name: name.map(names.redacted), category: category.map(names.redacted),
            tasks: tasks.map { $0.map(names.redacted) }, token: token,
            instagram: instagram.answer(to: request, names))
    }
}

/// The entries of a result page.
struct PageList: Decodable {
    let data: [DecodedPage]
    /// The number of entries that could not be decoded; they do not affect the others.
    let unread: Int

    private enum CodingKeys: CodingKey {
        case data
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var list = try container.nestedUnkeyedContainer(forKey: .data)
        let isRepaired = decoder.isRepaired
        var pages: [DecodedPage] = []
        var unread = 0
        while !list.isAtEnd {
            let index = list.currentIndex
            do {
                let entry = try list.nestedContainer(keyedBy: DecodedPage.CodingKeys.self)
                pages.append(try DecodedPage(from: entry, isRepaired: isRepaired))
            } catch let broken as BrokenText {
                throw broken
            } catch {
                unread += 1
                // The decoder does not advance past an entry that is not an object.
                if list.currentIndex == index { _ = try list.decode(Unread.self) }
            }
        }
        data = pages
        self.unread = unread
    }
}

/// The paging information of a result page.
struct PageListEnd: Decodable {
    let paging: Paging?

    private enum CodingKeys: CodingKey {
        case data
        case paging
    }

    /// Decodes `paging` leniently, because some responses have `[]` instead of an empty object.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Fail without a list, so that the caller can request a smaller one.
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
