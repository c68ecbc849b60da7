/* storage.h - images that the program around the machine keeps itself. */
#ifndef STORAGE_H
#define STORAGE_H

#include "machine/block/format.h"
#include "machine/pc.h"

/* Opens what is behind the functions of `s`, which are called until the
 * medium is closed; `name` is for messages. */
enum err storage_open(struct block **out, const char *name,
                      const struct pc_storage *s, const struct open_how *how,
                      struct why *why);

#endif
