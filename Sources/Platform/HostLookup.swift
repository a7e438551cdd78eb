internal import CPlatform

/// How the names of hosts become addresses.
public enum HostLookup {
    /// Limits look-ups to /etc/hosts and DNS, so that none of them loads a library; call it before the
    /// first one.
    public static func useFilesAndDNSOnly() {
        tokenvault_limit_host_lookup()
    }
}
