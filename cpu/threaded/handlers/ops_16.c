/* ops_16.c - fast handlers, 16 bits. */
#define FAST_HANDLERS
#define W 16
#include "cpu/threaded/handlers/ops_w.inc"
#include "cpu/threaded/handlers/ops_held.inc"
#include "cpu/threaded/handlers/ops_more.inc"
