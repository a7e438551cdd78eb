import ArgumentParser
import Console
import Entries
import Graph
import Platform
import Tokens
import Vault

struct Doctor: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the vault and its environment for problems, and suggest fixes.",
        discussion: """
            Needs no passphrase. Exits with 0 only if there are no problems; a warning, such as that the \
            Graph API version ends within 90 days, is not a problem.

            Example:
              tokenvault doctor
            """)

    @Flag(help: "Do not check whether the Graph API can be reached.")
    var offline = false

    @OptionGroup var vault: VaultLocation
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let unreadable = unreadableVariables(in: world)
        var checks = unreadable.map(\.check)
        if checks.isEmpty { checks += try checkVault(in: world) }
        checks += MachineChecks().run()
        let namesGraph = unreadable.contains {
            $0.name.hasPrefix("TOKENVAULT_GRAPH_") || $0.name == "TOKENVAULT_CA_FILE"
        }
        if !namesGraph { checks += checkVersions(in: world) }
        if !offline, !namesGraph { checks += try await checkGraph(in: world, over: network) }
        if output.json {
            try world.terminal.print(try JSONDocument.text(checks))
        } else {
            let style = ANSIStyle(forOutputOf: world)
            let lines = checks.map { check in
                let finding =
                    if let warning = check.warning {
                        "\(style.yellow("warning"))  \(check.subject): \(warning)"
                    } else if check.passed {
                        "ok       \(check.subject)"
                    } else {
                        "\(style.red("problem"))  \(check.subject): \(check.problem)"
                    }
                return finding + (check.remedy.map { "\n         try: \($0)" } ?? "")
            }
            try world.terminal.print(lines.joined(separator: "\n") + "\n")
        }
        return checks.allSatisfy(\.passed) ? .done : .expiring
    }

    /// Returns a result for each variable that every command would refuse to read.
    private func unreadableVariables(in world: World) -> [(name: String, check: DoctorCheck)] {
        world.unreadableVariableFailures.map { name, failure in
            let remedy = name == "HOME" ? HomeRemedy.command : "unset \(shown(name))"
            return (name, DoctorCheck("the environment", failure.message.text, remedy: remedy))
        }
    }

    private func checkVault(in world: World) throws -> [DoctorCheck] {
        let path: String
        do {
            path = try vault.access.resolvedPath(in: world)
        } catch let message as PathMessage {
            let text = vault.path ?? world.variable("TOKENVAULT_FILE") ?? "~"
            let needsHome = text == "~" || text.hasPrefix("~/")
            // The option is unusable, no matter what the environment contains.
            if vault.path != nil, !needsHome { throw message }
            let remedy = needsHome ? HomeRemedy.command : "unset TOKENVAULT_FILE"
            return [
                DoctorCheck("the vault's path", message.failure.message.text, remedy: remedy)
            ]
                + VaultChecks.runWithoutPath(in: world)
        }
        return VaultChecks(path: path, access: vault.access, world: world).run()
    }

    /// Checks the versions in use; `checkGraph` reports it if the option or variable is not valid.
    private func checkVersions(in world: World) -> [DoctorCheck] {
        guard let versions = try? graph.versions(in: world) else { return [] }
        return VersionChecks(versions: versions, moment: world.now()).run()
    }

    /// Returns whether the options alone give a usable URL, so that a variable must be at fault.
    private func optionsAreUsable(in world: World) -> Bool {
        var bare = world
        bare.environmentVariable = { _ in nil }
        return (try? graph.endpoint(in: bare)) != nil
    }

    private func checkGraph(in world: World, over network: Network) async throws -> [DoctorCheck] {
        let endpoint: GraphEndpoint
        do {
            endpoint = try graph.endpoint(in: world)
        } catch let message as ServerMessage where optionsAreUsable(in: world) {
            return [
                DoctorCheck(
                    "the Graph API URL", message.failure.message.text,
                    remedy: "unset TOKENVAULT_GRAPH_URL TOKENVAULT_GRAPH_VERSION")
            ]
        }
        let probe: GraphProbe
        do {
            probe = try await graph.withClient(in: world, over: network, nil) {
                try await $0.probe()
            }
        } catch let message as ServerMessage {
            // The certificates or the proxy cannot be used.
            let failure = message.failure
            return [
                DoctorCheck(
                    "reaching \(endpoint.host)", failure.message.text,
                    remedy: failure.status == .usage
                        ? "unset HTTPS_PROXY https_proxy" : certificateRemedy(in: world))
            ]
        } catch let error as GraphError {
            let failure = Failure(error, in: GraphCallContext(host: endpoint.host))
            // In other commands, the hint for this is to run `doctor`.
            let hint = failure.status == .unreachable ? nil : failure.hint
            return [
                DoctorCheck(
                    "reaching \(endpoint.host)", failure.message.text,
                    remedy: hint?.text ?? "curl --verbose https://\(endpoint.host)/")
            ]
        }
        return [
            DoctorCheck("reaching \(endpoint.host)"), version(probe, endpoint), clock(probe, world),
        ]
    }

    private func certificateRemedy(in world: World) -> String? {
        let path = graph.certificates ?? world.variable("TOKENVAULT_CA_FILE")
        return path.flatMap(ShellWord.quoted).map { "ls -ld \($0)" }
    }

    private func version(_ probe: GraphProbe, _ endpoint: GraphEndpoint) -> DoctorCheck {
        let subject = "the Graph API version"
        guard let asked = endpoint.version else { return DoctorCheck(subject) }
        let latest = GraphEndpoint.defaultVersion
        func choosing(_ version: String?) -> String? {
            version.map { "export TOKENVAULT_GRAPH_VERSION=\($0)" }
        }
        if !probe.isVersionKnown {
            return DoctorCheck(
                subject, "\(asked) does not exist",
                remedy: choosing(asked == latest ? nil : latest))
        }
        guard let served = probe.servedVersion, served != asked else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "\(asked) is retired; Meta answers with \(served) instead",
            remedy: choosing(asked == latest ? served : latest))
    }

    private func clock(_ probe: GraphProbe, _ world: World) -> DoctorCheck {
        let subject = "this machine's clock"
        guard let there = probe.serverTime else { return DoctorCheck(subject) }
        let difference = world.now().seconds - there
        guard abs(difference) > 60 else { return DoctorCheck(subject) }
        let direction = difference > 0 ? "ahead of" : "behind"
        return DoctorCheck(
            subject, "it is \(TimeText.span(abs(difference))) \(direction) Meta's",
            remedy: "timedatectl set-ntp true")
    }
}
