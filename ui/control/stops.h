/* stops.h - the breakpoints, watchpoints and events of a session.
 *
 * The monitor, scripts and gdb set them; what each is in words stands here,
 * with its condition. The machine does the stopping (pc_break_set()). */
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
    const struct peer *owner;           /* gdb's; NULL: the user's */
    int type;                           /* gdb's Z0 to Z4 */
    bool quiet;                         /* nobody is told of it */
    bool failed;                        /* its condition makes no sense now */
    char text[STOP_TEXT];               /* "break 00007c00" */
    char when[STOP_WHEN];               /* an expression; "": always */
};

struct stops {
    struct stop *stop[STOPS];           /* in order of their numbers */
    int n;
};

/* Sets one that b describes, but for its condition; when may be NULL. Returns
 * its number, 0 with words in why. */
int stop_add(struct session *s, const struct pc_break *b, const char *text,
             const char *when, char *why);
struct stop *stop_find(struct session *s, int number);  /* or NULL */
bool stop_remove(struct session *s, int number);

/* All of that owner. */
void stops_clear(struct session *s, const struct peer *owner);
void stops_free(struct session *s);

/* What the machine has stopped at, as a line; nothing where it was none. */
void stop_tell(struct session *s, struct strbuf *out);

/* Where it stands: time, count, CS:EIP and the instruction. */
void place_tell(struct session *s, struct strbuf *out);

#endif
