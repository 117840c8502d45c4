#include <zlib.h>

// `inflateInit2` is a macro, which Swift does not see. 31: a gzip header is required; -15: a bare
// stream as in ZIP archives.
static inline int et_inflate_start(z_stream *stream) { return inflateInit2(stream, 31); }
static inline int et_inflate_start_bare(z_stream *stream) { return inflateInit2(stream, -15); }
