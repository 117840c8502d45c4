// Shows that the f32 functions are correctly rounded, by default for all 2^32 inputs, and samples
// the f64 ones against MPFR. Exit status 1 if a result is wrong, 2 if the arguments are.
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "doubles.h"
#include "singles.h"

static const char usage[] =
  "usage: exhaustive [--sample N] [--doubles N] [--function NAME] [--jobs N] [--hard]\n"
  "  --sample N       N inputs of each f32 function and every special one, not all 2^32\n"
  "  --doubles N      N points of each f64 function (10,000,000; with --sample N / 64)\n"
  "  --function NAME  only this one, or pow\n"
  "  --jobs N         processes (as many as CPUs)\n"
  "  --hard           print the hardest inputs, and how near in units of the last place\n";

static struct {
  size_t sample, points;
  const char *name;
  long jobs;
  bool hard;
} options;

// What the processes share: the next block, and a result for each.
enum { MOST_JOBS = 256 };
typedef struct {
  atomic_size_t next;
  singles single[MOST_JOBS];
  doubles pair[MOST_JOBS];
} board;
static board *shared;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// Each process takes blocks until none is left. A process that dies ends the run.
static void share_out(size_t blocks, void (*work)(const function *, size_t block, long job),
                      const function *f) {
  memset(shared, 0, sizeof *shared);
  fflush(stdout);
  for (long job = 0; job < options.jobs; job++) {
    const pid_t child = fork();
    if (child < 0) exit((perror("fork"), 2));
    if (child > 0) continue;
    for (size_t block; (block = atomic_fetch_add(&shared->next, 1)) < blocks;) work(f, block, job);
    fflush(stdout);
    _exit(0);
  }
  for (long job = 0; job < options.jobs; job++) {
    int status;
    if (wait(&status) < 0 || status != 0) exit((fprintf(stderr, "a process failed\n"), 2));
  }
}

static void all(const function *f, size_t block, long job) {
  singles_all(f, block, &shared->single[job]);
}
static void some(const function *f, size_t block, long job) {
  singles_sample(f, block, &shared->single[job]);
}
static void wide(const function *f, size_t block, long job) {
  doubles_judge(f, block, &shared->pair[job]);
}

static bool chosen(const char *name) { return !options.name || strcmp(name, options.name) == 0; }

static bool run_singles(const function *f) {
  const double start = now();
  if (options.sample) share_out(singles_sample_blocks(options.sample), some, f);
  else share_out(singles_all_blocks(), all, f);
  singles sum = {0};
  for (long job = 0; job < options.jobs; job++) singles_add(&sum, &shared->single[job]);
  printf("%-8s %11" PRIu64 " %11" PRIu64 " %8" PRIu64 " %6" PRIu64 " %6" PRIu64 " %6" PRIu64
         " %8.1f\n", f->name, sum.inputs, sum.edges, sum.hard, sum.wrong, sum.different, sum.beyond,
         now() - start);
  for (int i = 0; options.hard && i < HARDEST && sum.hardest[i].closeness > 0; i++)
    printf("  0x%08x  %a  2^-%.1f\n", sum.hardest[i].x, (double)float_of(sum.hardest[i].x),
           sum.hardest[i].closeness);
  fflush(stdout);
  return sum.wrong + sum.different + sum.beyond == 0;
}

static bool run_doubles(const function *f) {
  const double start = now();
  share_out(doubles_blocks(options.points), wide, f);
  doubles sum = {0};
  for (long job = 0; job < options.jobs; job++) doubles_add(&sum, &shared->pair[job]);
  printf("%-8s %11" PRIu64 " %10.4f %6" PRIu64 " %8.1f  %a", f ? f->name : "pow", sum.inputs,
         sum.worst, sum.different, now() - start, sum.at);
  printf(f ? "\n" : " ^ %a\n", sum.power);
  fflush(stdout);
  return sum.worst < 1 && sum.different == 0;
}

static size_t count_of(const char *text) {
  char *end;
  const unsigned long long n = text ? strtoull(text, &end, 10) : 0;
  if (n == 0 || *end) exit((fputs(usage, stderr), 2));
  return n;
}

static void read_options(char **argv) {
  options.jobs = sysconf(_SC_NPROCESSORS_ONLN);
  for (char **a = argv + 1; *a; a++) {
    if (!strcmp(*a, "--sample")) options.sample = count_of(*++a);
    else if (!strcmp(*a, "--doubles")) options.points = count_of(*++a);
    else if (!strcmp(*a, "--jobs")) options.jobs = (long)count_of(*++a);
    else if (!strcmp(*a, "--hard")) options.hard = true;
    else if (!strcmp(*a, "--function") && a[1]) options.name = *++a;
    else exit((fputs(usage, stderr), 2));
    if (!*a) break;
  }
  if (options.jobs > MOST_JOBS) options.jobs = MOST_JOBS;
  if (!options.points) options.points = options.sample ? options.sample / 64 + 1 : 10000000;
  bool known = !options.name || chosen("pow");
  for (int i = 0; i < FUNCTION_COUNT; i++) known |= chosen(functions[i].name);
  if (!known) exit((fprintf(stderr, "no function %s\n", options.name), 2));
}

int main(int argc, char **argv) {
  (void)argc;
  read_options(argv);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) exit((perror("mmap"), 2));
  et_set_rounding();
  printf("%d levels up to %s, %ld processes\n", singles_prepare(), et_level_name(et_best_level()),
         options.jobs);
  bool good = true;
  printf("\nf32           inputs       edges     hard  wrong differ beyond  seconds\n");
  for (int i = 0; i < FUNCTION_COUNT; i++)
    if (chosen(functions[i].name)) good &= run_singles(&functions[i]);
  printf("\nf64           points  worst ulp differ  seconds  at\n");
  for (int i = 0; i < FUNCTION_COUNT; i++)
    if (chosen(functions[i].name)) good &= run_doubles(&functions[i]);
  if (chosen("pow")) good &= run_doubles(NULL);
  return good ? 0 : 1;
}
