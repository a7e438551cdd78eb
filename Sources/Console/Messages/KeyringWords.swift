package import Platform

extension SessionKeyring.Refused {
    /// The words for why no session can be kept.
    package var failure: Failure {
        let hint = "tokenvault help key add"
        if isQuota {
            let settings = SessionKeyring.quotaSettings.joined(separator: " and ")
            return Failure(
                .inputOutput,
                "the kernel's quota of keys for this user is used up: raise \(settings) with sysctl, "
                    + "or use a machine key", hint: hint)
        }
        return Failure(
            .inputOutput,
            "the kernel keeps no keys for this process (\(reason)), as in many containers: use a "
                + "machine key instead", hint: hint)
    }
}
