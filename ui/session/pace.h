/* pace.h - guest time against the host's clock. */
#ifndef PACE_H
#define PACE_H

#include <stdint.h>

#include "ui/app/options.h"

struct pace {
    enum speed_mode mode;
    int64_t host, guest;                /* moments that belong together */
    int64_t busy, since;                /* this window: ns in pc_run, start */
    uint64_t icount, cost;              /* at the window's start */
    uint32_t ps;                        /* the pace asked for last by -speed
                                           auto or host */
    double mips;                        /* of the last window, for show */
};

int64_t pace_clock(void);               /* host ns, monotonic */

void pace_init(struct pace *p, enum speed_mode mode);

/* The two clocks start again from here: after a pause or a load. */
void pace_restart(struct pace *p, const struct pc *pc);

/* Tells of one pc_run() that took busy ns; may change the guest's pace. */
void pace_ran(struct pace *p, struct pc *pc, int64_t busy);

/* Host ns that the guest is ahead: how long to sleep. 0 when it is behind;
 * what it can't catch up with is forgotten. */
int64_t pace_ahead(struct pace *p, const struct pc *pc);

#endif
