/* qmp.h - QEMU's machine protocol. */
#ifndef QMP_H
#define QMP_H

#include "config.h"

struct session;

/* Sends an event to every client that has negotiated. reason: of RESET and
 * SHUTDOWN, "guest-..." or "host-..."; NULL for events without data. */
void qmp_event(struct session *s, const char *name, const char *reason);

/* The same for an event whose data is one string. */
void qmp_member_event(struct session *s, const char *name, const char *member,
                      const char *value);

struct pc_trouble;
void qmp_block_error(struct session *s, const struct pc_trouble *t);

#if HAVE_CJSON
#include <cJSON.h>

#include "ui/control/commands.h"

/* ---- between qmp*.c ---- */

const cJSON *qmp_member(const cJSON *o, const char *name);

/* Checks c->json by the row and fills the arguments. */
void qmp_args(struct call *c);

/* The code of a KeyValue; 0 after an error. */
uint16_t qmp_key(struct call *c, const cJSON *v);

#endif
#endif
