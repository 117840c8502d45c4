#pragma once

#if defined(__wasm__)

// What the page gives, and the functions of the C library that every program is linked with anyway.
__attribute__((import_module("etude"), import_name("now"))) double et_now(void);  // milliseconds

void *realloc(void *block, __SIZE_TYPE__ size);
int posix_memalign(void **block, __SIZE_TYPE__ alignment, __SIZE_TYPE__ size);
void free(void *block);

static inline __SIZE_TYPE__ et_memory_size(void) {
  return __builtin_wasm_memory_size(0) * 65536;
}

#else

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Swift can't call variadic functions, and does not see macros that are more than numbers; each use
// has a function of its own here.

static inline int et_errno(void) { return errno; }
static inline void et_set_errno(int code) { errno = code; }

static inline int et_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

// Columns of the terminal behind a file; 0 for none.
static inline int et_columns(int file) {
  struct winsize size;
  return ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static inline void et_handle_signal(int number, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

static inline void et_default_signal(int number) { signal(number, SIG_DFL); }
static inline void et_ignore_signal(int number) { signal(number, SIG_IGN); }

// Starts a program found by PATH with the environment of the process and no signal blocked.
static inline int et_spawn(pid_t *child, const char *name, char *const arguments[]) {
  posix_spawnattr_t attributes;
  sigset_t none;
  posix_spawnattr_init(&attributes);
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  extern char **environ;
  int status = posix_spawnp(child, name, NULL, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  return status;
}

static inline int et_file_type(const struct stat *status) { return status->st_mode & S_IFMT; }

#endif
