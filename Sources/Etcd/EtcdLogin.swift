package import Sodium

/// The name and password of a user of etcd.
package struct EtcdLogin: Sendable {
    /// The name of the user.
    package let user: String
    let password: SharedSecret

    /// The maximum size of a password file in bytes.
    package static let passwordFileLimit = 1_024
    /// The maximum length of a name in bytes.
    package static let userLimit = 256

    /// The reason why a name or password cannot be used.
    package enum Problem: Error, Equatable, CaseIterable, Sendable {
        /// The name is empty, too long or contains a control character.
        case user
        /// The password file is empty.
        case emptyPassword
        /// The password file has several lines, a control character or text that is not UTF-8.
        case password
        /// The password file is larger than `passwordFileLimit`.
        case tooLong
    }

    /// Creates a login with the password in a file of this content.
    ///
    /// A line break at the end is not part of the password.
    package init(user: String, passwordFile content: SharedSecret) throws(Problem) {
        guard Self.isUserName(user) else { throw .user }
        guard content.count <= Self.passwordFileLimit else { throw .tooLong }
        let password = SharedSecret(content.duplicate().withoutLineBreak())
        guard password.count > 0 else { throw .emptyPassword }
        let isText = password.withBytes { bytes in
            (try? UTF8Span(validating: bytes)) != nil
                && bytes.indices.allSatisfy { bytes[$0] >= 0x20 && bytes[$0] != 0x7F }
        }
        guard isText else { throw .password }
        self.user = user
        self.password = password
    }

    /// Returns whether etcd and a line of JSON can contain this name.
    static func isUserName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= userLimit
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
