/* dosattr.h - DOS's attributes of a file of the host.
 *
 * They stand in the extended attribute user.DOSATTRIB, as Samba and DOSEMU have
 * them: text, "0x22" for a hidden file that was changed since its last backup.
 * On hosts and file systems without such attributes there are none. */
#ifndef DOSATTR_H
#define DOSATTR_H

#include "machine/core/core.h"

/* Bits as in a FAT's directory. */
enum { DOSATTR_READONLY = 1, DOSATTR_HIDDEN = 2, DOSATTR_SYSTEM = 4,
       DOSATTR_FOLDER = 0x10, DOSATTR_ARCHIVE = 0x20,
       DOSATTR_KEPT = 0x27 };

/* Those of a name in a folder that is open; -1: none are kept. */
int dosattr_get(int folder, const char *name, bool follow);

/* Whether a file that is open is told to have others than these. */
bool dosattr_differs(int fd, u8 attr, u8 usual);

/* Tells a file that is open, and may be written to, what it has. */
void dosattr_set(int fd, u8 attr);

#endif
