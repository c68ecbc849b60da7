/* tree.h - a folder of the host with all that is in it, and no way out of it.
 *
 * Paths are relative to that folder: "GAMES/SAVE.DAT"; the folder itself is
 * "". Every step of a path is opened from the one before it and no link is
 * followed, so what others do to the folder meanwhile leads nowhere else.
 *
 * A file comes into being under a name of ours beside its place and is renamed
 * when all of it is on the disk:
 *
 *     tree_new() -> tree_put() .. -> tree_settle() -> tree_rename()
 *
 * so whatever ends the program or the host in between, under the name of the
 * file there is the old one or the new one, whole. */
#ifndef TREE_H
#define TREE_H

#include "machine/host/dosattr.h"
#include "machine/host/host.h"

struct tree_info {
    bool folder, plain;
    u8 attr;                            /* DOSATTR_HIDDEN, .. */
    u64 size;
    s64 seconds;                        /* of the last write, since 1970 */
    u32 ns;
    u64 inode;
};

enum tree_change { TREE_NEW, TREE_PUT, TREE_SETTLE, TREE_RENAME, TREE_REMOVE,
                   TREE_MAKE_FOLDER, TREE_REMOVE_FOLDER, TREE_SET };

struct tree {
    int root, last;                     /* last: the folder opened last */
    char *last_path;
    int error;                          /* errno of the last failure */
    u32 serial;                         /* for names of new files */
    bool follow;                        /* links in it are followed */
    /* Asked before each change; false: it fails. NULL: all may be done. */
    bool (*may)(void *ctx, enum tree_change what, const char *path);
    void *ctx;
    char name[200];
};

/* alone: nobody else who asks so gets it, until it is closed. */
enum err tree_open(struct tree **out, const char *path, bool alone,
                   struct why *why);
void tree_close(struct tree *t);        /* NULL is fine */

/* False: there is nothing of that name. A link is neither file nor folder. */
bool tree_look(struct tree *t, const char *path, struct tree_info *info);

/* Calls each() for what is in a folder, in the order of the names' bytes. */
typedef enum err tree_each(void *ctx, const char *name,
                           const struct tree_info *info);
enum err tree_list(struct tree *t, const char *path, tree_each *each,
                   void *ctx);

/* Gives the first `size` bytes of a plain file, zeros where it is shorter, in
 * parts of up to `part` bytes. */
enum err tree_read(struct tree *t, const char *path, u64 size, u32 part,
                   enum err (*take)(void *ctx, const u8 *p, u32 n), void *ctx);

/* The same by and by; the bytes behind its end are zeros. */
enum err tree_open_file(struct tree *t, const char *path, int *fd);
enum err tree_get(struct tree *t, int fd, void *to, u32 n);
/* At a place, and all of it: that it is shorter is an error. */
enum err tree_get_at(struct tree *t, int fd, u64 at, void *to, u32 n);
bool tree_look_open(int fd, struct tree_info *info);
void tree_end_file(int fd);

/* A file that has no name of its own yet. */
struct tree_new {
    char *path;                         /* its name until then; owned */
    int fd;
};

enum err tree_new(struct tree *t, const char *folder, struct tree_new *n);
enum err tree_put(struct tree *t, struct tree_new *n, const void *bytes,
                  u32 size);
/* Puts it on the disk, with its time and attributes; info says what it is
 * then. */
enum err tree_settle(struct tree *t, struct tree_new *n, u8 attr,
                     struct dos_time time, struct tree_info *info);
void tree_drop(struct tree *t, struct tree_new *n); /* and its name */

/* Whether a name is one of those that tree_new() gives. */
bool tree_is_new(const char *name);

/* over: what is there may go. */
enum err tree_rename(struct tree *t, const char *from, const char *to,
                     bool over);
/* Both get the other's name at once. ERR_FORMAT: this host can't. */
enum err tree_swap(struct tree *t, const char *a, const char *b);
enum err tree_remove(struct tree *t, const char *path);
enum err tree_make_folder(struct tree *t, const char *path);
enum err tree_remove_folder(struct tree *t, const char *path);
enum err tree_set(struct tree *t, const char *path, u8 attr,
                  struct dos_time time, struct tree_info *info);
/* Of a folder; a host that has no such attributes has none. */
void tree_set_folder(struct tree *t, const char *path, u8 attr);
void tree_sync_folder(struct tree *t, const char *path);

#endif
