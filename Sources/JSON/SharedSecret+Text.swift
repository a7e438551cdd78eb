public import Sodium

extension SharedSecret {
    /// The content in ordinary memory: of what has turned out to be a name or a number, or for a document
    /// that shows it.
    public var plainText: String {
        withBytes { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }
}
