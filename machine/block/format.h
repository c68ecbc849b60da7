/* format.h - the formats of image files, and how a file becomes a medium.
 *
 *     path -> file (host.h) -> probe: whose signature? -> row of the table
 *                 ^                                          |
 *                 +---- unpack: gzip, zip <------------------+-> open: qcow2,
 *                                                                raw, ..
 *
 * A format is one file of machine/block with one `struct block_format` and a
 * word in FORMAT_LIST. Formats that are only known by their signature are in
 * probe.c, to be refused by name.
 *
 * A guest can write any signature into its raw disk. So a disk that probing
 * took for raw refuses to have its first sector turned into the beginning of a
 * format that names other files of the host (`follows`). */
#ifndef FORMAT_H
#define FORMAT_H

#include "machine/block/block.h"

struct open_how {
    const char *format;                 /* by name; NULL: by contents */
    bool readonly;
    bool unsafe;                        /* flushes do nothing */
    bool disk;                          /* it is to be one: a CD image that
                                         * boots as a disk, too, is raw */
    bool probed;                        /* raw because nothing else fits */
    bool alone;                         /* without its backing file */
    bool shared;                        /* not locked: only looked at */
    u8 depth;                           /* of the chain of backing files */
};

/* Settings of a new image; 0 and NULL: as the format likes. */
struct create_how {
    u64 bytes;
    const char *backing, *backing_format;
    const char *subformat;
    u32 cluster;                        /* bytes */
    u32 version;
};

struct tracks;

struct block_format {
    const char *name, *words;           /* "qcow2", "QEMU disk image" */
    const char *alias;                  /* or NULL */
    /* Takes f over when all is well. Behind it the caller fills in name,
     * file, format and birth. */
    enum err (*open)(struct block **out, struct file *f,
                     const struct open_how *how, struct why *why);
    /* In its place, for the image of a floppy's tracks: gives its sectors to
     * t, by tracks_add() (machine/block/floppy/tracks.h). The image is all of
     * f, in memory. */
    enum err (*list)(struct tracks *t, const u8 *image, struct file *f,
                     struct why *why);
    /* Gives what is packed in f as a file, which owns f from then on. */
    enum err (*unpack)(struct file **out, struct file *f, struct why *why);
    /* Writes an empty image into an empty file. NULL: only read. */
    enum err (*create)(struct file *f, const struct create_how *how,
                       struct why *why);
    bool follows;                       /* its contents name other files */
    bool readonly;                      /* can't be written at all */
};

#define FORMAT_LIST(X) X(raw) X(qcow2) X(vpc) X(vdi) X(vmdk) X(gzip) X(zip) \
                       X(iso) X(bin) X(cue) X(ccd) X(mds) X(hdi) X(imd) \
                       X(td0) X(hfe) X(86f) X(cqm) X(fdi) X(dim) X(savedskf) \
                       X(d88) X(dcp) X(dcf) X(ana) X(apridisk) X(qrst) \
                       X(dip) X(dc42) X(nhd)
#define X(name) extern const struct block_format format_##name;
FORMAT_LIST(X)
#undef X

enum { BACKING_DEPTH = 16 };

/* By number, NULL past the last; by name or alias, NULL if there is none. */
const struct block_format *format_at(int n);
const struct block_format *format_find(const char *name);

/* Opens the image at a path as a medium: the file is locked, shared when
 * readonly and else exclusive. */
enum err block_open(struct block **out, const char *path,
                    const struct open_how *how, struct why *why);

/* The same for a file that is open; it is taken over, also on an error. */
enum err block_open_file(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why);

/* Makes a new image file; never overwrites one. */
enum err block_create(const char *path, const char *format,
                      const struct create_how *how, struct why *why);

/* What backs an image is opened for reading, by its path as the image that
 * names it says it. */
enum err block_open_backing(struct block **out, struct file *image,
                            const char *path, const char *format,
                            const struct open_how *how, struct why *why);

#endif
