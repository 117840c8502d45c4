#include "cstdlib_et.h"

// One line a file; a new file of the library is added here and nowhere else.
#define LIBRARY(FILE) \
  FILE(losses, "losses.et")

static const unsigned char text_losses[] = {
#embed "../../stdlib/losses.et"
};

#define ROW(id, file_name) {file_name, text_##id, sizeof text_##id},
const etude_library_file etude_library_files[] = {LIBRARY(ROW)};
const size_t etude_library_file_count = sizeof etude_library_files / sizeof *etude_library_files;
