#ifndef CSTDLIB_ET_H
#define CSTDLIB_ET_H
#include <stddef.h>

/// One file of the standard library: its name, such as "losses.et", and its UTF-8 text.
typedef struct {
  const char *name;
  const unsigned char *text;
  size_t length;
} etude_library_file;

/// The files of the standard library, in the order they are listed.
extern const etude_library_file etude_library_files[];
/// How many there are.
extern const size_t etude_library_file_count;
/// File `i` of them; a function because Swift can't see an array of no stated length.
const etude_library_file *etude_library_file_at(size_t i);
#endif
