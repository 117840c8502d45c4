// The f32 functions, judged in blocks of inputs that processes share out.
#ifndef ETUDE_SINGLES_H
#define ETUDE_SINGLES_H

#include "exact.h"

enum { HARDEST = 8 };
typedef struct {
  uint64_t inputs;
  uint64_t edges;      // decided by rules: NaN, infinities, zeros, outside the domain
  uint64_t hard;       // decided by MPFR; the rest by the filter
  uint64_t wrong;      // not the correctly rounded result
  uint64_t different;  // another level's result, or beside other inputs, is not the best level's
  uint64_t beyond;     // filter values further from the exact ones than proved
  struct { uint32_t x; double closeness; } hardest[HARDEST];  // hardest first
} singles;

int singles_prepare(void);  // the number of levels

// Judges n <= 65,536 results of every level.
void singles_judge(const function *f, size_t n, const float *x, singles *s);

size_t singles_all_blocks(void);
void singles_all(const function *f, size_t block, singles *s);
size_t singles_sample_blocks(size_t points);
void singles_sample(const function *f, size_t block, singles *s);

// Adds the second to the first.
void singles_add(singles *sum, const singles *s);

#endif
