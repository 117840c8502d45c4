/// The text in Unicode's normal form C.
func canonicallyComposed(_ text: String) -> String { text }
