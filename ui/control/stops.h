/* stops.h - the breakpoints, watchpoints and events of a session, all of them
 * called stops here.
 *
 *   monitor, scripts, gdb --> stop_add() --> pc_break_set(): the machine stops
 *                                |
 *                         stops.stop[]: text, condition, who set it
 *
 * The machine does the stopping and gives each its number; this list knows what
 * to tell the user of it. */
#ifndef STOPS_H
#define STOPS_H

#include "machine/pc.h"
#include "ui/host/strbuf.h"

enum { STOPS = 1000, STOP_TEXT = 80, STOP_WHEN = 200 };

struct session;
struct peer;

struct stop {
    int number;
    struct session *s;
    const struct peer *owner;           /* the client that set it by the gdb
                                           protocol; NULL: the user has */
    int type;                           /* with an owner: 0 to 4, of Z0 to Z4 */
    bool quiet;                         /* the user is not told of it */
    bool failed;                        /* its condition could not be worked
                                           out when it was met */
    char text[STOP_TEXT];               /* "break 00007c00" */
    char when[STOP_WHEN];               /* an expression; "": always */
};

struct stops {
    struct stop *stop[STOPS];           /* in order of their numbers */
    int n;
};

/* Sets one that b describes, with the condition `when`; NULL: it always stops.
 * What the arguments point to is copied. Returns its number, or 0 with words in
 * why. */
int stop_add(struct session *s, const struct pc_break *b, const char *text,
             const char *when, char *why);
struct stop *stop_find(struct session *s, int number);  /* or NULL */
bool stop_remove(struct session *s, int number);        /* false: none such */

/* Removes all of that owner; NULL: the user's. */
void stops_clear(struct session *s, const struct peer *owner);

/* Frees the list only, when the machine is gone. */
void stops_free(struct session *s);

/* Adds to out a line that says at which stop the last run ended; nothing when
 * it ended for another reason. */
void stop_tell(struct session *s, struct strbuf *out);

/* Adds to out a line that says where the machine is: the time, the instruction
 * count, CS:EIP and the instruction there. */
void place_tell(struct session *s, struct strbuf *out);

#endif
