/* tally.c - what an engine could not do itself, for who asks. */
#include "cpu/tally.h"

#include <stdio.h>
#include <stdlib.h>

u64 *tally_rows_new(void)
{
    return calloc((size_t)op_count * TALLY_KINDS, sizeof(u64));
}

u64 cpu_left_count(const struct cpu *c, enum cpu_left why)
{
    return c->tally.left[why];
}

/* The opcode as manuals write it, "0f ba /4". */
static void opcode_text(const struct op *o, char *text, size_t size)
{
    const char *escape = o->slot & 0x100 ? "0f " : "";
    u32 way = o->ext & ~0xffu, n = o->ext & 0xff;

    if (way == EXT_BYTE)
        snprintf(text, size, "%s%02x %02x", escape, o->slot & 0xff, n);
    else if (o->ext)
        snprintf(text, size, "%s%02x /%u", escape, o->slot & 0xff, n);
    else
        snprintf(text, size, "%s%02x", escape, o->slot & 0xff);
}

bool cpu_slow_row(const struct cpu *c, u32 n, struct cpu_slow_row *row)
{
    const struct op *o;

    if (n >= (u32)op_count * TALLY_KINDS)
        return false;
    o = &op_table[n / TALLY_KINDS];
    *row = (struct cpu_slow_row){
        .runs = c->tally.rows ? c->tally.rows[n] : 0,
        .mnem = o->mnem,
        .memory = n & TALLY_MEMORY,
        .repeated = n & TALLY_REPEATED,
    };
    opcode_text(o, row->opcode, sizeof row->opcode);
    return true;
}
