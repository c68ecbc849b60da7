/* ops_jump8.c - jumps behind operations of 8 bits. */
#define FAST_HANDLERS
#define W 8
#include "cpu/threaded/ops_jump.inc"
