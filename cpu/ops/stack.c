/* stack.c - the stack, near calls, jumps.
 *
 * Reference: SDM volume 2. */
#include "cpu/ops/ops.h"

#define W 16
#include "cpu/ops/width/stack.inc"
#define W 32
#include "cpu/ops/width/stack.inc"
