import ArgumentParser
import Foundation
import GraphSimulator
import UnixSignals

@main
struct SimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph-simulator",
        abstract: "Serve a simulated Graph API on this machine.",
        discussion: """
            Prints its address as the one line on stdout once it accepts connections, \
            and ends with exit status 0 on SIGTERM or SIGINT.
            """)

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 0

    @Option(help: ArgumentHelp("What the simulated Graph knows, as JSON.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("Serve HTTPS with this certificate chain.", valueName: "pem"))
    var certificate: String?

    @Option(help: ArgumentHelp("The certificate's private key.", valueName: "pem"))
    var privateKey: String?

    @Option(help: ArgumentHelp("Let the simulated clock start here.", valueName: "rfc3339"))
    var at: String?

    func run() async throws {
        guard (0...65535).contains(port) else { throw fail(64, "there is no port \(port)") }
        guard (certificate == nil) == (privateKey == nil) else {
            throw fail(64, "--certificate and --private-key go together")
        }
        // Trapped before anything is printed, so that whoever reads the address may end the process.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let server = try await start(simulation())
        FileHandle.standardOutput.write(Data("\(server.baseURL)\n".utf8))
        for await _ in signals { break }
        await server.stop()
    }

    private func simulation() throws -> Simulation {
        var clock = SimulatedClock.real
        if let at {
            guard let start = GraphTime.rfc3339(at) else {
                throw fail(64, "'\(at)' is not an RFC 3339 time")
            }
            clock = .running(from: start)
        }
        var json = Simulation.sampleState
        if let state {
            guard let file = FileHandle(forReadingAtPath: state),
                let data = try? file.readToEnd() ?? Data()
            else { throw fail(66, "can't read the state file '\(state)'") }
            json = String(decoding: data, as: UTF8.self)
        }
        do throws(StateError) {
            return try Simulation(state: json, clock: clock)
        } catch {
            throw fail(64, "the state file is no good: \(error)")
        }
    }

    private func start(_ simulation: Simulation) async throws -> SimulatorServer {
        let tls = certificate.flatMap { certificate in
            privateKey.map { SimulatorServer.TLSFiles(certificate: certificate, privateKey: $0) }
        }
        do throws(SimulatorServer.StartError) {
            return try await SimulatorServer(simulation, port: port, tls: tls)
        } catch {
            switch error {
            case .certificate: throw fail(66, "can't use the certificate and its key")
            case .port(let port): throw fail(69, "can't listen on port \(port)")
            }
        }
    }

    private func fail(_ status: Int32, _ message: String) -> ExitCode {
        FileHandle.standardError.write(Data("graph-simulator: error: \(message)\n".utf8))
        return ExitCode(status)
    }
}
