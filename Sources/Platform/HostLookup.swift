internal import CPlatform

/// How host names are resolved.
public enum HostLookup {
    /// Limits lookups to /etc/hosts and DNS, so that none of them loads a library; call this before
    /// the first lookup.
    public static func useFilesAndDNSOnly() {
        tokenvault_limit_host_lookup()
    }
}
