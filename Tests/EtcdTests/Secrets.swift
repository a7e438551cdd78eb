import Sodium

func secret(_ text: String) -> SharedSecret {
    SharedSecret(Secret(copying: Array(text.utf8).span))
}

func text(of secret: SharedSecret) -> String {
    secret.withBytes { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
