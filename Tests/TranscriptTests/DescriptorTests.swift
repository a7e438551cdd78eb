import Foundation
import Support
import Testing

// The file descriptors that other programs inherit.
struct DescriptorTests {
    /// A script that lists the open descriptors of its shell, whose own descriptors start at 10.
    private static let list = """
        for number in 0 1 2 3 4 5 6 7 8 9 63; do
            [ -e /proc/$$/fd/$number ] && printf '%s ' $number
        done
        """
    private static let exec =
        "tokenvault exec --env TOKEN=\(TemporaryHome.app)"
    private let home: TemporaryHome

    init() async throws {
        home = try await TemporaryHome.withVault()
        try home.write(TemporaryHome.passphrase, to: "passphrase")
        try home.write(Self.list, to: "list")
        try FileManager.default.createSymbolicLink(
            atPath: "\(home.path)/link", withDestinationPath: "/dev/fd/3")
    }

    @Test(arguments: [
        ("--passphrase-fd 3", "3<passphrase"), ("--passphrase-fd=7", "7<passphrase"),
        ("--passphrase-fd 5", "5<&0 0</dev/null"),
        ("--passphrase-fd 9", "9<<<'\(TemporaryHome.passphrase)'"),
        ("--passphrase-file /dev/fd/3", "3<passphrase"),
        ("--passphrase-file /proc/self/fd/4", "4<passphrase"),
        ("--passphrase-file /proc/thread-self/fd/3", "3<passphrase"),
        ("--passphrase-file /dev/fd//3", "3<passphrase"),
        ("--passphrase-file /dev/../dev/fd/3", "3<passphrase"),
        ("--passphrase-file link", "3<passphrase"), ("--passphrase-fd 3", "3<passphrase 4<&3"),
        ("--passphrase-fd 3", "3<passphrase 4<passphrase"),
        ("--passphrase-file <(cat passphrase)", ""),
        ("--passphrase-command 'cat passphrase'", ""),
    ])
    func `the command that exec runs does not inherit the passphrase's descriptor`(
        _ option: String, _ redirection: String
    ) async throws {
        let run = try await home.shell(
            "cat passphrase | \(Self.exec) \(option) -- sh list \(redirection)",
            environment: TemporaryHome.locked)
        #expect(run.text == "0 1 2 ", "\(run.text)\(run.errors)")
    }

    @Test func `a socket or device that the passphrase came from still accepts output`()
        async throws
    {
        try home.write(
            """
            import socket, subprocess, sys
            own, other = socket.socketpair()
            program = subprocess.Popen(sys.argv[1:], stdin=other, stdout=other, stderr=other)
            other.close()
            own.sendall(b"\(TemporaryHome.passphrase)")
            own.shutdown(socket.SHUT_WR)
            output = b""
            while piece := own.recv(4096): output += piece
            print(program.wait(), output.decode())
            """, to: "peer.py")
        for command in ["list", "exec --env T=\(TemporaryHome.app)"] {
            let run = try await home.shell(
                "python3 peer.py tokenvault \(command) --passphrase-fd 0"
                    + (command == "list" ? "" : " -- echo hello"),
                environment: TemporaryHome.locked)
            #expect(run.text.hasPrefix("0 ") && run.text.utf8.count > 5, "\(run.text)")
        }
        let silent = try await home.shell(
            "TOKENVAULT_PASSPHRASE_FILE=/dev/null \(Self.exec) --key-file ../machine.key "
                + "-- sh -c 'echo said || touch failed' >/dev/null; ls failed",
            environment: TemporaryHome.locked)
        #expect(silent.text.isEmpty, "\(silent.errors)")
    }

    @Test func `it does not inherit the descriptor of an unused unlock method either`() async throws
    {
        for name in ["TOKENVAULT_PASSPHRASE_FILE", "TOKENVAULT_KEY_FILE"] {
            let run = try await home.shell(
                "\(name)=/dev/fd/3 \(Self.exec) --key-file ../machine.key -- sh list 3<passphrase",
                environment: TemporaryHome.locked)
            #expect(run.text == "0 1 2 ", "\(run.text)\(run.errors)")
        }
    }

    @Test(arguments: [
        "/dev/fd/3", "/proc/self/fd/3", "/proc/thread-self/fd/3", "//dev/fd/3", "link",
    ])
    func `a descriptor that is not open never leads to the vault itself`(_ path: String)
        async throws
    {
        for option in ["--passphrase-file", "--key-file"] {
            let run = try await home.shell(
                "tokenvault list \(option) \(path)", environment: TemporaryHome.locked)
            #expect(run.status == 77 && run.hasFailedProperly, "\(run.errors)")
            #expect(
                run.errors.contains("is the vault itself") || run.errors.contains("cannot read"),
                "\(run.errors)")
        }
    }

    @Test(arguments: ["--passphrase-fd 0", "--passphrase-file /dev/stdin"])
    func `a passphrase on standard input cannot be read again`(
        _ option: String
    ) async throws {
        let run = try await home.shell(
            "\(Self.exec) \(option) -- sh -c 'cat /proc/self/fd/0; cat; echo end' <passphrase",
            environment: TemporaryHome.locked)
        #expect(run.status == 0 && run.text == "end\n", "\(run.text)\(run.errors)")
    }

    @Test func `a terminal that the passphrase came from stays open for the command`() async throws
    {
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "\(Self.exec) --passphrase-fd 0 -- sh -c 'test -t 0 && echo terminal'",
            environment: TemporaryHome.locked,
            RunningProgram.Streams(terminal: terminal, inputIsTerminal: true))
        try await terminal.type("\(TemporaryHome.passphrase)\n\(PseudoTerminal.controlD)")
        let run = try await program.finish()
        #expect(run.status == 0 && run.text == "terminal\n", "\(run.errors)")
    }

    @Test func `the command that exec runs inherits what the caller opened for it`() async throws {
        try home.write("FAKE input", to: "input")
        let run = try await home.shell(
            "\(Self.exec) --passphrase-fd 3 -- sh -c 'cat <&4; echo FAKE output >&5; . ./list' "
                + "3<passphrase 4<input 5>output",
            environment: TemporaryHome.locked)
        #expect(run.text == "FAKE input0 1 2 4 5 ", "\(run.text)\(run.errors)")
        #expect(try home.contents("output") == Data("FAKE output\n".utf8))
    }

    @Test(arguments: ["", "2>&-", "<&- 2>&-"])
    func `none of the program's own descriptors are left open`(_ closed: String) async throws {
        let own = try await home.shell("sh -c '. ./list >list.env' \(closed)")
        let run = try await home.shell(
            "\(Self.exec) -- sh -c '. ./list >list.exec' \(closed); cat list.env list.exec")
        let lists = [try home.contents("list.env"), try home.contents("list.exec")]
        #expect(lists[0] == lists[1] && !lists[0].isEmpty, "\(own.errors)\(run.text)\(run.errors)")
    }

    @Test(arguments: ["", "2>&-"])
    func `a passphrase command inherits only the standard streams`(_ closed: String) async throws {
        let command = "cat passphrase; . ./list >found; readlink /proc/$$/fd/0 >>found"
        let run = try await home.shell(
            """
            echo EAAFAKEpage1 | tokenvault add page:1 --passphrase-command '\(command)' \
                3<list 4>output 9<list \(closed)
            """,
            environment: TemporaryHome.locked)
        #expect(run.status == 0, "\(run.errors)")
        let found = String(decoding: try home.contents("found"), as: UTF8.self)
        #expect(found == "0 1 2 /dev/null\n", "\(found)")
    }

    @Test func `the browser inherits only the standard streams`() async throws {
        try home.write(
            "#!/bin/sh\n. ./list >found.new\nmv found.new found\n", to: "browser", mode: 0o700)
        let run = try await home.shell(
            "tokenvault login --for 3s --redirect-uri http://localhost:\(LoopbackPort.free())/ "
                + "3<list 9<list; until [ -e found ]; do sleep 0.1; done",
            environment: ["BROWSER": "./browser"])
        #expect(run.errors.contains("log in at this address"), "\(run.errors)")
        let found = String(decoding: try home.contents("found"), as: UTF8.self)
        #expect(found == "0 1 2 ", "\(found)")
    }

    /// The program would otherwise open the vault under that number and read the passphrase from it.
    @Test(arguments: [
        "list --passphrase-fd 3", "list --passphrase-fd=4",
        "get \(TemporaryHome.app) --passphrase-fd 5",
        "check --passphrase-fd 6", "pages --passphrase-fd 7", "key add a a.key --passphrase-fd 8",
        "passphrase --passphrase-file passphrase --new-passphrase-fd 3",
        "passphrase --passphrase-fd 3 --new-passphrase-fd 4 4<passphrase",
        "init --vault new --passphrase-fd 3", "list --passphrase-fd 0 <&-",
        "exec --env TOKEN=\(TemporaryHome.app) --passphrase-fd 3 -- echo 3",
        "list --vault nowhere --passphrase-fd 3",
    ])
    func `a descriptor that the caller did not open is refused before anything is opened`(
        _ command: String
    ) async throws {
        let before = try home.contents("vault")
        let run = try await home.shell("tokenvault \(command)", environment: TemporaryHome.locked)
        #expect(run.status == 77 && run.hasFailedProperly, "\(run.text)\(run.errors)")
        #expect(run.errors.contains(" is not open; open it with "), "\(run.errors)")
        #expect(try home.contents("vault") == before)
    }
}
