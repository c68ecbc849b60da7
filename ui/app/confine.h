/* confine.h - the jail of this run: what its command line has to do with. */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>

struct options;
struct script;
struct session;

/* To be called when all is open. entry: a file to be removed at the end, or
 * "". False with words in why. */
bool confine(const struct session *s, const struct script *script,
             const char *entry, char *why);

#endif
