/* typist.h - key strokes spread over guest time, as fingers would. */
#ifndef TYPIST_H
#define TYPIST_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"

/* Most steps that wait: a megabyte of keys or so, hours of typing. */
enum { TYPIST_STEPS = 1 << 20, TYPIST_HOLD_MS = 15, TYPIST_PASTE_MS = 4 };

struct typist_step {
    uint16_t code;
    uint16_t wait_ms;                   /* before the next step */
    bool down;
};

struct typist {
    struct typist_step *step;           /* a ring of `room`, which grows */
    unsigned first, count, room;
    int64_t due;                        /* guest time of the first step */
    int64_t patience;                   /* when a full buffer counts no more */
    uint16_t tail;                      /* the BIOS's, as of the last key */
    bool forced;                        /* that key went into a full buffer */
    bool ignored;                       /* and was not put there */
    bool after_cr;                      /* typist_text() has just typed one */
};

/* False when there is no room left for it; nothing is typed then. A chord
 * held for less than a finger would is followed by the next one as soon. */
bool typist_char(struct typist *t, int ch);     /* ASCII; others: true */
bool typist_chord(struct typist *t, const uint16_t *code, int n, int hold_ms);

/* As fast as a guest takes it: a line's end, LF, CR or both, is Enter. */
bool typist_paste(struct typist *t, int ch);

/* A key that goes down or up now; behind those that wait, or when the guest
 * has not had its last ones yet. */
bool typist_event(struct typist *t, struct pc *pc, uint16_t code, bool down);

/* How many chords of up to `chord` keys may be added. */
unsigned typist_room(const struct typist *t, unsigned chord);

/* Does what is due. Returns the guest time of the next step, INT64_MAX when
 * all has been typed. Waits while the keyboard or the BIOS has no room. */
int64_t typist_run(struct typist *t, struct pc *pc);

/* Forgets what waits. */
void typist_clear(struct typist *t);

#endif
