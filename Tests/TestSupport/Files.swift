import Foundation

/// The folder of the whole project.
public let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The folder `Tests/Fixtures`.
public let fixtures = repository.appendingPathComponent("Tests/Fixtures")

/// The text of a file of the project, such as `docs/errors.md`.
public func projectText(_ path: String) throws -> String {
  try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
}

/// The text of a fixture.
public func fixtureText(_ path: String) throws -> String {
  try projectText("Tests/Fixtures/" + path)
}

/// The sorted names of a folder's fixtures that end so. Empty where the folder is missing, so that
/// tests over them need one that counts them.
public func fixtureNames(in folder: String, ending: String) -> [String] {
  let names = try? FileManager.default.contentsOfDirectory(
    atPath: fixtures.appendingPathComponent(folder).path)
  return (names ?? []).filter { $0.hasSuffix(ending) }.sorted()
}

/// What a JSON fixture holds; `snake_case` keys are read into `camelCase` names.
public func fixtureJSON<T: Decodable>(_ path: String, as type: T.Type) throws -> T {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: Data(contentsOf: fixtures.appendingPathComponent(path)))
}
