/* migrate.h - a machine goes over to another process while it runs.
 *
 *   source   head  CONFIG  PAGES PAGES ..  PAGES STATE STATE END         GO
 *                          the guest runs | it stands still         |   | gone
 *                                         | media: nobody's         |   |
 *   target                 TAKEN                                READY   | here
 *                                                      opens the media
 *
 * Where READY is not followed by GO, the target can't tell whether the sender
 * is dead or goes on with the machine: it keeps it, and leaves the media to
 * nobody again. Who has them first, sender or target, has the machine.
 *
 * The head is "ISABOXM\n" and a u32, the version. What follows, in both
 * directions, are frames: u8 kind, u32 length, bytes, and the CRC-32 of the
 * frame's number (u64) and all that; so none can be damaged, lost, doubled or
 * moved. END has the digest of all sums before it. Numbers are little endian.
 *
 *   CONFIG   what must be the same at both ends, see config_put()
 *   PAGES    u8 span, u32 first page, u8 pages, u8 all zeros; their bytes
 *   STATE    the next bytes of a state (machine/state/save.c) in which spans
 *            that came as pages have no bytes
 *   REFUSED  the target's words
 *
 * Pages come in passes. The first has all of them, a later one those that were
 * written since they were sent: the history's marks on the first write to a
 * page tell of them (history_shut()). The target keeps pages apart until all
 * has come and has been checked, then loads as from a file. */
#ifndef MIGRATE_H
#define MIGRATE_H

#include "machine/board.h"

enum frame_kind { FRAME_NONE, FRAME_CONFIG, FRAME_PAGES, FRAME_STATE,
                  FRAME_END, FRAME_GO, FRAME_TAKEN, FRAME_READY,
                  FRAME_REFUSED };
enum { STREAM_VERSION = 1, STREAM_HEAD = 12, FRAME_PAGES_MOST = 64,
       FRAME_MOST = FRAME_PAGES_MOST * PAGE_SIZE + 64, PAGES_HEAD = 7 };

/* Frames that are made, until they are sent. */
struct frames_out {
    struct buf b;
    size_t sent;                        /* bytes of b */
    u64 frames, digest, bytes;
};
void frame_put(struct frames_out *o, enum frame_kind kind, const void *bytes,
               size_t n);
size_t frames_take(struct frames_out *o, void *to, size_t room);

/* Frames that are read from bytes that come in any pieces. */
struct frames_in {
    struct buf b;                       /* an unfinished frame */
    u64 frames, digest;
};
struct frame {
    enum frame_kind kind;               /* NONE: it has not all come */
    u32 n;
    const u8 *p;                        /* until the next call */
};
/* Takes bytes off *p up to the end of a frame. */
enum err frame_get(struct frames_in *in, const u8 **p, size_t *n,
                   struct frame *f, struct why *why);

/* The pages of the spans that are told of writes, one span behind the other. */
u32 stream_pages(const struct pc *pc);

/* outgoing.c */
void outgoing_mark(struct pc *pc, u32 page);    /* a page of the history's */
bool outgoing_has_sent(const struct pc *pc, const struct span *s);
void outgoing_free(struct pc *pc);

static inline void outgoing_touched(struct pc *pc, u32 page)
{
    if (pc->outgoing)
        outgoing_mark(pc, page);
}

/* Nothing may put another machine in the place of one that migrates. */
enum err migrate_idle(const struct pc *pc, struct why *why);

/* incoming.c: the bytes of a span that came as pages, to be loaded or just
 * looked for; false: none came. */
bool incoming_span(struct pc *pc, const struct span *s, bool check);
void incoming_free(struct pc *pc);

/* A machine that has come, of a sender that ended before it let go of it. */
bool incoming_is_kept(const struct pc *pc);
enum err incoming_revive(struct pc *pc, struct why *why);

/* config.c: what both ends must have in common. */
void config_put(struct buf *to, struct pc *pc);
enum err config_check(struct pc *pc, const struct frame *f, struct why *why);

/* media.c: a folder of the host that is written to is this process's alone. */
enum err media_can_go(const struct pc *pc, struct why *why);

/* state/load.c */
enum err state_arrive(struct pc *pc, const void *bytes, size_t size,
                      struct why *why);

#endif
