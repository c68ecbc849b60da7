/* node.h - a folder's files and folders, as a disk has them.
 *
 * Two such trees are all there is to a folder that is a drive: what the guest
 * and the host last agreed upon, and what the guest's disk says now.
 *
 *     host's folder --scan_host()--> tree --build--> disk (FAT)
 *                                     |                |
 *                                     v          scan_disk()
 *     host's folder <----apply----  pairs  <---- tree now
 *
 * A node of the first kind knows the name that it has on the host and what the
 * host said of that file when it was last read or written here (`stamp`). A
 * file that has another stamp since was changed by somebody else, and is never
 * written over. */
#ifndef NODE_H
#define NODE_H

#include "machine/core/state.h"
#include "machine/fat/fat.h"
#include "machine/host/tree.h"

enum { NODE_DEPTH = 64, NODES = 1 << 18 };

struct node {
    struct node *parent, *child, *last, *next;
    struct node *same[2];               /* at the same place of a table */
    struct node *pair;                  /* what it is in the other tree */
    char *name;                         /* the guest's, UTF-8 */
    char *host;                         /* on the host; NULL: it is not there */
    char alias[FAT_SHORT];
    bool folder;
    u8 attr;                            /* DOSATTR_HIDDEN, .. */
    bool is_long;                       /* it has a long name */
    bool bad;                           /* the disk does not have it whole */
    bool changed;                       /* sectors of it were written to */
    bool stale;                         /* the host has an older one */
    bool ours;                          /* the host's was written by us */
    bool left;                          /* the guest's disk went back to where
                                         * it was not: it stays on the host */
    bool gone;                          /* not there any more */
    u16 date, time;
    u32 cluster, size;
    u32 entries;                        /* a folder's, in its directory */
    u64 chain;                          /* a hash of its clusters */
    struct tree_info stamp;             /* .seconds 0: none */
};

struct nodes {
    struct node root;
    u32 n, files, folders;
    u64 bytes;
    struct node **by[2];                /* hash tables: by name, by cluster */
    u32 slots[2];
};

void nodes_init(struct nodes *t);
void nodes_free(struct nodes *t);

/* Behind the parent's last child; NULL: out of memory, or too many. */
struct node *node_new(struct nodes *t, struct node *parent, const char *name);
/* Takes it, with all that is in it, out of its parent. */
void node_cut(struct node *n);
void node_free(struct nodes *t, struct node *n);        /* and its children */
void node_join(struct node *parent, struct node *n);

u32 node_depth(const struct node *n);   /* the root's: 0 */

/* o, the host's, is as n, the guest's, from now on, but for its names. */
void node_take(struct node *o, const struct node *n);

/* The next one in an order where parents come first; NULL: that was all. */
struct node *node_next(const struct node *root, const struct node *n);
/* The same in the opposite order: children come first. */
struct node *node_first_up(struct node *root);
struct node *node_next_up(const struct node *root, const struct node *n);

/* Finds by name among the children of a node, those that were there when
 * nodes_index() was called; those for which pair is set are passed over. */
bool nodes_index(struct nodes *t);
struct node *node_named(const struct nodes *t, const struct node *parent,
                        const char *name, bool folder);
/* By its short name, one after the other. */
struct node *node_by_alias(const struct node *parent, const char *alias,
                           bool folder);
/* Cuts all but the first of those whose names DOS can't tell apart, and says
 * how many; `one` is one of them. */
u32 nodes_drop_twins(struct nodes *t, char one[256]);
/* The same by the first cluster, in the whole tree. */
struct node *node_at_cluster(const struct nodes *t, u32 cluster, bool folder);

/* The path on the host, to be freed; with a name other than its own if that
 * is not NULL. NULL: out of memory. */
char *node_path(const struct node *n, const char *name);

/* That of something in a folder, to be freed. */
char *node_path_in(const struct node *folder, const char *name);

/* The name that the host gets for one of the guest's, of at most 255 bytes:
 * never one that leads elsewhere. */
void node_host_name(const struct node *n, char to[256]);
/* That name with a mark and a number in front of its end, for a copy. */
void node_copy_name(const char *name, u32 number, char to[256]);

static inline bool stamp_equal(const struct tree_info *a,
                               const struct tree_info *b)
{
    return a->size == b->size && a->seconds == b->seconds && a->ns == b->ns &&
           a->inode == b->inode && a->folder == b->folder;
}

#endif
