/* stack.c - the stack, near calls, jumps.
 *
 * Reference: SDM volume 2. */
#include "cpu/ops.h"

#define W 16
#include "cpu/stack.inc"
#define W 32
#include "cpu/stack.inc"
