/* ops_jump16.c - jumps behind operations of 16 bits. */
#define FAST_HANDLERS
#define W 16
#include "cpu/threaded/handlers/ops_jump.inc"
