/* isotree.h - a folder that becomes a CD: what its files share (isodisc.h). */
#ifndef ISOTREE_H
#define ISOTREE_H

#include "machine/core/state.h"
#include "machine/host/tree.h"

/* Of DVDs of one layer: frames. Letters of a name in Joliet. */
enum { ISO_FRAME = 2048, ISO_MOST = 2295104, ISO_ENTRIES = 65000,
       ISO_DEPTH = 64, ISO_WIDE = 103 };

/* The two sets of directories. */
enum { ISO_DOS, ISO_JOLIET, ISO_VIEWS };

struct iso_entry {
    char *name;                         /* on the host; the root's: "" */
    u32 parent;
    u32 first, count;                   /* of what is in a folder: numbers */
    struct tree_info info;
    u16 *label[ISO_VIEWS];              /* its names; a 0 ends them */
    u32 at[ISO_VIEWS];                  /* frame of a directory, or of a file,
                                         * which has one in both */
    u32 bytes[ISO_VIEWS];               /* of its directory */
    u32 number[ISO_VIEWS];              /* in the path table, from 1 on */
    bool told;                          /* the user knows what is wrong */
};

struct iso_view {
    u32 *order;                         /* in the place of each entry, the one
                                         * that stands there by its name */
    u32 *dir;                           /* the folders, by level */
    u32 dirs;
};

struct iso_tree {
    struct tree *from;
    struct iso_entry *e;                /* the root, then a level after the
                                         * other */
    u32 n, room;
    struct iso_view view[ISO_VIEWS];
    u32 left_out;
    char one[200];                      /* of those */
};

/* ---- isotree.c: what there is ---- */

/* Links, devices, what can't be read or is too large is left out, and
 * counted. */
enum err isotree_scan(struct iso_tree *t, struct why *why);
void isotree_free(struct iso_tree *t);

/* The path of an entry below the folder, to be freed; NULL: out of memory. */
char *isotree_path(const struct iso_tree *t, u32 number);

/* ---- isoname.c: what it is called ---- */

/* Gives each entry its names and fills in the views. */
enum err isoname_all(struct iso_tree *t);

/* The identifier of a directory record, with its version; `to` has room for
 * ISO_ID bytes. Returns how many there are. */
enum { ISO_ID = 2 * ISO_WIDE + 6 };
u32 isoname_put(const struct iso_entry *e, int view, u8 *to);

/* A text in the letters of a view, filled up with blanks. */
void isoname_text(u8 *to, u32 n, const char *text, int view);

/* ---- isomake.c: where it lies ---- */

/* Places all that is in the tree, and makes the frames before the first file.
 * *frames is how many the disc has. */
enum err isomake_all(struct iso_tree *t, const char *volume, struct buf *head,
                     u32 *frames);

#endif
