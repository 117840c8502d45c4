import System

/// A data set that is known by name: its files, where they come from and what they must be.
public struct DataSet: Sendable {
  /// One file of a data set.
  public struct File: Sendable {
    /// Its name without `.gz`.
    public var name: String
    /// SHA-256 of the compressed file at its official address.
    public var archiveDigest: String
    /// SHA-256 of the decompressed bytes.
    public var digest: String
    /// Sizes of its axes.
    public var shape: [Int]
  }

  /// How commands and front matter name it.
  public var name: String
  /// What it is, in a few words.
  public var title: String
  /// The folder of its official address, with a last slash.
  public var address: String
  /// The Debian package that carries it.
  public var package: String
  /// Its files.
  public var files: [File]
  /// SHA-256 over the decompressed bytes of all files in order: what front matter records.
  public var digest: String

  /// All data sets.
  public static let all = [fashionMNIST]

  /// The data set of a name.
  public static func named(_ name: String) -> DataSet? { all.first { $0.name == name } }

  /// Zalando's 70,000 images of clothing (Xiao, Rasul and Vollgraf, 2017).
  public static let fashionMNIST = DataSet(
    name: "fashion-mnist", title: "70,000 images of clothing, 28 × 28, in 10 classes",
    address: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    package: "dataset-fashion-mnist",
    files: [
      File(
        name: "train-images-idx3-ubyte",
        archiveDigest: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        digest: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        shape: [60000, 28, 28]),
      File(
        name: "train-labels-idx1-ubyte",
        archiveDigest: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        digest: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        shape: [60000]),
      File(
        name: "t10k-images-idx3-ubyte",
        archiveDigest: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        digest: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        shape: [10000, 28, 28]),
      File(
        name: "t10k-labels-idx1-ubyte",
        archiveDigest: "67da17c76eaffca5446c3361aaab5c43cd6d1c2608764d35dfb1850b086bf8dd5",
        digest: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        shape: [10000]),
    ],
    digest: "14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214")

  /// The folders where a set is looked for, in order: `ETUDE_DATA`, the user's, the system's.
  public func folders(_ environment: (String) -> String?) -> [String] {
    var parents: [String] = []
    if let own = environment("ETUDE_DATA"), !own.isEmpty { parents.append(own) }
    if let user = Self.userFolder(environment) { parents.append(user) }
    parents.append("/usr/share/datasets")
    return parents.map { $0 + "/" + name }
  }

  /// The user's data folder by the XDG Base Directory Specification; nil without a home.
  package static func userFolder(_ environment: (String) -> String?) -> String? {
    if let data = environment("XDG_DATA_HOME"), data.hasPrefix("/") { return data + "/etude" }
    guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/share/etude"
  }

  /// The first folder that has a file of the set; nil when none has.
  public func folder(_ environment: (String) -> String?) -> String? {
    folders(environment).first { folder in
      files.contains { Self.path(of: $0, in: folder) != nil }
    }
  }

  /// The path of a file in a folder, compressed or not.
  static func path(of file: File, in folder: String) -> String? {
    [".gz", ""].map { "\(folder)/\(file.name)\($0)" }.first { Disk.kind($0) == .file }
  }

  /// What is thrown when no folder has the set: both ways to get it.
  public var absence: DataProblem {
    DataProblem(
      "the data set \(name) is not on this machine",
      hint: "apt install \(package)\nor: etude data get \(name)")
  }

  /// Reads and verifies all files of the set; each on a thread of its own.
  public func load(from folder: String) throws(DataProblem) -> [IDXArray] {
    let results = concurrently(files.count) { i in
      Result { () throws(DataProblem) in try Self.load(files[i], from: folder, of: self) }
    }
    var arrays: [IDXArray] = []
    for result in results { arrays.append(try result.get()) }
    return arrays
  }

  private static func load(
    _ file: File, from folder: String, of set: DataSet
  ) throws(DataProblem) -> IDXArray {
    guard let path = path(of: file, in: folder) else {
      throw DataProblem("\(folder) has no \(file.name).gz", hint: set.remedy(folder))
    }
    do throws(DataProblem) {
      let bytes = try dataFile { () throws(FileProblem) in try Disk.read(path) }
      let limit = file.shape.reduce(1, *) + 4096
      let plain = path.hasSuffix(".gz") ? try gunzip(bytes, name: path, limit: limit) : bytes
      let array = try IDXArray(plain, name: path)
      guard array.shape == file.shape, sha256(plain) == file.digest else {
        throw DataProblem("\(path) is not the file of \(set.name): its SHA-256 is another")
      }
      return array
    } catch {
      var problem = error
      problem.hint = error.hint ?? set.remedy(folder)
      throw problem
    }
  }

  private func remedy(_ folder: String) -> String {
    folder.hasPrefix("/usr/")
      ? "apt install --reinstall \(package)" : "rm -r \(folder) && etude data get \(name)"
  }
}
