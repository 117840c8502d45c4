// The f64 functions against MPFR on chosen points, in blocks that processes share out.
#ifndef ETUDE_DOUBLES_H
#define ETUDE_DOUBLES_H

#include "exact.h"

typedef struct {
  uint64_t inputs;
  double worst;        // ulp
  double at, power;    // where; the second for pow
  uint64_t different;  // another level's result is not the best level's
} doubles;

size_t doubles_blocks(size_t points);
void doubles_judge(const function *f, size_t block, doubles *d);  // f = NULL: pow
void doubles_add(doubles *sum, const doubles *d);

#endif
