/* block.h - block media: what a drive reads and writes.
 *
 * A medium is a row of 512-byte sectors behind a few functions. Formats of
 * image files (format.h) are such media above a host's file; others wrap each
 * other: an overlay keeps writes in memory above a medium that it only reads.
 *
 *     drive -> struct block: overlay -> qcow2 -> struct file -> host
 *                                         |
 *                                         +-> backing: raw -> struct file */
#ifndef BLOCK_H
#define BLOCK_H

#include "machine/core/state.h"
#include "machine/host/host.h"

enum { SECTOR = 512, BLOCK_CLUSTER = 8, BLOCK_TOUCHED = 256,
       BLOCK_WALK = 256 };

/* Where a floppy's own tracks stand behind the sectors of a medium that has
 * them (surface.h): 64 sectors for each side of 84 cylinders. */
enum { SURFACE_AT = 0x10000, SURFACE_TRACK = 64,
       SURFACE_END = SURFACE_AT + 84 * 2 * SURFACE_TRACK };

struct block;

/* For `image info`: names and values, in the order of a JSON object. */
/* A state of the contents that an image keeps inside of it. */
struct block_snapshot {
    char id[17], name[101];
    u32 seconds, ns;                    /* when, since 1970 */
    u64 clock, state, icount;           /* the machine's, ns; bytes of its state
                                         * beside the disk's; instructions */
};

struct block_details {
    u64 cluster;                        /* bytes; 0: it has no clusters */
    u64 allocated;                      /* sectors that are in the file */
    const char *subformat;
    const char *backing, *backing_format;   /* as the image names them */
    bool dirty;                         /* it was not closed well */
    struct block_snapshot *snapshot;
    u32 snapshots;
    struct buf text;                    /* lines for a person */
    struct buf json;                    /* members of "data" */
};

struct block_check {
    u64 corruptions, leaks, fixed;      /* clusters */
    u64 allocated, total;
    struct buf text;                    /* a line for each, up to some */
};

/* Who writes what a medium finds on the host. */
struct block_put {
    enum err (*write)(void *ctx, u64 sector, const void *buf, u32 n);
    void *ctx;
};

struct block_ops {
    enum err (*read)(struct block *b, u64 sector, void *buf, u32 n);
    enum err (*write)(struct block *b, u64 sector, const void *buf, u32 n);
    enum err (*flush)(struct block *b);
    void (*close)(struct block *b);     /* flushes, frees b and what it wraps */
    /* The part of the medium that lives in memory (an overlay's sectors), for
     * a machine's state; NULL: there is none. load with b NULL only checks. */
    void (*save)(const struct block *b, struct buf *out);
    enum err (*load)(struct block *b, struct buf *in, struct why *why);
    /* A cluster of that part: which of its sectors are there, as a mask. NULL:
     * the medium is not kept in memory. */
    u8 (*peek)(const struct block *b, u64 cluster, u8 *data);
    enum err (*poke)(struct block *b, u64 cluster, u8 mask, const u8 *data);
    /* The medium that an overlay lies on; NULL: it lies on none. */
    struct block *(*below)(struct block *b);
    /* How many sectors from `sector` on are known to be zeros without a look
     * at them; if none, *data is how many follow of which that can't be said.
     * There may be more of either behind BLOCK_WALK clusters, for who asks at
     * each place must not be told all the rest. NULL: it is never known. */
    u64 (*zeros)(struct block *b, u64 sector, u64 *data);
    /* What only this format has to say of itself. NULL: nothing. */
    void (*describe)(struct block *b, struct block_details *d);
    enum err (*resize)(struct block *b, u64 sectors, struct why *why);
    /* Looks at the structure, and mends what it can if asked to. */
    enum err (*check)(struct block *b, bool repair, struct block_check *c,
                      struct why *why);
    struct block *(*backing)(struct block *b);  /* NULL: there is none */
    enum err (*rebase)(struct block *b, const char *backing,
                       const char *format, struct why *why);
    /* Of a medium whose bytes lie in other media: those, by number, NULL past
     * the last. NULL: they lie in `file`. */
    struct block *(*piece)(struct block *b, u32 n);
    /* The machine has run up to `now`: what has rested for a while may go to
     * the host. NULL: nothing waits. */
    enum err (*settle)(struct block *b, ns_t now);
    /* The machine has left its past by poke() and goes on: from there if
     * `anew`, else where it was before. */
    void (*arrived)(struct block *b, bool anew);
    /* The host's side is looked at again, and what is new there is written by
     * put(). NULL: there is no such side. */
    enum err (*refresh)(struct block *b, const struct block_put *put,
                        struct why *why);
};

struct block {
    const struct block_ops *ops;
    u64 sectors;
    bool readonly;
    bool unsafe, through;               /* no write is flushed; each is */
    u64 written;                        /* sectors, since it was opened */
    int error;                          /* errno of the last failure; 0: none */
    enum err lacked;                    /* the last time that the host failed or
                                         * had no memory; ERR_OK: never */
    char damage[64];                    /* words for the last ERR_FORMAT */
    const struct block_format *format;  /* of its file; NULL: it has none */
    const struct disc *disc;            /* NULL: it is no compact disc */
    struct file *file;                  /* owned; NULL: in no file */
    u32 cylinders, heads, spt;          /* the container's; 0: it has none */
    bool tracks;                        /* they are those of a floppy's own
                                         * tracks, whatever its contents say;
                                         * these stand at SURFACE_AT */
    u8 odd_size;                        /* of those sectors: 0: 512 bytes, else
                                         * 1 plus their size code; the row of
                                         * sectors is then cut from them */
    /* Asked when the host fails: ERR_OK lets it pass as if it had worked,
     * ERR_AGAIN has the device keep the request and try it again. NULL: the
     * device gets the error. */
    enum err (*failed)(void *ctx, struct block *b, enum err e, bool write);
    void *ctx;
    /* Who it is (machine/media/identity.c): which opening of which file, 0
     * for what is no file; the writes since; the clusters of eight sectors
     * used last, plus 1, each in a place of its own by a hash. */
    u64 birth, generation;
    u64 touched[BLOCK_TOUCHED];
    /* Told before sectors become what `buf` holds (historydisk.c); what a
     * machine in its past sees instead (view.h). Both may be NULL. */
    void (*writing)(void *ctx, struct block *b, u64 sector, const void *buf,
                    u32 n);
    struct view *view;
    /* Lines for the user. NULL: they wait. */
    void (*tell)(void *ctx, struct block *b, const char *line);
    char name[200];                     /* for messages: the file's path */
};

/* Bounds-checked; ERR_RANGE past the end, ERR_RDONLY; when the host fails
 * ERR_IO or, for want of room, ERR_FULL, unless `failed` decides otherwise. */
enum err block_read(struct block *b, u64 sector, void *buf, u32 n);
enum err block_write(struct block *b, u64 sector, const void *buf, u32 n);
enum err block_flush(struct block *b);
void block_close(struct block *b);      /* flushes; NULL is fine */

/* What describe() has filled in. */
void block_details_free(struct block_details *d);

/* What went wrong, in the host's words where it was the host. */
const char *block_error(const struct block *b, enum err e);

/* The next line that its file has for the user; NULL: there is none. */
const char *block_line(struct block *b);

/* Takes over e and the errno of what b lies on. */
enum err block_file_error(struct block *b, struct file *f, enum err e);
enum err block_below_error(struct block *b, struct block *below, enum err e);

/* ERR_FORMAT: `what` of the image is not as it must be: "L2 table at byte", and
 * where. */
enum err block_damaged(struct block *b, const char *what, u64 where);

/* The medium at the end of a stack of overlays; NULL where b is. */
static inline struct block *block_bottom(struct block *b)
{
    while (b && b->ops->below)
        b = b->ops->below(b);
    return b;
}

/* For formats whose sectors stand in b->file as they are: n bytes at byte
 * `at`, with what the host answers taken over. The last two are operations. */
enum err block_file_read(struct block *b, u64 at, void *buf, size_t n);
enum err block_file_write(struct block *b, u64 at, const void *buf, size_t n);
enum err block_file_flush(struct block *b);
void block_file_close(struct block *b);

/* Lets go of the lock on the host's file, or takes it again. */
void block_lock(struct block *b, bool on);

/* Leaves the files of a medium, flushed, to another program, or takes them
 * back (file_yield() in host.h). Both can be done again. */
enum err block_yield(struct block *b, struct why *why);
enum err block_take_back(struct block *b, struct why *why);

/* Opens a raw image file, locked: shared when readonly, exclusive when not, so
 * two machines never write one image. A size that is not a multiple of 512
 * reads zeros at its end. On failure *out is NULL and why names the file. */
enum err block_open_raw(struct block **out, const char *path, bool readonly,
                        struct why *why);

/* The same for an image of whatever format its contents say (format.h). */
enum err block_open_image(struct block **out, const char *path, bool readonly,
                          struct why *why);

/* As ops->zeros, for any medium. */
u64 block_zeros(struct block *b, u64 sector, u64 *data);

/* Makes a raw medium appear to have more sectors than its file: zeros, and the
 * file grows as they are written. Before anything is opened above it. */
void block_lengthen(struct block *b, u64 sectors);

/* Keeps all writes in memory above `below`, which it owns and only reads. */
enum err block_open_overlay(struct block **out, struct block *below,
                            struct why *why);

/* Past `most` bytes they go to a file without a name in `folder`, whose text
 * must stay. Without this call all of them lie in memory. */
void block_limit_overlay(struct block *overlay, u64 most, const char *folder);

/* A medium in memory: `bytes` are copied, zeros follow up to `sectors`. */
enum err block_open_memory(struct block **out, const void *bytes, size_t n,
                           u64 sectors, const char *name, struct why *why);

#endif
