import Foundation
import Testing

// A static program loads no library to look up a host, whatever is configured.
struct HostLookupTests {
    /// A name service library that creates a file when it is loaded.
    private static let library = """
        #include <fcntl.h>
        #include <unistd.h>
        __attribute__((constructor)) static void loaded(void) {
            close(open("loaded", O_CREAT | O_WRONLY, 0600));
        }
        """

    @Test(arguments: [
        "hosts: fake files dns", "hosts: mdns4_minimal [NOTFOUND=return] fake",
        "hosts: files fake\nservices: fake files\npasswd: fake files\n",
    ])
    func `nsswitch.conf and LD_LIBRARY_PATH load nothing into the process`(
        configuration: String
    ) async throws {
        let home = try await TemporaryHome.withVault()
        try home.write(Self.library, to: "fake.c")
        try home.write(configuration + "\n", to: "nsswitch.conf")
        let run = try await home.shell(
            """
            mkdir libraries
            for name in fake mdns4_minimal files dns; do
                gcc -shared -o libraries/libnss_$name.so.2 fake.c || exit 98
            done
            exec unshare --user --map-root-user --mount bash -c '
                mount --bind nsswitch.conf /etc/nsswitch.conf || exit 99
                # getent loads one of these, which creates the file: the trap works.
                LD_LIBRARY_PATH=$PWD/libraries getent hosts graph.example.invalid
                test -e loaded || exit 97
                rm loaded
                for host in graph.example.invalid localhost; do
                    echo EAAFAKEshort0001 | LD_LIBRARY_PATH=$PWD/libraries \\
                        strace -f -qq -o trace -e trace=open,openat \\
                        tokenvault exchange --graph-url https://$host:1 >/dev/null
                    echo $?
                    grep -E "nss_|\\.so" trace
                done
                test ! -e loaded'
            """)
        #expect(run.status == 0, "\(run.status) \(run.errors)")
        #expect(run.lines == ["69", "69"], "\(run.text)")
        #expect(run.errors.contains("unknown host name"), "\(run.errors)")
    }

    @Test func `plain HTTP to localhost stays on this machine, whatever /etc/hosts says`()
        async throws
    {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withVault()
        let port = try #require(URL(string: graph.url)?.port)
        let run = try await home.shell(
            """
            exec unshare --user --map-root-user --mount bash -c '
                echo "10.255.255.1 localhost" >hosts
                mount --bind hosts /etc/hosts || exit 99
                echo EAAFAKEshort0001 | \
                    tokenvault exchange --graph-url http://localhost:\(port)'
            """)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func `/etc/hosts is read, even if nsswitch.conf leaves it out`() async throws {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withVault()
        let run = try await home.shell(
            """
            exec unshare --user --map-root-user --mount bash -c '
                echo "hosts: mdns4_minimal" >nsswitch.conf
                echo "127.0.0.1 graph.example.invalid" >hosts
                mount --bind nsswitch.conf /etc/nsswitch.conf && mount --bind hosts /etc/hosts || exit 99
                tokenvault doctor --graph-url https://graph.example.invalid:1'
            """, environment: ["TOKENVAULT_GRAPH_URL": graph.url])
        // The host is found, but nothing listens there.
        #expect(
            run.text.contains("cannot reach graph.example.invalid:1: no connection"), "\(run.text)")
    }
}
