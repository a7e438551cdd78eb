import Entries
package import Platform

extension SessionKeyring.Refused: Message {
    package enum ID: String, MessageID {
        case quota = "keyring-quota"
        case refused = "keyring-refused"
    }

    package var failure: Failure {
        let hint: CommandText = "tokenvault help key add"
        guard isQuota else {
            return Failure(
                ID.refused, .inputOutput,
                "the kernel does not store keys for this process (\(Reason(reason))), as in many "
                    + "containers; use a machine key instead",
                hint: hint)
        }
        let settings = SessionKeyring.quotaSettings.map(OptionName.init)
        return Failure(
            ID.quota, .inputOutput,
            "this user's kernel key quota is used up; raise \(settings[0]) and \(settings[1]) "
                + "with sysctl, or use a machine key",
            hint: hint)
    }

    package static var samples: [Self] { [Self(code: 122), Self(code: 1)] }
}
