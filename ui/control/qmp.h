/* qmp.h - QEMU's machine protocol. */
#ifndef QMP_H
#define QMP_H

#include "config.h"

struct session;

/* Sends an event to every client that has negotiated. reason: of RESET and
 * SHUTDOWN, "guest-..." or "host-..."; NULL for events without data. */
void qmp_event(struct session *s, const char *name, const char *reason);

struct pc_trouble;
void qmp_block_error(struct session *s, const struct pc_trouble *t);

#if HAVE_CJSON
#include <cJSON.h>

/* ---- between qmp*.c ---- */

struct qmp_call {
    struct session *s;
    struct peer *peer;
    const cJSON *args;                  /* an object, checked by the table */
    const char *class;                  /* of the error, NULL: none */
    char why[400];
};

/* args: words "name:type", type s(tring) i(nteger) b(ool) a(rray), with a ?
 * behind it when it may be left out. run returns the result, NULL for {}. */
struct qmp_command {
    const char *name, *args;
    cJSON *(*run)(struct qmp_call *c);
};
extern const struct qmp_command qmp_commands[]; /* ends with a NULL name */

void qmp_error(struct qmp_call *c, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* NULL, -1 or false where the argument was not given. */
const char *qmp_string(const struct qmp_call *c, const char *name);
double qmp_number(const struct qmp_call *c, const char *name);

/* qmpinput.c */
cJSON *qmp_send_key(struct qmp_call *c);
cJSON *qmp_input_send_event(struct qmp_call *c);
#endif
#endif
