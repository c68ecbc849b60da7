/* breaks.h - breakpoints, watchpoints and other stops of one machine.
 *
 *     pc_break_set() --> list, by address --> cpu_set_stops() before a run
 *                          |                          |
 *     pc_run() ends <-- judged between       told of an event: noted,
 *     with PC_BREAK     instructions         and the CPU stops
 *
 * The list is no part of the machine's state. A run that does not ask for
 * PC_BREAK, as those of the history, goes by all of them. */
#ifndef BREAKS_H
#define BREAKS_H

#include "machine/board.h"

enum { HITS = 16 };

struct breakpoint {
    int number;
    struct pc_break b;
};

struct breaks {
    struct breakpoint *list;
    u32 n, room;
    int numbers;                        /* given so far */
    struct cpu_stop *stops;             /* what the CPU has, by the list */
    u32 armed;
    bool changed;                       /* the list, since then */
    struct pc_hit hit[HITS];            /* noted, not judged yet */
    u32 hits;
    int only;                           /* 0, or the one that counts */
    struct pc_hit last;
    bool met;                           /* last is of the last run */
};

void breaks_init(struct pc *pc);        /* the CPU's pin is joined */
void breaks_free(struct pc *pc);

/* Before a run: the CPU gets the list, where that is another one now. */
void breaks_arm(struct pc *pc);

/* Between two instructions: what was noted is met, or forgotten. */
void breaks_judge(struct pc *pc);

static inline bool breaks_noted(const struct pc *pc)
{
    return pc->breaks && pc->breaks->hits;
}

#endif
