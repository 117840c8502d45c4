// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
]

/// A library target of the house: its floor is its position here, lowest first.
func floor(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: swiftSettings)
}

let package = Package(
  name: "etude",
  products: [.executable(name: "etude", targets: ["etude"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "CKernels"),
    .target(name: "CStdlib"),
    .systemLibrary(name: "CSystem"),
    system("CLibedit", pkgConfig: "libedit", apt: "libedit-dev"),
    system("CMarkdown", pkgConfig: "libcmark-gfm", apt: "libcmark-gfm-dev"),
    system("CYaml", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    system("CJansson", pkgConfig: "jansson", apt: "libjansson-dev"),
    system("CDigest", pkgConfig: "libmd", apt: "libmd-dev"),
    floor("System", ["CSystem"]),
    floor("Diagnostics", ["System"]),
    floor("Syntax", ["Diagnostics"]),
    floor("Tensor", ["CKernels", "CDigest", "System"]),
    floor("Interpreter", ["Diagnostics", "Syntax", "Tensor", "System", "CStdlib", "CDigest"]),
    floor(
      "Datasets", ["Interpreter", "Syntax", "Tensor", "Diagnostics", "System", "CZlib", "CDigest"]),
    floor("Figures", ["Interpreter", "Tensor", "Diagnostics", "System"]),
    floor(
      "Notebook",
      [
        "Diagnostics", "Syntax", "Interpreter", "Tensor", "System", "CMarkdown", "CYaml",
        "CJansson", "CDigest",
      ]),
    floor(
      "REPL",
      [
        "Notebook", "Interpreter", "Tensor", "Figures", "Syntax", "Diagnostics", "System",
        "CLibedit",
      ]),
    .executableTarget(
      name: "etude",
      dependencies: [
        "System", "Diagnostics", "Syntax", "Tensor", "Interpreter", "Datasets", "Figures",
        "Notebook", "REPL",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
    .target(
      name: "SessionSupport", dependencies: ["Interpreter", "System"], path: "Tests/SessionSupport",
      swiftSettings: swiftSettings),
    tests("SystemTests", ["System"]),
    tests("DiagnosticsTests", ["Diagnostics", "System"]),
    tests("SyntaxTests", ["Syntax", "Diagnostics"]),
    tests("TensorTests", ["Tensor", "CKernels", "System"]),
    tests(
      "InterpreterTests",
      ["Interpreter", "Figures", "Syntax", "Diagnostics", "Tensor", "SessionSupport"]),
    tests(
      "DatasetsTests",
      ["Datasets", "Interpreter", "Tensor", "Diagnostics", "System", "SessionSupport"]),
    tests(
      "FiguresTests",
      ["Figures", "Interpreter", "Notebook", "Diagnostics", "System", "SessionSupport"]),
    tests("NotebookTests", ["Notebook", "Interpreter", "Diagnostics", "System"]),
    tests(
      "REPLTests", ["REPL", "Notebook", "Interpreter", "Diagnostics", "System", "SessionSupport"]),
    tests("LessonTests", ["Notebook", "Interpreter", "Datasets", "Figures", "Diagnostics"]),
    tests(
      "CommandTests",
      [
        "etude", "REPL", "Notebook", "Interpreter", "Syntax", "Tensor", "System", "CKernels",
        "Diagnostics",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)
