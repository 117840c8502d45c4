import Diagnostics
import Interpreter
import REPL
import Testing

/// What Tab offers, by the text before the cursor.
@Suite struct CompletionTests {
  private static let folders = [
    ".": ["lesson.nb", "lessons/", "data.csv", ".hidden", "가.nb"],
    "lessons/": ["one.nb", "two.et"],
    "/": ["etc/", "tmp/"],
  ]

  private let completer: Completer

  init() {
    let session = Session()
    let code = """
      model = {weights: [1, 2], bias: 3, nested: {depth: 4, deep: {w: 1}}}
      modest = 1
      학습률 = 0.1
      학습 = 2
      _mine = 3
      f = x -> x
      fn fit(x, rate=0.1, names=("a", "b"), text=", (", step=y -> (y, 1)) = x
      """
    #expect(session.run(SourceText(name: "setting", text: code)).error == nil)
    completer = Completer(
      session: session,
      listFolder: { Self.folders[$0] ?? [] },
      listLabels: { $0 == "lesson.nb" ? ["first", "last", "모델"] : [] })
  }

  private func offered(_ line: String, before: String...) -> [String] {
    completer.complete(line, before: before).candidates.map(\.text)
  }

  /// The line as Tab leaves it.
  private func completed(_ line: String, before: String...) -> String {
    let found = completer.complete(line, before: before)
    return line + found.common.dropFirst(found.typed)
  }

  // MARK: Names

  @Test func variablesAndTheLibraryAreOffered() {
    #expect(offered("mod") == ["model", "modest"])
    #expect(completed("log_so") == "log_softmax")
    #expect(completed("x = mode") == "x = mode")
    #expect(completed("x = model") == "x = model")
    #expect(completed("2*(modes") == "2*(modest")
    #expect(offered("zzz") == [])
  }

  @Test func namesOfOpenFunctionsAndLoopsAreOffered() {
    #expect(offered("  mo", before: "fn f(momentum, rate=0.1) {").contains("momentum"))
    #expect(offered("  y = 2 * tot", before: "fn f(x) {", "  total = sum(x)") == ["total"])
    #expect(offered("for index in 0..3 { print(ind") == ["index"])
    #expect(offered("map(xs, (left, right) -> lef") == ["left"])
    #expect(offered("if mom", before: "fn f(momentum) {") == ["momentum"])
    // Another function's variables, and those of a loop that is closed, are out of reach.
    #expect(offered("  tot", before: "fn f(x) { total = x }", "fn g(y) {") == [])
    #expect(offered("ind", before: "{", "for index in 0..3 { index }") == [])
  }

  @Test func keywordsAreOffered() {
    #expect(offered("contin") == ["continue"])
    #expect(offered("whil") == ["while"])
    // Sorted among the others, each once.
    let all = offered("")
    #expect(all.contains("for") && all.contains("softmax") && all.contains("model"))
    #expect(all == Set(all).sorted())
  }

  @Test func privateNamesAreOfferedWhereTheyAreBegun() {
    #expect(!offered("").contains("_mine"))
    #expect(offered("_") == ["_mine"])
    #expect(completed("_m") == "_mine")
  }

  @Test func hangulIsCompleted() {
    #expect(completed("2 * 학습") == "2 * 학습")
    #expect(offered("학") == ["학습", "학습률"])
    #expect(completed("학") == "학습")
    #expect(completed("학습률") == "학습률")
  }

  @Test func aQuestionTakesNames() {
    #expect(completed("?modes") == "?modest")
    #expect(completed("? modes") == "? modest")
    #expect(completed("?softma") == "?softmax")
  }

  /// What stands in a comment is text with names in it.
  @Test func commentsTakeNames() {
    #expect(completed("x = 1  # see modes") == "x = 1  # see modest")
    #expect(completed("x = 1  # \"modes") == "x = 1  # \"modest")
  }

  // MARK: Fields

  @Test func fieldsOfValuesAreOffered() {
    #expect(offered("model.") == ["weights", "bias", "nested"])
    #expect(completed("model.w") == "model.weights")
    #expect(completed("x + model.nested.de") == "x + model.nested.de")
    #expect(completed("model.nested.deep.") == "model.nested.deep.w")
    #expect(offered("model.weights.") == ["T", "dtype", "shape"])
    #expect(completed("(model.weights.sh") == "(model.weights.shape")
  }

  /// Where the value has no fields, or is not known, nothing is: names would be wrong behind a point.
  @Test(arguments: [
    "modest.", "model.zzz.", "unknown.", "model.bias.d", "f.", "fit(1).w", "model.weights[0].w",
    "(model).w", "\"text\".w", "fit(1).model.w", "3.w", "x = model.nested.zzz.w",
  ])
  func whatHasNoFieldsOffersNone(line: String) {
    #expect(offered(line) == [])
  }

  @Test func aRangeIsNoField() {
    #expect(completed("0..modes") == "0..modest")
    #expect(offered("modest..mod") == ["model", "modest"])
    #expect(completed("(...modes") == "(...modest")
  }

  // MARK: Named arguments

  @Test func namedArgumentsOfTheOpenCallAreOffered() {
    #expect(offered("fit(") == ["rate=", "names=", "text=", "step="])
    #expect(completed("fit(model, ra") == "fit(model, ra")
    #expect(offered("fit(model, rat") == ["rate="])
    #expect(completed("fit(model, rat") == "fit(model, rate=")
    #expect(completed("fit(model, rate=0.1, tex") == "fit(model, rate=0.1, text=")
    // Names come after them.
    let offered = offered("fit(model, s")
    #expect(offered.first == "step=" && offered.contains("softmax"))
  }

  /// The list shows defaults, whatever brackets and commas are in them.
  @Test func defaultsAreShown() {
    let shown = completer.complete("fit(").candidates.map(\.shown)
    #expect(shown == ["rate=0.1", "names=(\"a\", \"b\")", "text=\", (\"", "step=y -> (y, 1)"])
  }

  @Test(arguments: [
    ("fit(fit(1), ra", true), ("fit([1, 2], {a: 1}, ra", true), ("fit(\"(\", ra", true),
    ("fit(x -> (x + 1), ra", true), ("fit(  ra", true), ("fit(1)\nfit(ra", true),
    ("fit(g(ra", false), ("fit([ra", false), ("fit({a: ra", false), ("fit((ra", false),
    ("fit(1); ra", false), ("fit (ra", false), ("# fit(ra", false), ("fit(1) + (ra", false),
  ])
  func onlyTheInnermostOpenCallCounts(line: String, isOffered: Bool) {
    let lines = line.split(separator: "\n").map(String.init)
    let found = completer.complete(lines.last ?? "", before: lines.dropLast())
    #expect(found.candidates.contains { $0.text == "rate=" } == isOffered)
  }

  @Test func aCallMayHaveBegunOnALineBefore() {
    #expect(offered("  ", before: "fit(", "  model,") == ["rate=", "names=", "text=", "step="])
    #expect(completed("  rat", before: "fit(model,") == "  rate=")
    #expect(completed("  rat", before: "fit(model)", "y = {") == "  rat")
    // A command is one on the first line alone.
    #expect(offered(":va", before: "x = y[0") == offered("va"))
  }

  @Test(arguments: [
    ("", [""]), ("a", ["a"]), ("a, b=1", ["a", "b=1"]), ("a=(1, 2), b", ["a=(1, 2)", "b"]),
    ("a=\"x, y\", b=\"(\"", ["a=\"x, y\"", "b=\"(\""]),
    ("a={b: [1, 2]}, c", ["a={b: [1, 2]}", "c"]),
    ("f=(x, y) -> x, g", ["f=(x, y) -> x", "g"]),
  ])
  func parametersAreApart(list: String, parameters: [String]) {
    #expect(Completer.parameters(list) == parameters)
  }

  // MARK: Files, labels and commands

  @Test func filesAreOfferedInStrings() {
    #expect(offered("csv(\"") == ["data.csv", "lesson.nb", "lessons/", "가.nb"])
    #expect(completed("csv(\"da") == "csv(\"data.csv")
    #expect(completed("csv(\"lessons/o") == "csv(\"lessons/one.nb")
    #expect(completed("csv(\"/e") == "csv(\"/etc/")
    #expect(completed("csv(\".h") == "csv(\".hidden")
    #expect(offered("csv(\"nowhere/") == [])
    #expect(completed("x = \"가") == "x = \"가.nb")
    #expect(completed("\"a\\\"da") == "\"a\\\"da")
    // The cursor is behind the string.
    #expect(completed("\"data\" + modes") == "\"data\" + modest")
    #expect(completed("\"a\\\"\" + modes") == "\"a\\\"\" + modest")
    #expect(completed("\"# \" + modes") == "\"# \" + modest")
  }

  @Test func commandsAreOffered() {
    #expect(
      offered(":") == [
        "edit", "help", "load", "quit", "redo", "reset", "run", "save", "save!", "source", "time",
        "undo", "vars",
      ])
    #expect(completed(":v") == ":vars")
    #expect(completed("  :l") == "  :load")
    #expect(completed(":re") == ":re")
    #expect(offered(":zzz") == [])
    // Theirs are names, but for those that take files.
    #expect(completed(":source modes") == ":source modest")
    #expect(completed(":time 2 * modes") == ":time 2 * modest")
  }

  @Test(arguments: [":load", ":run", ":save"]) func filesAndLabelsOfCommands(command: String) {
    #expect(completed("\(command) da") == "\(command) data.csv")
    #expect(completed("\(command)   lessons/t") == "\(command)   lessons/two.et")
    #expect(offered("\(command) lesson") == ["lesson.nb", "lessons/"])
    #expect(offered("\(command) lesson.nb#") == ["first", "last", "모델"])
    #expect(completed("\(command) lesson.nb#모") == "\(command) lesson.nb#모델")
    #expect(offered("\(command) data.csv#") == [])
  }

  // MARK: What candidates share

  @Test(arguments: [
    ([], ""), (["abc"], "abc"), (["abc", "abd"], "ab"), (["abc", "ab"], "ab"), (["a", "b"], ""),
    (["가나", "가다"], "가"), (["", "a"], ""), (["abc", "abc"], "abc"), (["abc", "ab", "abcd"], "ab"),
  ])
  func commonIsWhatAllBeginWith(words: [String], common: String) {
    let session = Session()
    for (i, word) in words.enumerated() where !word.isEmpty {
      _ = session.run(SourceText(name: "bind", text: "v\(i) = \"\(word)\""))
    }
    let completer = Completer(
      session: session, listFolder: { _ in words }, listLabels: { _ in [] })
    #expect(completer.complete("\"").common == common)
  }
}

@Suite struct ColumnTests {
  private func rows(_ words: [String], _ width: Int) -> [String] {
    columns(words, width: width).split(separator: "\r\n", omittingEmptySubsequences: false)
      .dropLast().map(String.init)
  }

  /// Down and then across, with two blanks between.
  @Test func wordsStandInColumns() {
    #expect(rows(["a", "b", "c", "d", "e"], 10) == ["a  c  e", "b  d"])
    #expect(rows(["a", "b", "c"], 4) == ["a", "b", "c"])
    #expect(rows(["redo", "reset"], 80) == ["redo   reset"])
    #expect(rows([], 80) == [])
    #expect(rows(["가나", "다", "라"], 14) == ["가나  라", "다"])
  }

  /// A word of the whole width, and a window narrower than any word.
  @Test func narrowWindows() {
    #expect(rows(["abcdef", "g"], 7) == ["abcdef", "g"])
    #expect(rows(["abcdef", "gh"], 1) == ["abcdef", "gh"])
    #expect(rows(["\u{1B}[2J"], 80) == ["␛[2J"])
  }

  @Test func aLongListIsCut() {
    let shown = rows((0..<450).map { "w\($0)" }, 21)
    #expect(shown.last == "… 250 more")
    #expect(shown.dropLast().joined(separator: " ").split(separator: " ").count == 200)
    #expect(!rows((0..<200).map { "w\($0)" }, 21).contains { $0.contains("more") })
  }
}
