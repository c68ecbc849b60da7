/* timeline_priv.h - between timeline.c (moments, keys), timelineshot.c
 * (pictures) and timelinedraw.c (the whole as a frame). */
#ifndef TIMELINE_PRIV_H
#define TIMELINE_PRIV_H

#include "ui/display/timeline/timeline.h"

enum {
    SLOTS = 7,                          /* small pictures in the strip */
    SMALL_W = 128, SMALL_H = 96,
    LARGE_W = 720, LARGE_H = 540,
    ALL_W = 960, ALL_H = 720,
    SHOTS = 64,                         /* small pictures that are kept */
    LABEL = 32
};

struct shot {                           /* what one moment looks like */
    int64_t ns;                         /* the time that was asked for */
    bool made;
    struct pc_moment at;                /* the place that was found */
    char why[PC_WHY];                   /* it can't be gone to; or "" */
    uint64_t used;                      /* the last time, by t->clock */
    uint32_t pixels[SMALL_W * SMALL_H];
};

struct timeline {
    struct pc_moment first, last;       /* of the history */
    struct pc_moment origin;            /* where the machine stands */
    bool resume;                        /* it ran before */
    int64_t at;                         /* the chosen time */
    int step;                           /* between slots, by number */
    uint64_t clock, changes;
    struct shot *shot[SHOTS];

    int64_t large_ns;                   /* of `large`; -1: of nothing */
    bool is_text;
    struct pc_text text;                /* of the same moment */
    uint32_t large[LARGE_W * LARGE_H];
    char note[PC_WHY];
    uint32_t pixels[ALL_W * ALL_H];
};

/* ---- timeline.c ---- */

/* Time of slot n of the strip; false where history has none. */
bool slot_time(const struct timeline *t, int n, int64_t *ns);
int slot_chosen(const struct timeline *t);

/* The time whose picture stands for that: of a snapshot where one is near. */
int64_t time_shown(const struct session *s, int64_t ns);

/* "-12.4 s" before the end of the history, finer where steps are. */
const char *time_label(const struct timeline *t, int64_t ns, char *buf);
const char *step_label(const struct timeline *t, char *buf);

/* ---- timelineshot.c ---- */

/* The picture of a time, if it is kept. */
struct shot *shot_find(struct timeline *t, int64_t ns);

/* Takes it. The machine is then somewhere in its past: shot_home() brings it
 * back, false with words when that can't be. */
struct shot *shot_take(struct session *s, int64_t ns);
bool shot_home(struct session *s, char *why);

/* ---- timelinedraw.c ---- */

struct pc_frame timeline_frame(struct session *s);

/* The time at a pixel: of a slot, or on the bar below; false: of neither. */
bool timeline_time_at(const struct session *s, int x, int y, int64_t *ns);

#endif
