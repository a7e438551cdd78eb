import Console

// Each group of options as it is when none of them is given, for QuickCommand.

extension VaultOptions {
    static var defaults: VaultOptions {
        var options = VaultOptions()
        options.location = VaultLocation()
        options.passphrase = PassphraseOptions()
        options.access = VaultAccess()
        return options
    }
}

extension OutputOptions {
    static var defaults: OutputOptions {
        var options = OutputOptions()
        options.json = false
        options.quiet = false
        return options
    }
}

extension GraphOptions {
    static var defaults: GraphOptions {
        var options = GraphOptions()
        options.version = nil
        options.url = nil
        options.certificates = nil
        return options
    }
}

extension ChangeOptions {
    static var defaults: ChangeOptions {
        var options = ChangeOptions()
        options.onChange = nil
        return options
    }
}

extension SharingOptions {
    static var defaults: SharingOptions {
        var options = SharingOptions()
        options.requireShared = false
        return options
    }
}
