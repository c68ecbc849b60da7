/* typist.h - key strokes spread over guest time, as fingers would. */
#ifndef TYPIST_H
#define TYPIST_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"

enum { TYPIST_STEPS = 1024, TYPIST_HOLD_MS = 15 };

struct typist_step {
    uint16_t code;
    uint16_t wait_ms;                   /* before the next step */
    bool down;
};

struct typist {
    struct typist_step step[TYPIST_STEPS];
    unsigned first, count;
    int64_t due;                        /* guest time of the first step */
    int64_t patience;                   /* when a full buffer counts no more */
};

/* False when there is no room left for it; nothing is typed then. */
bool typist_char(struct typist *t, int ch);     /* ASCII; others: true */
bool typist_chord(struct typist *t, const uint16_t *code, int n, int hold_ms);

/* Does what is due. Returns the guest time of the next step, INT64_MAX when
 * all has been typed. Waits while the keyboard or the BIOS has no room. */
int64_t typist_run(struct typist *t, struct pc *pc);

#endif
