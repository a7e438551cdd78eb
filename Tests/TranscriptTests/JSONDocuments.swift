/// An entry in the JSON of `list`, `show` and other commands.
struct EntryDocument: Decodable {
    let ref: String
    let status: String
    let name: String?
    let expiresAt: String?
    let dataAccessExpiresAt: String?
    let app: String?
    let user: String?
    let scopes: [String]?
    let instagramId: String?
    let instagramUsername: String?
}

/// The JSON of `check`.
struct CheckDocument: Decodable {
    struct Line: Decodable {
        let ref: String
        let status: String
        let reason: String?
        let advice: String?
        let checkedAt: String?
    }
    struct Version: Decodable, Equatable {
        let api: String
        let version: String
        let ends: String?
    }
    let status: String
    let versions: [Version]
    let entries: [Line]

    /// Returns the line for an entry.
    func line(_ ref: String) -> Line? { entries.first { $0.ref == ref } }
}

/// A token in the JSON of `refresh`.
struct RefreshDocument: Decodable {
    let ref: String
    let result: String
    let message: String?
    let hint: String?
    let pages: Int
}

/// An error in JSON.
struct ErrorDocument: Decodable {
    struct Envelope: Decodable {
        let error: ErrorDocument
    }

    let kind: String
    let message: String
    let exit: Int32
    let code: Int?
    let subcode: Int?
    let type: String?
    let errorUserMsg: String?
    let errorUserTitle: String?
    let fbtraceId: String?
    let httpStatus: Int?
}
