/* shift.c - shifts and rotations.
 *
 * Reference: SDM volume 2; 8086 Family User's Manual. */
#include "cpu/ops/ops.h"

/* The 8086 shifts as often as it is told, later ones up to 31 times. */
static inline u32 shift_count(const struct cpu *c, u32 n)
{
    return c->family >= I186 ? n & 31 : n & 0xff;
}

#define W 8
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/shift.inc"
#define W 16
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/shift.inc"
#define W 32
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/shift.inc"
