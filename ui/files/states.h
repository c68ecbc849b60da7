/* states.h - named states of one machine in one file (-states).
 *
 *     "ISABOXN\n"  u32 version  entry, entry, ..
 *
 * An entry is u8 length and name, u64 date (seconds since 1970), u64 guest
 * time (ns), u64 size and the bytes of a state (pc_save_bytes()), which has a
 * checksum of its own. Numbers are little endian. The file is written whole or
 * not at all. */
#ifndef STATES_H
#define STATES_H

#include "ui/host/strbuf.h"

#include <stdint.h>

struct session;

enum { STATE_NAME = 64 };

/* Whether a word that savevm was given is a name and no path: there is such a
 * file, and the word has neither a dot nor a slash. */
bool states_is_name(const struct session *s, const char *word);

/* All return false with words in why. A name that is there is replaced. */
bool states_save(struct session *s, const char *name, char *why);
bool states_load(struct session *s, const char *name, bool force, char *why);
bool states_delete(struct session *s, const char *name, char *why);

/* A line for each. */
bool states_list(struct session *s, struct strbuf *out, char *why);

#endif
