import Platform
package import Vault

extension Failure {
    /// The words for what can be wrong with a vault.
    package init(_ error: VaultError) {
        switch error {
        case .missing(let path):
            self.init(.missing, "no vault at \(shown(path))", hint: "tokenvault init")
        case .missingTarget(let path, let link):
            self.init(
                .missing,
                "no vault at \(shown(path)): \(shown(link.path)) is a symbolic link to "
                    + "\(shown(link.target)), which does not exist",
                hint: Self.initHint(link))
        case .linkExists(let link):
            self.init(
                .exists,
                "\(shown(link.path)) is a symbolic link to \(shown(link.target)), which does not exist; "
                    + "it was left as it is",
                hint: Self.initHint(link))
        case .exists(let path):
            self.init(
                .exists, "there is a file at \(shown(path)) already; it was left as it is",
                hint: "tokenvault status")
        case .damaged(let damage):
            self.init(.damaged, Self.words(for: damage))
        case .wrongPassphrase:
            self.init(.locked, "the passphrase does not open the vault")
        case .wrongMachineKey(let refusal):
            self.init(
                .locked, Self.words(for: refusal),
                hint: refusal == .forgedSlot ? nil : "tokenvault help key add")
        case .wrongDataKey:
            self.init(
                .locked, "the session's key does not open the vault", hint: "tokenvault unlock")
        case .changedMeanwhile:
            self.init(
                .tryLater,
                "another process changed the vault meanwhile; nothing was saved: run the command again"
            )
        case .rolledBack(let rollback):
            self.init(
                .damaged, RollbackWords.refusal(rollback),
                hint: "tokenvault verify --accept-rollback")
        case .unusableMark(let path, let fault):
            self.init(
                .damaged,
                "cannot tell whether the vault is older than one seen here before: "
                    + "\(RollbackWords.fault(fault, at: path)); if the vault is the newest, add "
                    + "--accept-rollback",
                hint: RollbackWords.remedy(forMarkAt: path))
        case .exhausted:
            self.init(
                .damaged, "the vault has been saved as often as its format can count",
                hint: "tokenvault passphrase")
        case .busy:
            self.init(.tryLater, "another process holds the vault's lock")
        case .noEntry(let reference):
            self.init(.missing, "no entry \(reference)", hint: "tokenvault list")
        case .entryExists(let reference):
            self.init(
                .exists, "there is an entry \(reference) already",
                hint: "tokenvault add \(reference) --replace")
        case .outOfMemory(let kib):
            self.init(
                .inputOutput,
                "not enough memory: the passphrase needs \(kib / 1024) MiB to be checked")
        case .unusableSecret(let fault):
            self = Self.unusable(fault)
        case .changedTwice(let reference):
            self.init(.internalFault, "two changes of \(reference) at once; nothing was saved")
        case .metadataTooLarge(let reference):
            self.init(.usage, "more than 64 KiB to be kept beside the secret of \(reference)")
        }
    }

    /// Makes the vault where a link leads.
    private static func initHint(_ link: BrokenLink) -> String? {
        ShellWord.quoted(link.destination).map { "tokenvault init --vault \($0)" }
    }

    /// The words for a secret that cannot be stored.
    package static func unusable(_ fault: SecretFault) -> Failure {
        switch fault {
        case .empty:
            .usage("the secret is empty")
        case .tooLong:
            .usage("the secret is longer than 64 KiB")
        case .whiteSpace(let offset):
            .usage(
                "white space in the secret, at character \(offset + 1): copy it again, "
                    + "without spaces or line breaks")
        case .unprintable(let offset):
            .usage("byte \(offset + 1) of the secret is no printable ASCII: copy it again")
        }
    }

    private static func words(for damage: Damage) -> String {
        switch damage {
        case .notAVault: "the file is not a vault"
        case .headerLine(let line): "the vault is damaged: header line \(line)"
        case .headerSize: "the vault is damaged: its header has no end"
        case .passphraseCost:
            "the vault asks for a passphrase cost outside of the limits; it was not tried"
        case .headerMAC: "the vault is damaged: its header was altered"
        case .machineSlot: "the vault is damaged: the machine key's slot is not of this state"
        case .chunk(let index): "the vault is damaged: part \(index + 1) was altered or cut"
        case .payloadSize: "the vault is damaged: it was cut"
        case .record(let fault): "the vault is damaged: \(words(for: fault))"
        }
    }

    private static func words(for fault: RecordFault) -> String {
        switch fault {
        case .shape: "a record has no end"
        case .reference: "a record's name is none"
        case .secret: "a record's secret is none"
        case .metadata: "a record's metadata is none"
        case .order: "its records are out of order"
        }
    }

    private static func words(for refusal: MachineKeyRefusal) -> String {
        switch refusal {
        case .malformedKeyFile: "the key file does not hold a machine key"
        case .otherVault:
            "the machine key does not belong to this vault, or was made before its keys were reissued"
        case .noSlot: "the vault has no slot for this machine key: it was removed"
        case .forgedSlot: "the machine key's slot was not made by this vault"
        }
    }
}
