#include <zlib.h>

// `inflateInit2` is a macro, which Swift does not see. 31: a gzip header is required.
static inline int et_inflate_start(z_stream *stream) { return inflateInit2(stream, 31); }
