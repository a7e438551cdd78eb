import Foundation
import Testing

// The files and streams of `inject` and `verify-webhook`.
struct InjectFileTests {
    private let home: TemporaryHome

    init() async throws {
        home = try await TemporaryHome.withVault()
        try home.write("secret={{ \(TemporaryHome.app) }}\n", to: "template")
    }

    private static let filled = "secret=\(TemporaryHome.appSecret)\n"

    @Test func `a file is replaced, with its mode but nothing for others`() async throws {
        let run = try await home.shell(
            """
            umask 000
            tokenvault inject -i template -o new && stat -c %a new
            : >old; chmod 664 old; ln -s old link
            tokenvault inject <template -o link && stat -c %a old; test -L link && cat old
            ls -A | grep saving
            """)
        #expect(run.text == "600\n660\n\(Self.filled)", "\(run.errors)")
    }

    @Test(arguments: [
        ("mkfifo out", "out"), ("mkdir out", "out"), ("ln -s nowhere out", "out"),
        ("ln -s /dev/null out", "out"), ("ln -s . out", "out"), ("", "no/out"),
        ("mkdir out; chmod 500 out", "out/"),
    ])
    func `anything but a regular file has status 74, and stays as it is`(
        _ preparation: String, _ output: String
    ) async throws {
        let run = try await home.shell(
            """
            \(preparation)
            tokenvault get \(TemporaryHome.app) >/dev/null
            ls -lA --time-style=+ >../before
            timeout 20 tokenvault inject -i template -o \(output); status=$?
            ls -lA --time-style=+ | diff ../before - && exit $status
            """)
        #expect(run.status == 74 && run.hasFailedProperly, "\(run.text)\(run.errors)")
    }

    @Test(arguments: [
        ("missing", 74), (".", 74), ("/dev/zero", 74), ("pipe", 74), ("sparse", 64),
    ])
    func `a template that is not a regular file or too large is refused`(
        _ input: String, _ status: Int
    ) async throws {
        let run = try await home.shell(
            "mkfifo pipe; truncate -s 100G sparse; timeout 20 tokenvault inject -i \(input)")
        #expect(run.status == Int32(status) && run.hasFailedProperly, "\(run.errors)")
    }

    @Test func `endless input ends with an error`() async throws {
        let run = try await home.shell("timeout 20 tokenvault inject </dev/zero")
        #expect(run.status == 64 && run.hasFailedProperly, "\(run.errors)")
    }

    @Test(arguments: ["\0", "{{ \(TemporaryHome.app) }} {{ page:9 }}"])
    func `if it fails, neither output nor file has anything new`(
        _ template: String
    ) async throws {
        try home.write(template + "\n{{ page:9 }}", to: "template")
        let run = try await home.shell(
            """
            echo old >out
            tokenvault inject -i template -o out; echo $?
            tokenvault inject -i template; echo $?
            tokenvault inject -i template -o new; echo $?
            cat out; ls -A | grep -E 'new|saving'
            """)
        #expect(run.lines == ["66", "66", "66", "old"], "\(run.errors)")
    }

    @Test func `if the disk is full, the old file stays and nothing else`() async throws {
        let run = try await home.shell(
            """
            trap '' XFSZ
            echo old >out
            (ulimit -f 0; exec tokenvault inject -i template -o out 2>&1) | cat >err
            cat out; grep -c 'error: cannot write' err; ls -A | grep saving
            """)
        #expect(run.lines == ["old", "1"], "\(run.text)\(run.errors)")
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"),
            "strace is not installed"))
    func `a killed process leaves the old file, and the next one removes the rest`()
        async throws
    {
        let run = try await home.shell(
            """
            tokenvault get \(TemporaryHome.app) >/dev/null
            echo old >out
            for call in fsync rename; do
                strace -qq -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when=1 \
                    tokenvault inject -i template -o out
                echo $?; cat out
            done 2>/dev/null
            tokenvault inject -i template -o out && cat out
            ls -A | grep saving
            """)
        // The second signal comes when the rename is done or not, depending on the kernel.
        #expect(Array(run.lines.prefix(3)) == ["137", "old", "137"], "\(run.text)\(run.errors)")
        #expect(["old", Self.filled.dropLast() + ""].contains(run.lines.dropFirst(3).first))
        #expect(run.lines.last == Self.filled.dropLast() + "" && run.lines.count == 5)
    }

    @Test func `several processes that write one file leave it complete`() async throws {
        try home.write(
            String(repeating: "{{ \(TemporaryHome.app) }}\n", count: 20_000), to: "template")
        let run = try await home.shell(
            """
            for i in 1 2 3 4 5 6; do tokenvault inject -i template -o out & done
            for job in $(jobs -p); do wait $job || echo failed; done
            wc -l <out; sort -u out; ls -A | grep saving
            """)
        #expect(run.lines == ["20000", TemporaryHome.appSecret], "\(run.text)\(run.errors)")
    }

    /// Signs `body`, a file, as Meta does, and leaves the header in `$signature`.
    private static let sign =
        "signature=sha256=$(openssl dgst -sha256 -hmac \(TemporaryHome.appSecret) -r body | cut -c1-64)"

    @Test(arguments: [
        ("printf '{}' >body", 0), ("head -c 5000000 /dev/urandom >body", 0), (": >body", 0),
        ("truncate -s 65M body", 2),
    ])
    func `a body of any size is verified, as it arrives`(
        _ preparation: String, _ status: Int
    ) async throws {
        let run = try await home.shell(
            """
            \(preparation)
            \(Self.sign)
            cat body | tokenvault verify-webhook --signature "$signature"; echo $?
            (cat body; printf x) | tokenvault verify-webhook --signature "$signature" -q; echo $?
            """)
        #expect(run.lines == ["\(status)", "2"], "\(run.text)\(run.errors)")
    }

    @Test func `whatever the header says, it is not an option`() async throws {
        let run = try await home.shell(
            """
            for header in '' -- --help -h --version --signature sha1=00 $(printf '\\377') '*'; do
                echo | tokenvault verify-webhook --no-input --signature "$header" >>out; echo $?
                echo | tokenvault verify-webhook --signature="$header" --no-input >>out; echo $?
            done
            cat out
            """)
        #expect(run.lines == Array(repeating: "2", count: 18), "\(run.text)\(run.errors)")
    }
}
