/* ops_jump32.c - jumps behind operations of 32 bits. */
#define FAST_HANDLERS
#define W 32
#include "cpu/threaded/ops_jump.inc"
