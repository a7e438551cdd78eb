import ArgumentParser
import Foundation
import GraphSimulator

@main
struct SimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph-simulator",
        abstract: "Serve simulated Graph, Instagram and Threads APIs on this machine.",
        discussion: """
            Prints its address as the only line on stdout once it accepts connections, and exits \
            with status 0 on SIGTERM or SIGINT.

            The address is the base URL of the Graph API and of Facebook's login dialog. For \
            Instagram and Threads, the base URL of both the API and the dialog is the address \
            followed by /instagram or /threads. With --platform, the address is the base URL of \
            that platform alone.
            """)

    @Option(help: "The port to listen on; 0 selects a free port.")
    var port = 0

    @Option(help: "The platform at the address: facebook, instagram or threads.")
    var platform = SimulatedPlatform.facebook.rawValue

    @Option(help: ArgumentHelp("The state of the simulated Graph API, as JSON.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("Serve HTTPS with this certificate chain.", valueName: "pem"))
    var certificate: String?

    @Option(help: ArgumentHelp("The private key of the certificate.", valueName: "pem"))
    var privateKey: String?

    @Option(
        help: ArgumentHelp("The start time of the simulated clock.", valueName: "rfc3339"))
    var at: String?

    func run() async throws {
        guard (0...65535).contains(port) else {
            throw fail(64, "invalid port \(port); use a number from 0 to 65535")
        }
        guard let platform = SimulatedPlatform(rawValue: platform) else {
            throw fail(64, "invalid platform; use facebook, instagram or threads")
        }
        guard (certificate == nil) == (privateKey == nil) else {
            throw fail(64, "--certificate and --private-key must be used together")
        }
        // Handle signals before printing the address, so that its reader can stop the process.
        let signals = await StopSignals()
        let server = try await start(simulation(), platform)
        do {
            try FileHandle.standardOutput.write(contentsOf: Data("\(server.baseURL)\n".utf8))
        } catch {
            throw fail(74, "cannot write to standard output")
        }
        await signals.first()
        await server.stop()
    }

    private func simulation() throws -> Simulation {
        var clock = SimulatedClock.real
        if let at {
            guard let start = GraphTime.rfc3339(at) else {
                throw fail(64, "'\(at)' is not a valid RFC 3339 time")
            }
            clock = .running(from: start)
        }
        var json = Simulation.sampleState
        if let state {
            guard let file = FileHandle(forReadingAtPath: state),
                let data = try? file.readToEnd() ?? Data()
            else { throw fail(66, "cannot read the state file '\(state)'") }
            json = String(decoding: data, as: UTF8.self)
        }
        do throws(StateError) {
            return try Simulation(state: json, clock: clock)
        } catch {
            throw fail(64, "the state file is not valid: \(error)")
        }
    }

    private func start(
        _ simulation: Simulation, _ platform: SimulatedPlatform
    ) async throws -> SimulatorServer {
        let tls = certificate.flatMap { certificate in
            privateKey.map { SimulatorServer.TLSFiles(certificate: certificate, privateKey: $0) }
        }
        do throws(SimulatorServer.StartError) {
            return try await SimulatorServer(
                simulation, port: port, tls: tls, platform: platform)
        } catch {
            switch error {
            case .certificate: throw fail(66, "cannot use the certificate and its key")
            case .port(let port): throw fail(69, "cannot listen on port \(port)")
            }
        }
    }

    private func fail(_ status: Int32, _ message: String) -> ExitCode {
        FileHandle.standardError.write(Data("graph-simulator: error: \(message)\n".utf8))
        return ExitCode(status)
    }
}
