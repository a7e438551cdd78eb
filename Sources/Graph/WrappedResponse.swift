/// An object that Instagram and Threads send as it is, or wrapped as `{"data":[…]}`.
///
/// Meta's documents show one form, and its servers send the other.
struct WrappedResponse<Value: Decodable>: Decodable {
    let value: Value

    private enum CodingKeys: CodingKey {
        case data
    }

    init(from decoder: any Decoder) throws {
        guard let container = try? decoder.container(keyedBy: CodingKeys.self),
            container.contains(.data), (try? container.decodeNil(forKey: .data)) != true
        else {
            value = try Value(from: decoder)
            return
        }
        if var list = try? container.nestedUnkeyedContainer(forKey: .data) {
            value = list.isAtEnd ? try Value(from: decoder) : try list.decode(Value.self)
        } else {
            value = try container.decode(Value.self, forKey: .data)
        }
    }
}
