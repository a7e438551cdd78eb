// swift-tools-version: 6.2

import PackageDescription

/// What every target is compiled with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "tokenvault",
    products: [
        .executable(name: "tokenvault", targets: ["tokenvault"]),
        .executable(name: "tokenvault-main", targets: ["tokenvault-main"]),
        .executable(name: "graph-simulator", targets: ["graph-simulator"]),
    ],
    // What these depend on in turn is recorded in .ci/dependencies; Scripts/build uses just that.
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        // For types in async-http-client's interface (bodies, headers, certificates), and for the
        // simulator's server.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    ],
    targets: [
        // No `pkgConfig`: its library path would find the shared libsodium before the archive that
        // Scripts/build links.
        .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CPlatform"),
        .target(name: "Sodium", dependencies: ["CSodium"], swiftSettings: settings),
        .target(name: "Platform", dependencies: ["CPlatform", "Sodium"], swiftSettings: settings),
        .target(name: "JSON", dependencies: ["Sodium"], swiftSettings: settings),
        .target(
            name: "Vault", dependencies: ["JSON", "Platform", "Sodium"], swiftSettings: settings),
        .target(
            name: "Entries", dependencies: ["Sodium", "Vault"], swiftSettings: settings),
        .target(
            name: "Sharing", dependencies: ["JSON", "Sodium", "Vault"], swiftSettings: settings),
        .target(
            name: "SharedVault",
            dependencies: ["Entries", "Platform", "Sharing", "Sodium", "Vault"],
            swiftSettings: settings),
        .target(
            name: "HTTP",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .target(
            name: "Graph",
            dependencies: [
                "HTTP", "Sodium",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "Etcd",
            dependencies: [
                "HTTP", "JSON", "Platform", "Sharing", "Sodium",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "Console", dependencies: ["Entries", "JSON", "Platform", "Sodium", "Vault"],
            swiftSettings: settings),
        .target(
            name: "Tokens",
            dependencies: ["Entries", "Graph", "JSON", "Platform", "Sodium", "Vault"],
            swiftSettings: settings),
        .systemLibrary(name: "CVersion"),
        // The mark of the large program, in C for its place in the file: see LargeProgram.
        .target(name: "CMark"),
        // The small program: what uses a stored secret without the network.
        .executableTarget(
            name: "tokenvault", dependencies: ["CVersion", "Console", "Platform"],
            swiftSettings: settings),
        // The large one, which takes over for everything else.
        .executableTarget(
            name: "tokenvault-main",
            dependencies: [
                "CMark", "CVersion", "Console", "Entries", "Etcd", "Graph", "HTTP", "JSON",
                "Platform", "SharedVault", "Sharing", "Sodium", "Tokens", "Vault",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .target(
            name: "GraphSimulator",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "graph-simulator",
            dependencies: [
                "GraphSimulator",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "GraphSimulatorTests",
            dependencies: [
                "GraphSimulator", "Support",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        // What several test targets share.
        .target(
            name: "Support", dependencies: ["Sharing"], path: "Tests/Support",
            swiftSettings: settings),
        // The release program at a terminal, over HTTP, in scripts. `tokenvault-main` parses hints.
        .testTarget(
            name: "TranscriptTests",
            dependencies: [
                "Console", "GraphSimulator", "Support", "tokenvault-main",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        // The release program under faults, kills, attackers and load.
        .testTarget(name: "DurabilityTests", dependencies: ["Support"], swiftSettings: settings),
        .testTarget(name: "SodiumTests", dependencies: ["Sodium"], swiftSettings: settings),
        .testTarget(
            name: "GraphTests",
            dependencies: ["Graph", "GraphSimulator", "HTTP", "Sodium", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "EtcdTests",
            dependencies: [
                "Etcd", "HTTP", "Sharing", "Sodium", "Support",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PlatformTests", dependencies: ["Platform", "Sodium"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "Console", "Entries", "Etcd", "Graph", "GraphSimulator", "HTTP", "JSON",
                "Platform", "SharedVault", "Sharing", "Sodium", "Support", "Tokens", "Vault",
                "tokenvault-main",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SharedVaultTests",
            dependencies: ["Platform", "SharedVault", "Sharing", "Sodium", "Support", "Vault"],
            swiftSettings: settings),
        .testTarget(
            name: "SharingTests", dependencies: ["Sharing", "Vault"], swiftSettings: settings),
        .testTarget(
            name: "VaultTests", dependencies: ["JSON", "Platform", "Sodium", "Vault"],
            swiftSettings: settings),
    ]
)

// Scripts/fuzz builds this one, with libFuzzer's own `main`; it can be linked in no other way.
if Context.environment["TOKENVAULT_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "VaultFuzzer", dependencies: ["Platform", "Sodium", "Vault"],
            path: "Tests/Fuzzing",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
