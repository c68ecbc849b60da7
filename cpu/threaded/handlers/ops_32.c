/* ops_32.c - fast handlers, 32 bits. */
#define FAST_HANDLERS
#define W 32
#include "cpu/threaded/handlers/ops_w.inc"
#include "cpu/threaded/handlers/ops_held.inc"
#include "cpu/threaded/handlers/ops_more.inc"
