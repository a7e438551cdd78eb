public import Sodium

extension SharedSecret {
    /// The content in ordinary memory.
    ///
    /// For what turned out to be a name or a number, or for a document that shows the secret.
    public var plainText: String {
        withBytes { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }
}
