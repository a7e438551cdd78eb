/// Writes the JSON object of metadata: on one line, nothing escaped that need not be.
struct JSONText {
    private var text: [UInt8]

    /// An object without members so far.
    init() {
        text = []
        text.reserveCapacity(512)
        text.append(UInt8(ascii: "{"))
    }

    /// The whole object.
    consuming func object() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// Adds a member unless there is no value; in each of these.
    mutating func add(_ key: String, _ value: String?) {
        guard let value else { return }
        begin(key)
        add(value)
    }

    mutating func add(_ key: String, _ moment: Timestamp?) {
        guard let moment else { return }
        begin(key)
        text.append(UInt8(ascii: "\""))
        let characters = moment.characters
        for index in characters.indices { text.append(characters[index]) }
        text.append(UInt8(ascii: "\""))
    }

    mutating func add(_ key: String, _ expiry: Expiry) {
        switch expiry {
        case .unknown: break
        case .never: add(key, expiry.text)
        case .at(let moment): add(key, moment)
        }
    }

    mutating func add(_ key: String, _ values: [String]?) {
        guard let values else { return }
        begin(key)
        text.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            add(value)
        }
        text.append(UInt8(ascii: "]"))
    }

    mutating func add(_ key: String, _ value: Bool?) {
        guard let value else { return }
        begin(key)
        text += Array(value.description.utf8)
    }

    /// Adds a member whose value is written already.
    mutating func add(_ key: String, written value: [UInt8]) {
        begin(key)
        text += value
    }

    private mutating func begin(_ key: String) {
        if text.count > 1 { text.append(UInt8(ascii: ",")) }
        add(key)
        text.append(UInt8(ascii: ":"))
    }

    private mutating func add(_ value: String) {
        text.append(UInt8(ascii: "\""))
        let characters = value.utf8.span
        if characters.indices.allSatisfy({ Self.standsForItself(characters[$0]) }) {
            text.append(contentsOf: value.utf8)
        } else {
            for index in characters.indices { add(characters[index]) }
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func add(_ character: UInt8) {
        if Self.standsForItself(character) {
            text.append(character)
        } else if character < 0x20 {
            let digits = Array("0123456789abcdef".utf8)
            text += Array("\\u00".utf8)
            text += [digits[Int(character >> 4)], digits[Int(character & 15)]]
        } else {
            text += [UInt8(ascii: "\\"), character]
        }
    }

    /// Not so the quotation mark, the backslash and what is below 0x20.
    private static func standsForItself(_ character: UInt8) -> Bool {
        character >= 0x20 && character != UInt8(ascii: "\"") && character != UInt8(ascii: "\\")
    }
}
