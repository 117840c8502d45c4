import Testing

@Suite struct TensorTests {}
