/* files.h - the files of the host that commands may name.
 *
 * The user's own terminal, keys and script may name any file, unless
 * -files-dir says otherwise. Whoever comes over a socket is kept to one
 * folder: -files-dir, or the one that isabox was started in; nothing leads
 * out of it, and what isabox has not made is not written over without force.
 */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>

enum { FILES_MADE = 64 };

struct files {
    char *folder;                       /* its real path */
    bool for_all;                       /* the user asked for it */
    char *made[FILES_MADE];             /* real paths, a ring */
    unsigned made_n;
};

/* folder NULL: where we are. False with words in why. */
bool files_open(struct files *f, const char *folder, char *why);
void files_close(struct files *f);

/* Whether the path lies in the folder, and may be read, or written. */
bool files_may_read(const struct files *f, const char *path, char *why);
bool files_may_write(const struct files *f, const char *path, bool force,
                     char *why);

/* A file that was written by a command. */
void files_note(struct files *f, const char *path);

#endif
