/* lzhuf.h - unpacks the method of Yoshizaki's LZHUF, as Teledisk 2 uses it.
 *
 * A stream of bits, the highest of a byte first. Each symbol is a byte (0 to
 * 255) or a length (256 to 313: 3 to 60 bytes) that a distance follows, and
 * means bytes of the last 4096 again; before the first these are spaces. The
 * code of a symbol comes from a Huffman tree that both sides change alike with
 * each symbol. The stream does not say where it ends. */
#ifndef LZHUF_H
#define LZHUF_H

#include "machine/core/state.h"

/* Adds to `out` what n bytes at `from` unpack to, `most` bytes and a length
 * at the most; out->failed: out of memory. */
void lzhuf_unpack(struct buf *out, const u8 *from, size_t n, size_t most);

#endif
