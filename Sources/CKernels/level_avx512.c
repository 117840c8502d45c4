#if defined(__x86_64__)
#include "internal.h"

#define TABLE et_table_avx512
#define LEVEL ET_AVX512
#define LANES_FMA
#define MATMUL_ROWS 12
#define MATMUL_VECTORS 2
#pragma clang attribute push(                                                             \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), \
    apply_to = function)
#include "level.h"
#pragma clang attribute pop
#endif
