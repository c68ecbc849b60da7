/* fast_32.c - fast handlers, 32 bits. */
#define FAST_HANDLERS
#define W 32
#include "cpu/fast_w.inc"
