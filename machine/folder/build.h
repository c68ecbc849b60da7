/* build.h - makes a tree of a host's folder, and a disk of a tree. */
#ifndef BUILD_H
#define BUILD_H

#include "machine/folder/node.h"

enum { FOLDER_FILES = 65000, FLOPPY_SECTORS = 2880 };
#define FOLDER_BYTES (2ull << 30)

/* What a user should know: lines, and how many there were. */
struct tellings { struct buf text; u32 lines; };
void tell(struct tellings *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fills t with what is in the folder; what DOS can't name, and what is neither
 * file nor folder, is left out and told. */
enum err scan_host(struct nodes *t, struct tree *from, struct tellings *w,
                   struct why *why);

struct build_how {
    bool floppy;
    u32 bits;                           /* of the FAT; 0: as it fits */
};

/* The sectors of a disk with room for twice the tree; bits and root_entries
 * are what it takes. */
u64 build_sectors(const struct nodes *t, struct build_how *how,
                  u32 *root_entries);

/* Formats b and writes the tree to it, its files read from the host. */
enum err build_disk(struct block *b, struct nodes *t, struct tree *from,
                    const struct build_how *how, u32 root_entries,
                    struct tellings *w, struct why *why);

/* Clusters of a chain folded into a number; *n is how many there are. */
u64 chain_hash(const struct fat *f, u32 first, u32 *n);

/* What a directory says of a node. */
void node_to_entry(const struct node *n, struct fat_entry *e);

#endif
