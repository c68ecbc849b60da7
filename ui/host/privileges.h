/* privileges.h - another user and another root for the process. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <stdbool.h>

/* Gives up what root has: the folder becomes the root of all names, then the
 * user becomes that one, with his groups. NULL: it stays. There is no way
 * back. False with words in why. */
bool privileges_drop(const char *user, const char *root, char *why);

#endif
