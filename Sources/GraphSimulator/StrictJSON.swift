import FoundationEssentials

/// Why a state, a fault or an admin call could not be used; the message names the place.
public struct StateError: Error, Equatable, CustomStringConvertible {
    /// One line for people.
    public var description: String

    /// An error with its line.
    public init(description: String) { self.description = description }
}

/// Reads JSON, and says in one line where it went wrong.
enum StrictJSON {
    static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Sequence<UInt8>
    ) throws(StateError) -> Value {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: Data(bytes))
        } catch DecodingError.keyNotFound(let key, let context) {
            throw StateError(
                description: "'\(key.stringValue)' is missing\(place(context.codingPath))")
        } catch DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context)
        {
            throw StateError(description: "wrong kind of value\(place(context.codingPath))")
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw StateError(description: "unknown value\(place(context.codingPath))")
        } catch {
            throw StateError(description: "not JSON")
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "" }
        return " at "
            + path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().drop {
                $0 == "."
            }
    }
}
