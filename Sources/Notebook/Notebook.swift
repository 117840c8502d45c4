// The Notebook target.
