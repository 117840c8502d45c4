// The inputs whose exact values are nearest to where the rounding changes, as the full run prints
// them, and those that earlier kernels got wrong.
static const struct { et_unary_op op; uint32_t x; } hard_cases[] = {
  {ET_EXP, 0x00000001},
};
