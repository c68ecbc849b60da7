/* ops_jump8.c - jumps behind operations of 8 bits. */
#define FAST_HANDLERS
#define W 8
#include "cpu/threaded/handlers/ops_jump.inc"
