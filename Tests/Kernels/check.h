// Inputs, comparison and digests shared by the kernel tests.
#ifndef ETUDE_KERNEL_CHECK_H
#define ETUDE_KERNEL_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"

extern const et_kernels *reference;
extern const et_kernels *levels[ET_LEVEL_COUNT];  // those the machine has, without the reference
extern int level_count, failures;

enum { SIZE_COUNT = 18 };
extern const size_t sizes[SIZE_COUNT];

// The same numbers on every machine (SplitMix64).
uint64_t random_bits(void);
size_t random_below(size_t n);

// Fills x with values of the dtype: any bit patterns, special values, small whole numbers and
// numbers near 1, mixed.
void fill(et_dtype t, size_t n, void *x);
// Like fill, without the values that overflow i32 in one step.
void fill_small(et_dtype t, size_t n, void *x);

// Room for n elements of any dtype and then some, `shift` elements of t off its alignment.
void *room(et_dtype t, size_t n, size_t shift);
void clear_rooms(void);  // frees what room gave

// Starts a family: its digest is over every array given to `same` as wanted, NaNs made alike.
void family(const char *name);
void same(const char *what, const et_kernels *k, et_dtype t, size_t n, const void *wanted,
          const void *got);
void same_status(const char *what, const et_kernels *k, et_status wanted, et_status got);
void expect(bool holds, const char *what);
void finish_family(void);

void test_elementwise(void);
void test_chains(void);
void test_careful_steps(void);
void test_updates(void);
void test_reductions(void);
void test_matmul(void);
void test_random(void);
void test_moves(void);
void test_known_answers(void);
void test_fma(void);

#endif
