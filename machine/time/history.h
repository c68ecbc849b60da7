/* history.h - what the machine was: snapshots of its past.
 *
 *   past <-- snap 3 ---- snap 7 ---- snap 8 ---- snap 9 -- now
 *              |           |           |           |
 *   page 12   [since 3 . . . . . . .] [since 8]    (live) written since
 *   page 13   [since 3 . . . . . . . . . . . . . . live]
 *
 * A page is 4 KB of memory, of what the tables hold, or a cluster of a disk
 * that can be written to. Its versions are chained from the newest to the
 * oldest; one is good for the snapshots from `since` up to the next version.
 * The version that the page itself holds needs no copy: it is made before the
 * page is written for the first time behind a snapshot (struct page_watch,
 * block's writing()). So a snapshot costs what has changed, and any of them
 * can be gone to, back and forth, by exchanging pages.
 *
 * Between two snapshots the machine runs again, with the journal's records:
 * whatever place of the past is asked for, it is the one that was. */
#ifndef HISTORY_H
#define HISTORY_H

#include "machine/board.h"

/* A snapshot is due each SNAP_MS of virtual time, and more rarely when
 * MANY_PAGES or more have changed since the last. */
enum { SNAPS = 4096, SNAP_MS = 250, MANY_PAGES = 256,
       ID_STEP = 64 };                  /* room between for some in the past */

/* How a version's contents are kept. A patch holds what differs from the next
 * newer version, so that a page in which a counter ticks takes some bytes. */
enum version_kind { KEPT_PLAIN, KEPT_PATCH, KEPT_ZIPPED, KEPT_SQUEEZED };

struct version {
    struct version *older, *newer;
    u8 *data;                           /* NULL: it is what the page holds now,
                                           or zeros */
    u32 page;                           /* whose it is */
    u32 since;                          /* a snapshot's id */
    u16 size;                           /* of data; at most a page */
    u8 kind;                            /* enum version_kind */
    u8 run;                             /* patches in a row, from here back */
    u8 mask;                            /* of a cluster: see block_ops.peek */
    bool zero;                          /* all bytes are 0; no data */
    bool full;                          /* it would be no smaller packed */
};

struct page {
    struct version *newest;             /* NULL: never written */
    struct version *live;               /* of the snapshot at `now` */
    bool dirty;                         /* written since then, so `live` has
                                           data of its own */
    bool open;                          /* it is written without a call until
                                           the next snapshot */
    u32 restored;                       /* by which restore, of `restores` */
};

struct cluster_page {                   /* of a disk: its place */
    u64 cluster;
    u8 drive;
};

/* What clusters of a disk hold, read before they are written: those of one
 * request, or more where requests follow each other. It is right for those
 * that were not written since the last snapshot, and empty at one. */
enum { OLD_CLUSTERS = 16 };
struct old_clusters {
    const struct block *of;
    u64 first, n;
    bool zeros;                         /* all of them, in no `bytes` */
    u64 data, data_end;                 /* sectors that are no hole of a file */
    u64 next;                           /* sector behind the last write .. */
    u32 run;                            /* .. which ended so many in a row */
    u8 bytes[OLD_CLUSTERS * PAGE_SIZE];
};

struct snap {
    struct moment at;
    u32 id;
    u64 logged;                         /* records made until then */
    struct version **version;           /* those of this id */
    u32 versions, room;
    u8 *queue;                          /* queue_save() */
    u32 queue_size;
    u64 media[PC_DRIVES];               /* its block's address; 0: no medium */
    u64 generation[PC_DRIVES];
};

struct history {
    u64 limit;                          /* bytes of the host's memory */
    u64 most, bytes;                    /* for versions and snaps, of that */
    struct shelf **shelf;               /* shelf.c; NULL: a place for one */
    u32 shelves, shelf_room;
    u32 filling[2];                     /* new blocks come to: what is packed,
                                         * whole pages; ~0: none yet */
    u64 live;                           /* bytes of blocks on shelves */
    ns_t due;                           /* of the next snapshot */
    struct snap *snap[SNAPS];           /* by time */
    u32 snaps;
    u32 now;                            /* index of the one that the machine is
                                           at or has left last */
    u32 next_id;
    u32 restores;                       /* so far */
    u64 forgotten;                      /* records that the log had before */
    u64 applied;                        /* records that have acted, of all */
    bool away;                          /* in the past; `present` is its end */
    bool moving;                        /* runs again to get to a place: what
                                           it gives is kept from the host */
    struct moment present;
    u8 *blob;                           /* the tables' bytes, in pages */
    size_t blob_size;
    struct page *page;                  /* spans', the blob's, disks' */
    u32 pages, fixed, room;             /* fixed: all but clusters */
    u32 span_first[SPANS];
    u32 blob_first;
    struct cluster_page *cluster;       /* page[fixed + n] */
    u32 *slot;                          /* open addressing, of those; +1 */
    u32 slots;
    struct old_clusters old;
    u32 *dirty;                         /* list of pages */
    u32 dirties, dirty_room;
    u32 patched;                        /* id up to which versions are patches,
                                           where that is less */
    u32 zipped, zipped_next;            /* the same of zlib: this id, from its
                                           list's entry on */
    ns_t slept;                         /* pc_asleep() at the last snapshot */
    struct z_stream_s *zip;             /* is kept, for making one takes long */
    bool broken;                        /* out of memory: history is over */
};

/* history.c: forgets the past and begins anew from here, with up to `limit`
 * bytes. False: out of memory, and no history is kept. */
bool history_start(struct pc *pc, u64 limit);
void history_end(struct pc *pc);
void history_restart(struct pc *pc);
ns_t history_due(const struct pc *pc);
void history_tick(struct pc *pc);       /* at the first place behind that */

/* Makes the machine what it was at snap[n]. The later snapshots stay. Fails
 * with ERR_RANGE when another medium was in a drive then. */
enum err history_restore(struct pc *pc, u32 n, struct why *why);

/* One more snapshot, here in the past. */
void history_insert(struct pc *pc);

/* The byte at a place of the host's memory as it was at snapshot n; -1 where
 * that is not known. */
int history_byte(struct pc *pc, u32 n, const u8 *at);

/* Makes the machine's place in the past its present: what the disks held then
 * is written to them, and the snapshots and records ahead are gone. The host
 * is not told (pc_config.branch); travel_branch() does both. */
enum err history_branch(struct pc *pc, struct why *why);

/* historypages.c: is called before n bytes of a span at p change by another
 * hand than that of a store to guest memory. */
void history_writing(struct pc *pc, u8 *p, size_t n);

/* The next write to a page of a span is told, once history_asks() was called
 * behind the last of them; or to each, for all are what a snapshot holds. */
void history_shut(struct pc *pc, u32 n);
void history_asks(struct pc *pc);
void history_all_clean(struct pc *pc);

/* Keeps what a page holds, unless that was done since the last snapshot. */
void page_touch(struct pc *pc, u32 n);

/* The page at a place of the host's memory; ~0: it is of no span. */
u32 history_page_at(const struct pc *pc, const u8 *p);

/* Memory is watched, from a state on that is kept as a whole. */
void history_watch(struct pc *pc);
void history_watch_off(struct pc *pc);

/* shelf.c: memory for what a version holds. shelf_tidy() may move that of all
 * versions, to give memory back; false: there is little to gain. */
u8 *shelf_put(struct pc *pc, struct version *owner, const u8 *bytes, size_t n);
void shelf_drop(struct pc *pc, u8 *data);
bool shelf_tidy(struct pc *pc);
void shelves_end(struct pc *pc);

/* versions.c: memory that counts; what a version holds, in place or in `copy`,
 * or NULL where that is not known. */
void *history_take(struct pc *pc, size_t n);
void *history_take_zeros(struct pc *pc, size_t n);
void history_give(struct pc *pc, void *p, size_t n);
bool history_grow(struct pc *pc, void **p, u32 *room, u32 used, size_t each);
const u8 *version_bytes(struct pc *pc, const struct version *v, u8 *copy);
bool version_is_now(struct pc *pc, const struct version *v);

/* The page's version at a snapshot; NULL: the page was never written up to
 * then, but is now: the oldest one. */
struct version *version_at(const struct page *p, u32 id);

/* A version for the page's contents at a snapshot, on top of the others;
 * copying what the page holds into one; taking one out. */
struct version *version_push(struct pc *pc, u32 n, u32 id);
void version_fill(struct pc *pc, struct version *v);
void version_unlink(struct pc *pc, struct version *gone);
void version_free(struct pc *pc, struct version *v);

/* Puts a version of the live one's page on top of it, for what the page holds
 * now; NULL: out of memory. The next snapshot, of that id, keeps its own: where
 * it had none, *next is one for it, else NULL. */
struct version *version_insert(struct pc *pc, u32 n, u32 id, u32 next_id,
                               struct version **next);

/* Packs versions that have rested for a while: all that patches are for, and
 * whole pages as many as the guest, or want of memory, leaves time for. */
void pack_some(struct pc *pc);
void history_zip_end(struct history *h);

/* historydisk.c */
/* The drives' media are watched from here on; nothing without a history. */
void history_media(struct pc *pc);
void history_media_off(struct pc *pc);
void history_views_off(struct pc *pc);

/* A page's present contents, in place or in `copy`, and setting them. */
const u8 *page_look(struct pc *pc, u32 n, u8 *copy, u8 *mask);  /* or NULL */
enum err page_put(struct pc *pc, u32 n, const u8 *from, u8 mask);
u32 page_of_cluster(struct pc *pc, u8 drive, u64 cluster);     /* ~0: none */

/* Whether the page is a cluster of a host's file: to look at it is a read. */
bool page_is_read(const struct pc *pc, u32 n);

/* state/snapshot.c: the tables as bytes, as they lie in memory. tables_keep()
 * makes `bytes` what they are now, and tells before a page of them changes. */
size_t tables_size(const struct pc *pc);
void tables_keep(struct pc *pc, u8 *bytes,
                 void (*changes)(struct pc *pc, u32 page));
void tables_unknown(struct pc *pc);     /* `bytes` are none of theirs */
void tables_put(struct pc *pc, const u8 *from);
void machine_loaded(struct pc *pc);

#endif
