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
      for (size_t v = 0; v < width; v += LANES) {
        NAME(vector) row[LANES];
        for (size_t i = 0; i < LANES; i++) {
          row[i] = (NAME(vector)){};
          if (v + i < count) memcpy(&row[i], b + (ptrdiff_t)(v + i) * cs + p, 64);
        }
        NAME(transpose)(row);
        for (size_t i = 0; i < LANES; i++) memcpy(to + (p + i) * width + v, &row[i], 64);
      }
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
  const ptrdiff_t rs = t->a_rs, cs = t->a_cs;
  const SCALAR *group[(TILE_R + 2) / 3], *b = t->b;  // every third row of a; the others are near
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r += 3) group[r / 3] = t->a + r * rs;
  for (size_t p = t->depth; p > 0; p--) {
    vector row[TILE_V];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) memcpy(&row[v], b + v * LANES, 64);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const vector x = NAME(all)(group[r / 3][(r % 3) * rs]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = FUSED(x, row[v], sum[r][v]);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r += 3) group[r / 3] += cs;
    b += t->b_step;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    SCALAR *c = t->c + r * t->c_stride;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      if (t->columns >= (size_t)(v + 1) * LANES) {
        vector old;
        memcpy(&old, c + v * LANES, 64);
        const vector total = t->first ? sum[r][v] : old + sum[r][v];
        memcpy(c + v * LANES, &total, 64);
      } else {
        for (size_t j = v * LANES; j < t->columns; j++)
          c[j] = t->first ? sum[r][v][j % LANES] : c[j] + sum[r][v][j % LANES];
      }
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
  for (size_t i = 0, rows; i < m; i += rows) {
    rows = NAME(strip)(m - i);
    NAME(tile) part = t;
    part.a += t.a_packed ? (ptrdiff_t)(i * t.depth) : (ptrdiff_t)i * t.a_rs;
    if (t.a_packed) part.a_cs = (ptrdiff_t)rows;
    part.c += i * t.c_stride;
    for (size_t v = 0; v < width && v < t.columns; v += TILE_V * LANES) {
      const bool narrow = TILE_V == 1 || width == LANES;
      part.b = t.b + v;
      part.columns = t.columns - v < TILE_V * LANES ? t.columns - v : TILE_V * LANES;
      NAME(micros)[rows - 1][!narrow](&part);
      part.c += TILE_V * LANES;
    }
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
      NAME(vector) row[LANES];
      for (size_t i = 0; i < LANES; i++) {
        row[i] = (NAME(vector)){};
        if (i < rows) memcpy(&row[i], a + (ptrdiff_t)i * rs + p, 64);
      }
      NAME(transpose)(row);
      // Each store runs over into what the next one, or the next strip, writes.
      for (size_t i = 0; i < LANES; i++) memcpy(to + (p + i) * rows, &row[i], 64);
    }
#endif
  for (; p < depth; p++)
    for (size_t i = 0; i < rows; i++)
      to[p * rows + i] = a[(ptrdiff_t)i * rs + (ptrdiff_t)p * cs];
}

// The rows of a that a pass over `columns` of b works on. They are read where they lie, unless
// neither stride is 1, or many columns repay a copy, or the larger stride is so near a multiple of a
// page that rows would share cache sets.
static NAME(tile) NAME(left)(size_t rows, size_t depth, size_t columns, const SCALAR *a,
                             et_matrix shape, SCALAR *room) {
  const ptrdiff_t rs = shape.row_stride, cs = shape.column_stride, large = rs == 1 ? cs : rs;
  NAME(tile) t = {.a = a, .a_rs = rs, .a_cs = cs, .depth = depth};
  const size_t offset = (size_t)(large < 0 ? -large : large) * sizeof(SCALAR) % 4096;
  const bool clash = offset < 128 || offset > 4096 - 128;
  if ((rs == 1 || cs == 1) && columns < (clash ? 96 : 512)) return t;
  for (size_t i = 0, height; i < rows; i += height) {
    height = NAME(strip)(rows - i);
    NAME(pack_strip)(height, depth, a + (ptrdiff_t)i * rs, rs, cs, room + i * depth);
  }
  t.a = room;
  t.a_rs = 1;
  t.a_packed = true;
  return t;
}

static void NAME(packed)(size_t m, size_t n, size_t depth, et_matrix a, const void *packed,
                         size_t first, size_t count, void *c, size_t c_stride, void *scratch) {
  if (depth == 0) NAME(zeros)(m, count, (SCALAR *)c + first, c_stride);
  for (size_t block = 0; block < depth; block += ET_DEPTH_BLOCK)
    for (size_t i = 0; i < m; i += ET_TILE_ROWS) {
      const size_t rows = m - i < ET_TILE_ROWS ? m - i : ET_TILE_ROWS;
      const size_t deep = depth - block < ET_DEPTH_BLOCK ? depth - block : ET_DEPTH_BLOCK;
      NAME(tile) t = NAME(left)(rows, deep, count, (const SCALAR *)a.data + (ptrdiff_t)i * a.row_stride +
                                (ptrdiff_t)block * a.column_stride, a, scratch);
      t.first = block == 0;
      t.c_stride = c_stride;
      for (size_t j = first; j < first + count; j += 2 * LANES) {
        t.b_step = NAME(panel_width)(n - j);
        t.columns = n - j < t.b_step ? n - j : t.b_step;
        t.b = (const SCALAR *)packed + j * depth + block * t.b_step;
        t.c = (SCALAR *)c + i * c_stride + j;
        NAME(strips)(rows, t.b_step, t);
      }
    }
}

static et_status NAME(matmul)(size_t m, size_t n, size_t depth, et_matrix a, et_matrix b, void *c,
                              size_t c_stride, void *scratch) {
  if (depth == 0) NAME(zeros)(m, n, c, c_stride);
  // Few rows do not repay a copy of b when its rows can be read as they are.
  const bool direct = b.column_stride == 1 && m <= ET_TILE_ROWS;
  SCALAR *const room_b = scratch;
  for (size_t j0 = 0; j0 < n; j0 += ET_TILE_COLUMNS)
    for (size_t block = 0; block < depth; block += ET_DEPTH_BLOCK) {
      const size_t wide = n - j0 < ET_TILE_COLUMNS ? n - j0 : ET_TILE_COLUMNS;
      const size_t deep = depth - block < ET_DEPTH_BLOCK ? depth - block : ET_DEPTH_BLOCK;
      const SCALAR *from = (const SCALAR *)b.data + (ptrdiff_t)block * b.row_stride +
                           (ptrdiff_t)j0 * b.column_stride;
      const size_t whole = direct ? wide / (2 * LANES) * (2 * LANES) : 0;
      const et_matrix rest = {from, b.row_stride, b.column_stride};
      if (whole < wide) NAME(pack)(wide, deep, rest, whole, wide - whole, room_b);
      SCALAR *const after_b = room_b + (wide + 2 * LANES - 1) / (2 * LANES) * (2 * LANES) * deep;
      for (size_t i = 0; i < m; i += ET_TILE_ROWS) {
        const size_t rows = m - i < ET_TILE_ROWS ? m - i : ET_TILE_ROWS;
        NAME(tile) t = NAME(left)(rows, deep, wide, (const SCALAR *)a.data + (ptrdiff_t)i * a.row_stride +
                                  (ptrdiff_t)block * a.column_stride, a, after_b);
        t.first = block == 0;
        t.c_stride = c_stride;
        for (size_t j = 0; j < wide; j += 2 * LANES) {
          const size_t width = NAME(panel_width)(wide - j);
          t.columns = wide - j < width ? wide - j : width;
          t.b = j < whole ? from + j : room_b + j * deep;
          t.b_step = j < whole ? (size_t)b.row_stride : width;
          t.c = (SCALAR *)c + i * c_stride + j0 + j;
          NAME(strips)(rows, width, t);
        }
      }
    }
  return ET_OK;
}

#undef SCALAR
#undef NAME
#undef LANES
#undef TILE_R
#undef TILE_V
#undef FUSED
#undef MICRO
#undef MICRO_ROW
