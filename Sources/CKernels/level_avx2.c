#if defined(__x86_64__)
#include "internal.h"

#define TABLE et_table_avx2
#define LEVEL ET_AVX2
#define LANES_FMA
#define MATMUL_ROWS 6
#define MATMUL_VECTORS 1
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "level.h"
#pragma clang attribute pop
#endif
