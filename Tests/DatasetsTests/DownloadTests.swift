import Datasets
import Foundation
import Tensor
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An HTTP server on this machine that gives files by name, one request a connection.
private final class LocalServer: @unchecked Sendable {
  /// What it does with a request for a name.
  enum Answer {
    case file([UInt8])
    /// Says it has more than it sends.
    case cutShort([UInt8])
  }

  private let socket: Int32
  let port: UInt16
  private let answers: [String: Answer]

  init(_ answers: [String: Answer]) throws {
    self.answers = answers
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let server = socket
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(server, address, length) == 0 && listen(server, 8) == 0
          && getsockname(server, address, &length) == 0
      }
    }
    try #require(isBound)
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in serve() }
  }

  deinit { close(socket) }

  /// Ends the thread that serves.
  func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

  private func serve() {
    while true {
      let client = accept(socket, nil, nil)
      guard client >= 0 else { return }
      var request: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
        let n = unsafe recv(client, &buffer, buffer.count, 0)
        if n <= 0 { break }
        request += buffer[..<n]
      }
      let words = String(decoding: request, as: UTF8.self).split(separator: " ")
      send(answers[words.count > 1 ? String(words[1].dropFirst()) : ""], to: client)
      close(client)
    }
  }

  private func send(_ answer: Answer?, to client: Int32) {
    var head = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
    var body: [UInt8] = []
    switch answer {
    case .file(let bytes):
      head = "HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n"
      body = bytes
    case .cutShort(let bytes):
      head = "HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count + 100)\r\n"
      body = bytes
    case nil: break
    }
    let all = Array((head + "Connection: close\r\n\r\n").utf8) + body
    _ = unsafe Glibc.send(client, all, all.count, Int32(MSG_NOSIGNAL))
  }
}

@Suite(.enabled(if: Machine.has("curl"), "downloads need curl")) struct DownloadTests {
  private static let images = idx([2, 2], [1, 2, 3, 4])
  private static let labels = idx([2], [0, 1])

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    sha256(bytes).map { String(format: "%02x", $0) }.joined()
  }

  /// A set of two small files, at the address of a server.
  private func set(_ server: LocalServer) -> DataSet {
    var set = DataSet.fashionMNIST
    set.name = "small"
    set.address = "http://127.0.0.1:\(server.port)/"
    set.files = [("images", Self.images, [2, 2]), ("labels", Self.labels, [2])].map {
      name, bytes, shape in
      var file = DataSet.fashionMNIST.files[0]
      file.name = name
      file.archiveDigest = Self.hexadecimal(stored(bytes))
      file.digest = Self.hexadecimal(bytes)
      file.shape = shape
      return file
    }
    return set
  }

  private func download(
    _ answers: [String: LocalServer.Answer], into folder: String
  ) throws -> (set: DataSet, problem: DataProblem?, asked: [String]) {
    let server = try LocalServer(answers)
    defer { server.stop() }
    let set = set(server)
    var asked: [String] = []
    do throws(DataProblem) {
      try set.download(into: folder, showsProgress: false) { asked.append($0) }
      return (set, nil, asked)
    } catch {
      return (set, error, asked)
    }
  }

  private static let whole: [String: LocalServer.Answer] = [
    "images.gz": .file(stored(images)), "labels.gz": .file(stored(labels)),
  ]

  @Test func aWholeSetIsThereAtOnce() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/data/small"
    let (set, problem, asked) = try download(Self.whole, into: path)
    #expect(problem == nil)
    #expect(asked.map { $0.split(separator: "/").last } == ["images.gz", "labels.gz"])
    let arrays = try set.load(from: path)
    #expect(arrays.map { Array($0.elements) } == [[1, 2, 3, 4], [0, 1]])
    #expect(try folder.names(in: "data") == ["small"])
    // A second download takes the place of the first.
    #expect(try download(Self.whole, into: path).problem == nil)
    #expect(try folder.names(in: "data") == ["small"])
  }

  @Test func whatIsNotTheSetIsNotKept() throws {
    let other = idx([2], [9, 9])
    let cases: [(LocalServer.Answer?, String)] = [
      (nil, "curl could not get http://127.0.0.1:"),
      (.cutShort(stored(Self.labels)), "curl could not get http://127.0.0.1:"),
      (.file(stored(other)), "what http://127.0.0.1:"),
      (.file([]), "what http://127.0.0.1:"),
    ]
    for (answer, message) in cases {
      let temporary = try TemporaryFolder()
      let folder = temporary.path + "/small"
      var answers = Self.whole
      answers["labels.gz"] = answer
      let problem = try #require(try download(answers, into: folder).problem)
      #expect(problem.message.hasPrefix(message) && problem.message.contains("/labels.gz"))
      #expect(problem.hint?.contains("apt install") ?? false)
      #expect(try temporary.names() == [])
      // What was there before stays.
      #expect(try download(Self.whole, into: folder).problem == nil)
      let (set, second, _) = try download(answers, into: folder)
      #expect(second != nil)
      #expect(try set.load(from: folder).count == 2)
      #expect(try temporary.names() == ["small"])
    }
  }
}
