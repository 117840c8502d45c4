#include "cstdlib_et.h"

// A file of the library is one row here and its bytes below.
static const unsigned char activations[] = {
#embed "../../stdlib/activations.et"
};
static const unsigned char convolution[] = {
#embed "../../stdlib/convolution.et"
};
static const unsigned char data[] = {
#embed "../../stdlib/data.et"
};
static const unsigned char datasets[] = {
#embed "../../stdlib/datasets.et"
};
static const unsigned char evaluation[] = {
#embed "../../stdlib/evaluation.et"
};
static const unsigned char figures[] = {
#embed "../../stdlib/figures.et"
};
static const unsigned char initializers[] = {
#embed "../../stdlib/initializers.et"
};
static const unsigned char layers[] = {
#embed "../../stdlib/layers.et"
};
static const unsigned char losses[] = {
#embed "../../stdlib/losses.et"
};
static const unsigned char normalization[] = {
#embed "../../stdlib/normalization.et"
};
static const unsigned char optimizers[] = {
#embed "../../stdlib/optimizers.et"
};
static const unsigned char schedules[] = {
#embed "../../stdlib/schedules.et"
};
static const unsigned char sequences[] = {
#embed "../../stdlib/sequences.et"
};
static const unsigned char shapes[] = {
#embed "../../stdlib/shapes.et"
};
static const unsigned char summary[] = {
#embed "../../stdlib/summary.et"
};
static const unsigned char training[] = {
#embed "../../stdlib/training.et"
};

#define FILE(name) {#name ".et", name, sizeof name}
const etude_library_file etude_library_files[] = {
    FILE(activations),
    FILE(convolution),
    FILE(data),
    FILE(datasets),
    FILE(evaluation),
    FILE(figures),
    FILE(initializers),
    FILE(layers),
    FILE(losses),
    FILE(normalization),
    FILE(optimizers),
    FILE(schedules),
    FILE(sequences),
    FILE(shapes),
    FILE(summary),
    FILE(training),
};
const size_t etude_library_file_count = sizeof etude_library_files / sizeof *etude_library_files;

const etude_library_file *etude_library_file_at(size_t i) { return &etude_library_files[i]; }
