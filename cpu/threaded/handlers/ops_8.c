/* ops_8.c - fast handlers, 8 bits. */
#define FAST_HANDLERS
#define W 8
#include "cpu/threaded/handlers/ops_w.inc"
#include "cpu/threaded/handlers/ops_held.inc"
#include "cpu/threaded/handlers/ops_more.inc"
