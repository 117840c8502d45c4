// The Tensor target.
