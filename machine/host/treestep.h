/* treestep.h - between tree.c, which finds and reads what is in a folder of the
 * host, and treewrite.c, which changes it. */
#ifndef TREESTEP_H
#define TREESTEP_H

#include <sys/stat.h>

#include "machine/host/tree.h"

enum { TREE_WRITERS = 0222 };           /* of a mode: who may write */

/* Keeps the errno in the tree, and says which error of ours that is. */
enum err tree_failed(struct tree *t, int error);

/* The folder that the first n bytes of a path name; -1: errno. It stays the
 * tree's own, until another one is asked for. */
int tree_folder(struct tree *t, const char *path, size_t n);

/* The folder that something lies in, and its name there. */
int tree_parent(struct tree *t, const char *path, const char **name);

/* The folder that was opened last may be another one now. */
void tree_forget(struct tree *t);

struct tree_info tree_info_of(const struct stat *st);

/* A plain file, for reading; -1: errno. The caller closes it. */
int tree_open_plain(struct tree *t, const char *path);

#endif
