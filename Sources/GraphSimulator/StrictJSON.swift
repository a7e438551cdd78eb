import FoundationEssentials

/// An error in a state, a fault or an admin call; the message contains its location.
public struct StateError: Error, Equatable, CustomStringConvertible {
    /// The message, on one line.
    public var description: String

    /// Creates an error with a message.
    public init(description: String) { self.description = description }
}

/// A JSON decoder whose errors are messages on one line with the location.
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
                description: "'\(key.stringValue)' is missing\(location(context.codingPath))")
        } catch DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context)
        {
            throw StateError(description: "value of the wrong type\(location(context.codingPath))")
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw StateError(description: "unknown value\(location(context.codingPath))")
        } catch {
            throw StateError(description: "invalid JSON")
        }
    }

    private static func location(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "" }
        return " at "
            + path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().drop {
                $0 == "."
            }
    }
}
