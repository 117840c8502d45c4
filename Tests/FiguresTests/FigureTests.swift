import Diagnostics
import Figures
import Interpreter
import SessionSupport
import Testing

@Suite("Figures as values") struct FigureTests {
  @Test("A figure is one line with its counts")
  func line() {
    let line = shown("plot({a: [1, 2, 3], b: [3, 2, 1]}, title=\"Two\")")
    #expect(line.hasPrefix("plot \"Two\": 2 series × 3 points, digest "))
    #expect(!line.contains("\n"))
    #expect(shown("hist([[1, 2], [3, 4]], bins=2)").contains("1 series × 4 values in 2 bins"))
    #expect(shown("plot([])").contains("1 series × 0 points"))
    #expect(shown("plot((1, nan, 0), logy=true)").contains("3 points, 2 points left out"))
  }

  @Test(
    "Pairs, records and an x of their own give the same series",
    arguments: [
      ("plot(((\"a\", [1, 2]),))", "plot({a: [1, 2]})"),
      ("plot([0, 2], [1, 2])", "plot([1, 2], x=[0, 2])"),
      ("plot({a: ([0, 2], [1, 2])})", "plot({a: [1, 2]}, x=[0, 2])"),
      ("scatter([1, 2], [3, 4])", "scatter([[1, 3], [2, 4]])"),
      ("bar({a: 1, b: 2})", "bar((\"a\", \"b\"), [1, 2])"),
      (
        "scatter([1, 2, 3], [1, 2, 3], color=(\"b\", \"a\", \"b\"))",
        "scatter({b: ([1, 3], [1, 3]), a: ([2], [2])})"
      ),
      (
        "scatter([1, 2], [1, 2], color=i32([1, 0]), names=(\"no\", \"yes\"))",
        "scatter({no: ([2], [2]), yes: ([1], [1])})"
      ),
    ])
  func spellings(_ one: String, _ other: String) throws {
    #expect(try figure(one).svg() == figure(other).svg())
    #expect(shown("digest(\(one))").count == 66)
    #expect(shown("digest(\(one))") == shown("digest(\(other))"))
  }

  @Test(
    "The digest sees every part",
    arguments: [
      ("plot([1, 2])", "plot([1, 2.0000002])"),
      ("plot([1, 2])", "plot([1, 2], title=\"t\")"),
      ("plot([1, 2])", "plot([1, 2], xlabel=\"t\")"),
      ("plot([1, 2])", "plot([1, 2], x=[0, 2])"),
      ("plot([1, 2])", "plot([1, 2], logx=true)"),
      ("plot([1, 2], logx=true)", "plot([1, 2], logy=true)"),
      ("plot([1, 2])", "plot([1, 2], ylim=(0, 1))"),
      ("plot([1, 2], xlim=(0, 1))", "plot([1, 2], ylim=(0, 1))"),
      ("plot({a: [1, 2]})", "plot({b: [1, 2]})"),
      ("plot([0, 1], [1, 2])", "scatter([0, 1], [1, 2])"),
      ("plot([1, 2])", "hist([1, 2])"),
      ("hist([1, 2])", "hist([1, 2], bins=3)"),
      ("bar({a: 1})", "bar({b: 1})"),
      ("heatmap([[1, 2]])", "heatmap([[1], [2]])"),
      ("heatmap([[1, 2]])", "heatmap([[1, 2]], rows=(\"a\",))"),
      ("heatmap([[1, 2]])", "heatmap([[1, 2]], format=\".2f\")"),
      ("surface([[1, 2]], [0, 1], [0])", "surface([[1, 2]], [0, 2], [0])"),
      ("surface([[1, 2]], [0, 1], [0])", "surface([[1, 2]], [0, 1], [0], path=[[0, 0]])"),
      ("surface([[1, 2]], [0, 1], [0])", "regions(i32([[1, 2]]), [0, 1], [0])"),
      ("images([[1, 2, 3, 4]])", "images([[1, 2, 3, 5]])"),
      ("images([[1, 2, 3, 4]])", "images([[1, 2, 3, 4]], titles=(\"a\",))"),
      ("panels((plot([1]),))", "panels((plot([1]), plot([1])))"),
      ("panels((plot([1]), plot([2])))", "panels((plot([1]), plot([2])), columns=1)"),
      ("table({a: (1, 2)})", "table({a: (1, 3)})"),
      ("table({a: (1, 2)})", "table({a: (1, 2)}, title=\"t\")"),
    ])
  func digest(_ one: String, _ other: String) {
    #expect(shown("digest(\(one))").count == 66)
    #expect(shown("digest(\(one))") != shown("digest(\(other))"))
    #expect(shown("digest(\(one))") == shown("digest(\(one))"))
  }

  @Test(
    "Bad data is an error that says what is wrong",
    arguments: [
      ("plot([[1, 2], [3, 4]])", "shape: `plot` needs points along one axis"),
      ("plot([1, 2], x=[1, 2, 3])", "shape: `plot` needs as many x as y, but x has 3 and y 2"),
      ("plot({a: [1]}, [2])", "argument: `plot` takes one set of y values"),
      ("plot(\"a\")", "type: a figure needs a tensor"),
      ("plot((1, \"a\"))", "type: a figure needs numbers"),
      ("plot([0, -1], logy=true)", "value: a logarithmic axis shows numbers above 0"),
      ("plot([1], ylim=(2, 1))", "value: the limits of an axis"),
      ("plot([1], logy=true, ylim=(0, 1))", "value: a logarithmic axis starts above 0"),
      ("scatter([1, 2])", "shape: `scatter` needs an x and a y"),
      ("scatter([1, 2], [1])", "shape: `scatter` needs as many x as y"),
      ("scatter([1], [1], color=i32([1, 2]))", "shape: there are 2 labels for 1 point"),
      ("scatter([1], [1], color=[0.5])", "value: the labels of points"),
      ("hist([1], bins=0)", "value: `hist` needs from 1 to 10,000 bins"),
      ("bar([1, 2])", "argument: `bar` needs names and values"),
      ("bar((\"a\",), [1, 2])", "shape: `bar` needs a value for each name"),
      ("bar({a: (1, 2)})", "type: `bar` needs a number for each name"),
      ("heatmap([1, 2])", "shape: `heatmap` needs a matrix"),
      ("heatmap(zeros((0, 2)))", "shape: `heatmap` draws from 1 to 1000"),
      ("heatmap([[1, 2]], columns=(1, 2, 3))", "shape: there are 3 names for 2 columns"),
      ("heatmap([[1, 2]], format=\"z\")", "value: `z` is not a format"),
      ("surface([[1, 2]], [1, 0], [0])", "value: the positions of a `surface` ascend"),
      ("surface([[1, 2]], [1], [0])", "shape: there are 1 positions for 2 columns"),
      ("regions([[0.5]], [0], [0])", "value: the classes of `regions`"),
      ("images(zeros((2, 5)))", "shape: a row of 5 numbers is no square picture"),
      ("images(zeros((2, 4, 4, 2)))", "shape: `images` needs"),
      ("images(zeros((500, 4)))", "shape: `images` draws from 1 to 400"),
      ("panels((plot([1]), 2))", "type: `panels` needs a tuple of figures"),
      ("panels(())", "value: `panels` needs from 1 to 100 figures"),
      ("panels((panels((plot([1]),)),))", "type: panels can't hold panels"),
      ("decision_boundary(x -> x, ([1, 2], [0, 1]))", "value: decision_boundary needs two inputs"),
      ("save_svg(1, \"a.svg\")", "type: `save_svg` writes figures"),
      ("save_svg(plot([1]), \"a.svg\")", "file: `a.svg` can't be written"),
    ])
  func badData(_ code: String, _ message: String) {
    #expect(shown(code).hasPrefix(message))
  }

  @Test("A model with one output is the logit of class 1, one with several takes the largest")
  func decisionBoundary() {
    let data = "d = ([[-1, -1], [1, 1]], i32([0, 1]))\n"
    let logit = shown(data + "decision_boundary(x -> x[:, 0], d, steps=9)")
    #expect(logit.hasPrefix("decision_boundary") || logit.contains("digest "), "\(logit)")
    #expect(
      logit
        == shown(
          data + "decision_boundary(x -> stack((0 * x[:, 0], x[:, 0]), axis=-1), d, steps=9)"))
    #expect(logit != shown(data + "decision_boundary(x -> x[:, 1], d, steps=9)"))
  }

  @Test("save_svg writes what the figure draws")
  func saving() throws {
    let files = MemoryFiles()
    let outcome = run("plot([1, 2]) |> save_svg(\"a.svg\")", files: files)
    #expect(outcome.error == nil)
    #expect(try files.read("a.svg") == Array(try figure("plot([1, 2])").svg().utf8))
  }
}
