/* fwcfg.h - the firmware configuration device that SeaBIOS looks for.
 *
 *                     +-------+
 *   ports 0, 1 <----->| fwcfg |<--- files the board adds
 *                     +-------+
 *
 * The board maps 510h-511h to ports 0-1, width 2. A write of a word to port 0
 * selects an item, each read of port 1 gives its next byte, zeros past its
 * end. Item 0 is "QEMU", item 1 the features, 19h the directory of files.
 *
 * Reference: "QEMU Firmware Configuration (fw_cfg) Device" specification.
 * Not modelled: the DMA interface, writable items. */
#ifndef FWCFG_H
#define FWCFG_H

#include "machine/core/dev.h"

enum { FWCFG_FILES = 8, FWCFG_NAME = 56 };

struct fwcfg_state {
    u32 at;                             /* next byte of the item */
    u16 item;
    u8 spare[2];
};

struct fwcfg_file {
    char name[FWCFG_NAME];
    const u8 *bytes;                    /* borrowed */
    u32 size;
};

struct fwcfg {
    struct fwcfg_state s;               /* saved; must come first */

    struct fwcfg_file file[FWCFG_FILES];
    u32 files;
};

extern const struct dev_ops fwcfg_ops;

void fwcfg_init(struct fwcfg *f, const struct dev_env *env);

/* Adds a file; false when the directory is full. The bytes stay the
 * caller's and must outlive the device. */
bool fwcfg_add(struct fwcfg *f, const char *name, const u8 *bytes, u32 size);

#endif
