// The REPL target.
