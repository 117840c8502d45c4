// All kernels of one level. Before it: TABLE, LEVEL, MATMUL_ROWS and MATMUL_VECTORS, and
// LANES_FMA where the CPU has a fused multiply-add.
#define LOOP _Pragma("clang loop vectorize(assume_safety)")
// Where a row's loop can't be vectors it stays a loop; no vector crosses a call.
#pragma clang diagnostic ignored "-Wpass-failed"
#pragma clang diagnostic ignored "-Wpsabi"

#include "body_math.h"
#include "body_single.h"
#include "body_pow.h"
#include "body_elementwise.h"
#include "body_update.h"
#ifdef __x86_64__
#include "body_subnormal.h"
#endif
#include "body_exact.h"
#include "body_reduce.h"
#include "body_random.h"
#include "fused.h"

#define SCALAR float
#define NAME(x) x##_F32
#define LANES 16
#define TILE_R MATMUL_ROWS
#define TILE_V MATMUL_VECTORS
#define FUSED fused_f32
#include "body_matmul.h"

#define SCALAR double
#define NAME(x) x##_F64
#define LANES 8
#define TILE_R MATMUL_ROWS
#define TILE_V MATMUL_VECTORS
#define FUSED fused_f64
#include "body_matmul.h"

#include "table.h"

const et_kernels TABLE = {
  .level = LEVEL,
  ELEMENTWISE_TABLE
  UPDATE_TABLE
#ifdef CAREFUL_TABLE
  .careful = CAREFUL_TABLE,
#endif
  .rows = REDUCTIONS(rows),
  .columns = REDUCTIONS(columns),
  .cumsum = {[ET_I32] = cumsum_I32, [ET_F32] = cumsum_F32, [ET_F64] = cumsum_F64},
  .matmul = {[ET_I32] = et_matmul_i32, [ET_F32] = matmul_F32, [ET_F64] = matmul_F64},
  .philox = philox_blocks,
  .rand = {[ET_F32] = rand_F32, [ET_F64] = rand_F64},
  .randn = {[ET_F32] = randn_F32, [ET_F64] = randn_F64},
};
