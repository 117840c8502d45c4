// x86-64 as every such CPU has it (SSE2, no fused multiply-add), or arm64 (NEON, which has one).
#include "internal.h"

#define TABLE et_table_baseline
#define LEVEL ET_BASELINE
#if defined(__aarch64__)
#define LANES_FMA
#define MATMUL_ROWS 6
#else
#define MATMUL_ROWS 4
#endif
#define MATMUL_VECTORS 1
#include "level.h"
