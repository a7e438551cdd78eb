internal import HTTP
internal import NIOCore

/// The store on etcd, 3.4 and later, through its JSON gateway.
package struct EtcdStore: Sendable {
    let gateway: EtcdGateway
    let keys: EtcdKeys
    private let close: @Sendable () async -> Void

    /// Uses the network.
    ///
    /// - Parameters:
    ///   - settings: Where the nodes are, and which certificates to use.
    ///   - login: The user and password, if the settings name a user.
    /// - Throws: The file of certificates or of a key that cannot be used.
    package init(
        _ settings: RemoteSettings, login: EtcdLogin?, limits: EtcdLimits = .standard
    ) throws(EtcdFileProblem) {
        let transport: HTTPTransport
        do throws(HTTPTransport.UnreadableCertificates) {
            transport = try HTTPTransport(
                certificates: settings.authorityFile,
                client: settings.certificate.map {
                    ClientCertificate(certificate: $0.certificate, privateKey: $0.privateKey)
                },
                proxy: nil, connectTime: Self.connectTime)
        } catch {
            throw EtcdFileProblem(error)
        }
        self.init(
            settings.address,
            gateway: EtcdGateway(
                endpoints: settings.address.endpoints, login: login, limits: limits,
                transport: { request throws(HTTPError) in try await transport.send(request) }),
            close: { transport.close() })
    }

    init(
        _ address: EtcdAddress, gateway: EtcdGateway, close: @escaping @Sendable () async -> Void
    ) {
        keys = EtcdKeys(prefix: address.prefix)
        self.gateway = gateway
        self.close = close
    }

    /// Short enough that a transaction can still go to another node.
    private static let connectTime = TimeAmount.seconds(2)

    /// Closes all connections; the store cannot be used afterward.
    package func disconnect() async {
        await close()
    }
}
