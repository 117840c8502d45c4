// Matmul of one floating dtype, included once for each: SCALAR, NAME(x), LANES (a vector has 64
// bytes), TILE_R and TILE_V (rows and vectors of a micro-tile of c), FUSED(a, b, c).
//
// b is cut into panels of two vectors of columns (a last one of at most one vector is that wide),
// packed [depth][width] with zeros beyond the edge. A micro-tile keeps up to TILE_R rows of a panel's
// columns in registers over one block of 256 in depth, starting at +0; c takes the first block's
// tile and adds the others, which is the order of the contract whatever the tiles are.

typedef SCALAR NAME(vector) __attribute__((vector_size(64)));

ET_INLINE NAME(vector) NAME(all)(SCALAR x) {
#if LANES == 16
  return (NAME(vector)){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#else
  return (NAME(vector)){x, x, x, x, x, x, x, x};
#endif
}

// Steps in depth that a tile of one vector makes at a time; emulated ones are long enough.
#ifdef LANES_FMA
#define DEEP 4
#else
#define DEEP 1
#endif

// Transposes LANES x LANES elements, whole rows of `rows` vectors: log2 steps exchange halves.
ET_INLINE void NAME(transpose)(NAME(vector) * row) {
#if LANES == 16
#define EXCHANGE(S, KEEP, MOVE)                                                \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) if (!(i & S)) { \
    const NAME(vector) x = row[i], y = row[i + S];                             \
    row[i] = __builtin_shufflevector(x, y, KEEP);                              \
    row[i + S] = __builtin_shufflevector(x, y, MOVE);                          \
  }
#define L ,
  EXCHANGE(1, 0 L 16 L 2 L 18 L 4 L 20 L 6 L 22 L 8 L 24 L 10 L 26 L 12 L 28 L 14 L 30,
           1 L 17 L 3 L 19 L 5 L 21 L 7 L 23 L 9 L 25 L 11 L 27 L 13 L 29 L 15 L 31)
  EXCHANGE(2, 0 L 1 L 16 L 17 L 4 L 5 L 20 L 21 L 8 L 9 L 24 L 25 L 12 L 13 L 28 L 29,
           2 L 3 L 18 L 19 L 6 L 7 L 22 L 23 L 10 L 11 L 26 L 27 L 14 L 15 L 30 L 31)
  EXCHANGE(4, 0 L 1 L 2 L 3 L 16 L 17 L 18 L 19 L 8 L 9 L 10 L 11 L 24 L 25 L 26 L 27,
           4 L 5 L 6 L 7 L 20 L 21 L 22 L 23 L 12 L 13 L 14 L 15 L 28 L 29 L 30 L 31)
  EXCHANGE(8, 0 L 1 L 2 L 3 L 4 L 5 L 6 L 7 L 16 L 17 L 18 L 19 L 20 L 21 L 22 L 23,
           8 L 9 L 10 L 11 L 12 L 13 L 14 L 15 L 24 L 25 L 26 L 27 L 28 L 29 L 30 L 31)
#else
  EXCHANGE(1, 0 L 8 L 2 L 10 L 4 L 12 L 6 L 14, 1 L 9 L 3 L 11 L 5 L 13 L 7 L 15)
  EXCHANGE(2, 0 L 1 L 8 L 9 L 4 L 5 L 12 L 13, 2 L 3 L 10 L 11 L 6 L 7 L 14 L 15)
  EXCHANGE(4, 0 L 1 L 2 L 3 L 8 L 9 L 10 L 11, 4 L 5 L 6 L 7 L 12 L 13 L 14 L 15)
#endif
}

// A block of LANES columns, whose first `count` rows are there and the others zeros, transposed.
static void NAME(transpose_block)(size_t count, const SCALAR *from, ptrdiff_t stride, SCALAR *to,
                                  size_t to_stride) {
  NAME(vector) row[LANES];
  if (count >= LANES) {
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i++) memcpy(&row[i], from + i * stride, 64);
  } else {
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i++) {
      row[i] = (NAME(vector)){};
      if ((size_t)i < count) memcpy(&row[i], from + i * stride, 64);
    }
  }
  NAME(transpose)(row);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < LANES; i++) memcpy(to + i * to_stride, &row[i], 64);
}

// Columns [0, count) of b, `depth` rows, into a panel of `width` columns.
static void NAME(pack_panel)(size_t depth, size_t count, size_t width, const SCALAR *b,
                             ptrdiff_t rs, ptrdiff_t cs, SCALAR *to) {
  size_t p = 0;
  if (cs == 1 && count == width) {
    for (; p < depth; p++)
      for (size_t v = 0; v < width; v += LANES)
        memcpy(to + p * width + v, b + (ptrdiff_t)p * rs + v, 64);
  } else if (rs == 1) {
    for (; p + LANES <= depth; p += LANES)
      for (size_t v = 0; v < width; v += LANES)
        NAME(transpose_block)(count > v ? count - v : 0, b + (ptrdiff_t)v * cs + p, cs,
                              to + p * width + v, width);
  }
  for (; p < depth; p++)
    for (size_t j = 0; j < width; j++)
      to[p * width + j] = j < count ? b[(ptrdiff_t)p * rs + (ptrdiff_t)j * cs] : 0;
}

ET_INLINE size_t NAME(panel_width)(size_t columns) { return columns <= LANES ? LANES : 2 * LANES; }

typedef struct {
  const SCALAR *a;
  ptrdiff_t a_rs, a_cs;
  const SCALAR *b;
  size_t b_step;
  SCALAR *c;
  size_t c_stride, columns, depth;  // columns: how many of the tile's are in c
  bool first;                       // the first block in depth
  bool a_packed;                    // a is strips one after another, each [depth][rows]
} NAME(tile);

// What a tile has for a c narrower than it is, in pieces of powers of two.
static __attribute__((noinline)) void NAME(put_narrow)(int rows, NAME(vector) sum[][TILE_V],
                                                       const NAME(tile) * t) {
  for (int r = 0; r < rows; r++) {
    SCALAR *c = t->c + r * t->c_stride;
    const SCALAR *from = (const SCALAR *)sum[r];
#define PIECE(N)                                                               \
  {                                                                            \
    typedef SCALAR piece __attribute__((vector_size((N) * sizeof(SCALAR))));   \
    piece total, more;                                                         \
    memcpy(&more, from, sizeof more);                                          \
    if (t->first) {                                                            \
      total = more;                                                            \
    } else {                                                                   \
      memcpy(&total, c, sizeof total);                                         \
      total += more;                                                           \
    }                                                                          \
    memcpy(c, &total, sizeof total);                                           \
    from += N;                                                                 \
    c += N;                                                                    \
  }
    size_t left = t->columns;
    for (; left >= LANES; left -= LANES) PIECE(LANES)
    if (left & 8) PIECE(8)
    if (left & 4) PIECE(4)
    if (left & 2) PIECE(2)
    if (left & 1) PIECE(1)
#undef PIECE
  }
}

// One step in depth: element `q` of each row of a times a row of b.
ET_INLINE void NAME(step)(const int rows, const int vectors, const SCALAR *const *near,
                          ptrdiff_t rs, ptrdiff_t q, const SCALAR *b,
                          NAME(vector) sum[][TILE_V]) {
  NAME(vector) row[TILE_V];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) memcpy(&row[v], b + v * LANES, 64);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const NAME(vector) x = NAME(all)(near[r / 3][(r % 3) * rs + q]);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = FUSED(x, row[v], sum[r][v]);
  }
}

ET_INLINE void NAME(micro)(const int rows, const int vectors, const NAME(tile) * t) {
  typedef NAME(vector) vector;
  vector sum[TILE_R][TILE_V];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = (vector){};
  // c's lines come while the products are made.
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) __builtin_prefetch(t->c + r * t->c_stride + v * LANES, 1);
  // Row r of a is near pointer r / 3: an address is a register and a constant, or two registers. One
  // vector's products are so short that they wait for what moves the pointers on, unless that is
  // done once in several steps.
  const int deep = vectors == 1 ? DEEP : 1;
  const ptrdiff_t rs = t->a_rs, cs = t->a_cs, b_step = (ptrdiff_t)t->b_step;
  const SCALAR *near[(TILE_R + 2) / 3], *b = t->b;
  size_t p = t->depth;
#pragma clang loop unroll(full)
  for (int g = 0; g < (rows + 2) / 3; g++) near[g] = t->a + 3 * g * rs;
#define DEPTH_STEPS(N, RS, CS)                                                             \
  for (; p >= (size_t)(N); p -= (N)) {                                                     \
    /* Strips of a packed one after another come from L2. */                               \
    if (RS == 1 && vectors == 2) __builtin_prefetch(near[0] + 32 * (CS));                  \
    _Pragma("clang loop unroll(full)") for (int q = 0; q < (N); q++, b += b_step)          \
      NAME(step)(rows, vectors, near, RS, q, b, sum);                                      \
    _Pragma("clang loop unroll(full)") for (int g = 0; g < (rows + 2) / 3; g++)            \
      near[g] += (N) * CS;                                                                 \
  }
  if (rs == 1) {
    DEPTH_STEPS(1, 1, cs)
  } else {
    DEPTH_STEPS(deep, rs, 1)
    DEPTH_STEPS(1, rs, 1)
  }
#undef DEPTH_STEPS
  if (t->columns < (size_t)vectors * LANES) {
    vector narrow[TILE_R][TILE_V];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) narrow[r][v] = sum[r][v];
    NAME(put_narrow)(rows, narrow, t);
  } else if (t->first) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++)
        memcpy(t->c + r * t->c_stride + v * LANES, &sum[r][v], 64);
  } else {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) {
        SCALAR *const c = t->c + r * t->c_stride + v * LANES;
        vector total;
        memcpy(&total, c, 64);
        total += sum[r][v];
        memcpy(c, &total, 64);
      }
  }
}

#define MICRO(R)                                                                     \
  static void NAME(micro_##R##_1)(const NAME(tile) * t) { NAME(micro)(R, 1, t); }    \
  static void NAME(micro_##R##_2)(const NAME(tile) * t) { NAME(micro)(R, TILE_V, t); }
#define MICRO_ROW(R) {NAME(micro_##R##_1), NAME(micro_##R##_2)}
MICRO(1) MICRO(2) MICRO(3) MICRO(4)
#if TILE_R >= 6
MICRO(5) MICRO(6)
#endif
#if TILE_R >= 12
MICRO(7) MICRO(8) MICRO(9) MICRO(10) MICRO(11) MICRO(12)
#endif
static void (*const NAME(micros)[TILE_R][2])(const NAME(tile) *) = {
  MICRO_ROW(1), MICRO_ROW(2), MICRO_ROW(3), MICRO_ROW(4),
#if TILE_R >= 6
  MICRO_ROW(5), MICRO_ROW(6),
#endif
#if TILE_R >= 12
  MICRO_ROW(7), MICRO_ROW(8), MICRO_ROW(9), MICRO_ROW(10), MICRO_ROW(11), MICRO_ROW(12),
#endif
};

// The height of the next strip of m rows: nearly equal ones, so that none is left thin.
ET_INLINE size_t NAME(strip)(size_t m) {
  const size_t strips = (m + TILE_R - 1) / TILE_R;
  return (m + strips - 1) / strips;
}

// Rows [0, m) of c against one panel.
static void NAME(strips)(size_t m, size_t width, NAME(tile) t) {
  const size_t columns = t.columns, strips = (m + TILE_R - 1) / TILE_R;
  const size_t low = m / strips, higher = m % strips;
  const bool narrow = TILE_V == 1 || width == LANES;
  const SCALAR *const b = t.b;
  SCALAR *c = t.c;
  for (size_t i = 0; i < strips; i++) {
    const size_t rows = low + (i < higher);
    if (t.a_packed) t.a_cs = (ptrdiff_t)rows;
    for (size_t v = 0; v < width && v < columns; v += TILE_V * LANES) {
      t.b = b + v;
      t.c = c + v;
      t.columns = columns - v < TILE_V * LANES ? columns - v : TILE_V * LANES;
      NAME(micros)[rows - 1][!narrow](&t);
    }
    t.a += t.a_packed ? (ptrdiff_t)(rows * t.depth) : (ptrdiff_t)rows * t.a_rs;
    c += rows * t.c_stride;
  }
}

// A packed matrix is its panels one after another: each [depth][width].
static void NAME(pack)(size_t n, size_t depth, et_matrix b, size_t first, size_t count,
                       void *packed) {
  for (size_t j = first; j < first + count; j += 2 * LANES) {
    const size_t width = NAME(panel_width)(n - j);
    NAME(pack_panel)(depth, n - j < width ? n - j : width, width,
                     (const SCALAR *)b.data + (ptrdiff_t)j * b.column_stride, b.row_stride,
                     b.column_stride, (SCALAR *)packed + j * depth);
  }
}

static void NAME(zeros)(size_t m, size_t n, SCALAR *c, size_t c_stride) {
  for (size_t i = 0; i < m; i++) memset(c + i * c_stride, 0, n * sizeof(SCALAR));
}

// One strip of a, transposed a block at a time where its rows are contiguous.
static void NAME(pack_strip)(size_t rows, size_t depth, const SCALAR *a, ptrdiff_t rs, ptrdiff_t cs,
                             SCALAR *to) {
  size_t p = 0;
#if TILE_R <= LANES
  if (cs == 1)
    for (; p + LANES <= depth; p += LANES) {
      // Each row written runs over into what the next one, or the next strip, writes.
      NAME(transpose_block)(rows, a + p, rs, to + p * rows, rows);
    }
#endif
  for (; p < depth; p++)
    for (size_t i = 0; i < rows; i++)
      to[p * rows + i] = a[(ptrdiff_t)i * rs + (ptrdiff_t)p * cs];
}

// `rows` rows of a as they are multiplied by `columns` columns of b. They are read where they lie,
// unless neither stride is 1, or many columns repay a copy, or the larger stride is so near a multiple
// of a page that rows would share cache sets.
static NAME(tile) NAME(left)(size_t rows, size_t depth, size_t columns, const SCALAR *a,
                             et_matrix shape, SCALAR *room) {
  const ptrdiff_t rs = rows == 1 ? 1 : shape.row_stride, cs = shape.column_stride;
  const ptrdiff_t large = rs == 1 ? cs : rs;
  NAME(tile) t = {.a = a, .a_rs = rs, .a_cs = cs, .depth = depth};
  const size_t offset = (size_t)(large < 0 ? -large : large) * sizeof(SCALAR) % 4096;
  const bool clash = offset < 128 || offset > 4096 - 128;
  if ((rs == 1 || cs == 1) && columns < (clash ? 96 : 512)) return t;
  for (size_t block = 0; block < rows; block += ET_TILE_ROWS) {
    const size_t end = rows - block < ET_TILE_ROWS ? rows : block + ET_TILE_ROWS;
    for (size_t i = block, height; i < end; i += height) {
      height = NAME(strip)(end - i);
      NAME(pack_strip)(height, depth, a + (ptrdiff_t)i * rs, rs, cs, room + i * depth);
    }
  }
  t.a = room;
  t.a_rs = 1;
  t.a_packed = true;
  return t;
}

// A pass: rows [0, m) of c plus the products of one block in depth, columns of b a tile at a time.
static void NAME(pass)(size_t m, size_t n, size_t most, et_matrix b, bool direct, NAME(tile) left,
                       SCALAR *room) {
  for (size_t j0 = 0; j0 < n; j0 += most) {
    const size_t wide = n - j0 < most ? n - j0 : most;
    const SCALAR *from = (const SCALAR *)b.data + (ptrdiff_t)j0 * b.column_stride;
    // All but a last panel that c has fewer columns for.
    const size_t last = wide % (2 * LANES);
    const size_t whole = !direct ? 0 : last == LANES ? wide : wide - last;
    const et_matrix part = {from, b.row_stride, b.column_stride};
    if (whole < wide) NAME(pack)(wide, left.depth, part, whole, wide - whole, room);
    for (size_t i = 0; i < m; i += ET_TILE_ROWS) {
      NAME(tile) t = left;
      t.a += left.a_packed ? (ptrdiff_t)(i * left.depth) : (ptrdiff_t)i * left.a_rs;
      for (size_t j = 0; j < wide; j += 2 * LANES) {
        const size_t width = NAME(panel_width)(wide - j);
        t.columns = wide - j < width ? wide - j : width;
        t.b = j < whole ? from + j : room + j * left.depth;
        t.b_step = j < whole ? (size_t)b.row_stride : width;
        t.c = left.c + i * left.c_stride + j0 + j;
        NAME(strips)(m - i < ET_TILE_ROWS ? m - i : ET_TILE_ROWS, width, t);
      }
    }
  }
}

ET_INLINE et_matrix NAME(transposed)(et_matrix x) {
  return (et_matrix){x.data, x.column_stride, x.row_stride};
}

static et_status NAME(matmul)(size_t m, size_t n, size_t depth, et_matrix a, et_matrix b, void *c,
                              size_t c_stride, void *scratch) {
  // A column alone leaves a panel nearly empty; it is a row of the transposed product. That needs a
  // transposed, unless it is already, which the fewer columns of an f64 panel don't repay.
  if (n == 1 && c_stride == 1 && m > 1 && (LANES == 16 || a.row_stride == 1))
    return NAME(matmul)(1, m, depth, NAME(transposed)(b), NAME(transposed)(a), c, m, scratch);
  if (depth == 0) NAME(zeros)(m, n, c, c_stride);
  const size_t panels = (n + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
  // Few rows do not repay a copy of b when its rows can be read as they are.
  const bool direct = b.column_stride == 1 && m <= ET_TILE_ROWS;
  // What is packed for one row is read once, and from L1 if it is no more than a deep panel.
  size_t most = ET_TILE_COLUMNS;
  if (m == 1 && !direct && depth > 0) {
    const size_t shallow = depth < ET_DEPTH_BLOCK ? ET_DEPTH_BLOCK / depth : 1;
    if (shallow * 2 * LANES < most) most = shallow * 2 * LANES;
  }
  for (size_t i = 0; i < m; i += ET_PASS_ROWS)
    for (size_t block = 0; block < depth; block += ET_DEPTH_BLOCK) {
      const size_t rows = m - i < ET_PASS_ROWS ? m - i : ET_PASS_ROWS;
      const size_t deep = depth - block < ET_DEPTH_BLOCK ? depth - block : ET_DEPTH_BLOCK;
      SCALAR *const room_a = (SCALAR *)scratch + (panels < most ? panels : most) * deep;
      const SCALAR *from = (const SCALAR *)a.data + (ptrdiff_t)i * a.row_stride +
                           (ptrdiff_t)block * a.column_stride;
      const et_matrix right = {(const SCALAR *)b.data + (ptrdiff_t)block * b.row_stride,
                               b.row_stride, b.column_stride};
      NAME(tile) t = NAME(left)(rows, deep, n, from, a, room_a);
      t.first = block == 0;
      t.c = (SCALAR *)c + i * c_stride;
      t.c_stride = c_stride;
      NAME(pass)(rows, n, most, right, direct, t, scratch);
    }
  return ET_OK;
}

#undef SCALAR
#undef NAME
#undef LANES
#undef TILE_R
#undef TILE_V
#undef FUSED
#undef DEEP
#undef MICRO
#undef MICRO_ROW
