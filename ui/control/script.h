/* script.h - -script FILE: a user who types, waits and looks. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "ui/session/session.h"

struct script;

/* Reads and checks all of it first. NULL with words (file:line) in why. */
struct script *script_read(const char *path, char *why);
void script_free(struct script *sc);

/* Calls f with each file that a line names. */
void script_files(const struct script *sc,
                  void (*f)(void *ctx, const char *path), void *ctx);

/* Runs it to its end. Returns the exit status: 0, quit's number, 1 when an
 * expectation fails, 2 for media, or the guest's own; words go to stderr. */
int script_run(struct script *sc, struct session *s);

#endif
