/* jail.h - what the process may still ask of its host once it has started.
 *
 * Two locks, each where configure and the kernel have it. A seccomp filter
 * limits the calls of the system: without a window to those in a table; with
 * one, where drivers need what nobody can list, all but those in another.
 * Landlock limits files to the folders that the command line named. Who tries
 * what is not allowed gets an error from Landlock, and ends the process, with
 * words, by the filter. */
#ifndef JAIL_H
#define JAIL_H

#include <stdbool.h>

enum { JAIL_FOLDERS = 48, JAIL_TREES = 8 };

struct jail {
    const char *folder[JAIL_FOLDERS];   /* may be read, written and removed */
    int folders;
    const char *tree[JAIL_TREES];       /* there also folders may be made and
                                         * removed */
    int trees;
    bool windowed;                      /* a window, with sound: libraries */
    bool makes_code;                    /* compiled blocks: memory that runs,
                                         * but is not written there */
};

/* Adds a folder; one more than fit is not added, and so is locked. */
void jail_folder(struct jail *j, const char *path);
void jail_tree(struct jail *j, const char *path);

/* Locks what can be locked. must: it is an error when something can't. False
 * with words in why. There is no way back. */
bool jail_enter(const struct jail *j, bool must, char *why);

/* Prints what the locks are, with a reason for each row. */
void jail_list(void);

#endif
