/* folder.h - a folder of the host as a disk: fat:DIR, fat:rw:DIR.
 *
 * The disk is made from the folder when it is opened, and lies in memory. So
 * the guest sees its own writes alone, and a run does not depend on what the
 * host does to the folder meanwhile; a saved state holds all of the disk.
 *
 * With rw the folder follows the disk: when the guest has not written for a
 * while, and at each flush, pause and end, what is whole on the disk goes to
 * the host (scan.h says what is whole, sync.h how). When the machine goes back
 * in time, or to a saved state, nothing on the host goes back: from there on
 * what the guest changes goes out.
 *
 * Hidden, system and archive attributes go to the host, and are there in the
 * next run, where the host keeps such things (dosattr.h).
 *
 * Not modelled: the dates of folders stay on the disk; so does what lies outside
 * of the file system. */
#ifndef FOLDER_DISK_H
#define FOLDER_DISK_H

#include "machine/block/block.h"
#include "machine/folder/build.h"

struct folder_how {
    const char *dir;                    /* NULL: the text names no folder */
    bool writable, floppy;
    u32 bits;                           /* FAT12, 16 or 32; 0: as it fits */
    const char *spill;                  /* where what is past so many bytes of
                                         * the disk lies; NULL: in memory */
    u64 most;
};

/* Takes "fat:[rw:][floppy:][12:|16:|32:]DIR" apart. */
struct folder_how folder_parse(const char *path);

enum err folder_open(struct block **out, const struct folder_how *how,
                     struct why *why);

/* The host's side of it; NULL: not a folder, or one that is not written to. */
struct tree *folder_tree(struct block *b);

#endif
