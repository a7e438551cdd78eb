/// The professional Instagram account that is linked to a page.
public struct InstagramAccount: Equatable, Sendable {
    /// The ID of the account.
    public let id: String
    /// The username, if Graph returned it; untrusted text.
    public fileprivate(set) var username: String?

    fileprivate enum CodingKeys: CodingKey {
        case id
        case username
    }
}

/// What a response says about the Instagram account of a page.
public enum LinkedInstagram: Equatable, Sendable {
    /// This account is linked to the page.
    case account(InstagramAccount)
    /// Graph returned no account.
    ///
    /// It leaves out the key if no professional account is linked, if the token lacks the scope
    /// `instagram_basic`, or if the user's tasks are not sufficient, and does not say which.
    case absent
    /// The account was not requested, or cannot be decoded.
    case unknown
}

extension LinkedInstagram {
    /// Decodes the account in a page; one without a valid ID counts as unknown.
    init<Key>(
        in page: KeyedDecodingContainer<Key>, at key: Key, isRepaired: Bool
    ) throws(BrokenText) {
        guard page.contains(key), (try? page.decodeNil(forKey: key)) != true else {
            self = .absent
            return
        }
        let container = try? page.nestedContainer(
            keyedBy: InstagramAccount.CodingKeys.self, forKey: key)
        guard let container,
            let id = try? container.decode(Lenient<String>.self, forKey: .id).value,
            GraphID.isID(id)
        else {
            self = .unknown
            return
        }
        let username = try container.text(forKey: .username, isRepaired: isRepaired)
        let isEmpty = username?.isEmpty != false
        self = .account(InstagramAccount(id: id, username: isEmpty ? nil : username?.cappedName))
    }

    /// Returns what this means in an answer to `request`, with its secrets redacted by `names`.
    func answer(to request: GraphRequest, _ names: NameRedactor) -> LinkedInstagram {
        switch self {
        case .account(var account):
            account.username = account.username.map(names.redacted)
            return .account(account)
        case .absent: return PageFields.haveInstagram(request) ? .absent : .unknown
        case .unknown: return .unknown
        }
    }
}

/// The fields of pages that are requested.
enum PageFields {
    private static let instagram = ",instagram_business_account{id,username}"

    /// Returns the fields of the pages in a list.
    static func list(withInstagram: Bool) -> String {
        "id,name,category,tasks,access_token" + (withInstagram ? instagram : "")
    }

    /// Returns the fields of a single page, which does not have `tasks`.
    static func single(withInstagram: Bool) -> String {
        "id,name,category,access_token" + (withInstagram ? instagram : "")
    }

    /// Returns whether `request` is for the Instagram accounts, too.
    static func haveInstagram(_ request: GraphRequest) -> Bool {
        request.parameters.contains { name, value in
            guard name == "fields", case .text(let fields) = value else { return false }
            return fields.hasSuffix(instagram)
        }
    }
}

extension GraphError {
    /// Whether Graph refuses to return Instagram accounts, and may still return the page tokens.
    ///
    /// This has not been seen, but tokens must not depend on a field that is only nice to have.
    var refusesInstagram: Bool {
        guard case .refused(let refusal) = self,
            [.permission, .request].contains(refusal.classification)
        else { return false }
        return refusal.message.lowercased().contains("instagram")
    }
}
