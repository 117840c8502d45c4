// The Datasets target.
