// The Interpreter target.
