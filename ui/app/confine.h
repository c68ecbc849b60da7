/* confine.h - which folders and calls of the host this run may use. */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>

struct options;
struct script;
struct session;

/* Locks the process in, as -sandbox says. It is called when all that the
 * command line names is open. entry: the path of a file to be removed at the
 * end, or "". False with words in why, of up to PC_WHY bytes, when what
 * -sandbox on asks for can't be had. */
bool confine(const struct session *s, const struct script *script,
             const char *entry, char *why);

#endif
