/* ops_jump32.c - jumps behind operations of 32 bits. */
#define FAST_HANDLERS
#define W 32
#include "cpu/threaded/handlers/ops_jump.inc"
