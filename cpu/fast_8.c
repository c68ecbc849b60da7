/* fast_8.c - fast handlers, 8 bits. */
#define FAST_HANDLERS
#define W 8
#include "cpu/fast_w.inc"
