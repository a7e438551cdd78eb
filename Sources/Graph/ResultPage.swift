internal import Sodium

/// An answer to a list call of which only the end has been looked at.
struct ResultPage {
    let paging: PageListEnd.Paging?
    let answer: HTTPAnswer
    let request: GraphRequest

    func pages() throws(GraphError) -> [GraphPage] {
        try answer.decoded(as: PageList.self, request: request).data.map(\.page)
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
        try self.init(from: decoder.container(keyedBy: CodingKeys.self))
    }

    /// Only a page without its id is none; the rest may be of any type.
    fileprivate init(from container: KeyedDecodingContainer<CodingKeys>) throws {
        // Strings are taken as such where they are: a decoder within the decoder takes ten times as
        // long, and there may be ten thousand pages.
        id =
            try (try? container.decode(String.self, forKey: .id))
            ?? container.decode(Lenient<String>.self, forKey: .id).value
        name = (try? container.decode(String.self, forKey: .name))?.cappedName
        category = (try? container.decode(String.self, forKey: .category))?.cappedName
        tasks =
            (try? container.nestedUnkeyedContainer(forKey: .tasks)).flatMap(Self.strings)?
            .cappedNames
        token = (try? container.decode(String.self, forKey: .accessToken)).flatMap {
            SecretText($0).secret
        }
    }

    private static func strings(_ list: any UnkeyedDecodingContainer) -> [String]? {
        var list = list
        var strings: [String] = []
        while !list.isAtEnd {
            guard let string = try? list.decode(String.self) else { return nil }
            strings.append(string)
        }
        return strings
    }

    var page: GraphPage {
        GraphPage(id: id, name: name, category: category, tasks: tasks, token: token)
    }
}

/// The entries of a result page.
struct PageList: Decodable {
    let data: [PageAnswer]

    private enum CodingKeys: CodingKey {
        case data
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var list = try container.nestedUnkeyedContainer(forKey: .data)
        var pages: [PageAnswer] = []
        while !list.isAtEnd {
            pages.append(
                try PageAnswer(from: list.nestedContainer(keyedBy: PageAnswer.CodingKeys.self)))
        }
        data = pages
    }
}

/// Where a result page says how to go on.
struct PageListEnd: Decodable {
    let paging: Paging?

    struct Paging: Decodable {
        let cursors: Cursors?
        let next: String?
    }

    struct Cursors: Decodable {
        let after: String?
    }
}
