/* runs.h - for tests of repeated string instructions: operands for random
 * programs of engine.h's beds. */
#ifndef RUNS_H
#define RUNS_H

#include "tests/lib/engine.h"

/* mov (e)reg, v */
static void number(struct text *t, u32 reg, u32 v)
{
    byte(t, 0xb8 + reg);
    for (u32 n = 0; n < (t->wide ? 4u : 2u); n++)
        byte(t, v >> 8 * n);
}

/* Where elements lie: at a page's end, a segment's, or where pages are missing
 * (bed.h: pages()). */
static u32 run_place(const struct text *t)
{
    u32 near = rnd(64);

    switch (rnd(4)) {
    case 0:  return 0x4000 - 40 + near;
    case 1:  return t->wide ? 0x41000 - 200 + 4 * near : 0xffc0 + near;
    case 2:  return t->wide ? 0x44000 - 200 + 4 * near : 0x10 + near;
    default: return 0x5000 + rnd(0x2000);
    }
}

#endif
