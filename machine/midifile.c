/* midifile.c - what a MIDI interface sends, as a standard MIDI file.
 *
 * Format 0. A quarter note lasts a second and has 1000 ticks, so that a tick
 * is a millisecond of guest time since power on. A message has the time of its
 * last byte, which is when an instrument acts on it. Running status is
 * written out; system common messages are kept as F7 events, real time ones
 * are not kept.
 *
 * Reference: MIDI Manufacturers Association, Standard MIDI Files 1.0 (1988);
 * MIDI 1.0 Detailed Specification, running status and system exclusive. */
#include "machine/midifile.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/host/host.h"
#include "machine/midiport.h"
#include "machine/time/history.h"

enum { NS_PER_TICK = 1000000, TICKS_PER_QUARTER = 1000, HEAD = 29, TAIL = 3,
       DELTA_MOST = 0x0fffffff, FILE_MOST = 64 << 20 };
enum { EXCLUSIVE = 0xf0, EXCLUSIVE_END = 0xf7, REAL_TIME = 0xf8 };

struct midi_file {
    struct midi_file *next;             /* of the machine's */
    const struct pc *pc;
    char *path;
    struct buf track;                   /* its events, as in the file */
    struct buf exclusive;               /* a message that has not ended */
    bool in_exclusive;
    u64 tick;                           /* of the last event */
    u8 message[3], have, need;          /* [0] 0: no status holds */
};

/* ---- events ---- */

static void midi_put_length(struct buf *b, u32 v)
{
    for (int shift = 21; shift > 0; shift -= 7)
        if (v >> shift)
            buf_put(b, (v >> shift & 0x7f) | 0x80, 1);
    buf_put(b, v & 0x7f, 1);
}

/* The time since the last event; one that is too long for a file is divided
 * by empty texts. */
static void midi_put_time(struct midi_file *f)
{
    static const u8 empty[] = { 0xff, 0x01, 0 };
    u64 tick = (u64)f->pc->clk.now / NS_PER_TICK;
    u64 delta = tick > f->tick ? tick - f->tick : 0;

    for (f->tick += delta; delta > DELTA_MOST; delta -= DELTA_MOST) {
        midi_put_length(&f->track, DELTA_MOST);
        buf_put_bytes(&f->track, empty, sizeof empty);
    }
    midi_put_length(&f->track, (u32)delta);
}

static void midi_put_message(struct midi_file *f)
{
    if (f->track.len > FILE_MOST)
        return;
    midi_put_time(f);
    if (f->message[0] >= EXCLUSIVE) {
        buf_put(&f->track, EXCLUSIVE_END, 1);
        midi_put_length(&f->track, f->need);
    }
    buf_put_bytes(&f->track, f->message, f->need);
}

static void midi_put_exclusive(struct midi_file *f)
{
    struct buf *x = &f->exclusive;

    f->in_exclusive = false;
    buf_put(x, EXCLUSIVE_END, 1);
    if (f->track.len <= FILE_MOST && !x->failed) {
        midi_put_time(f);
        buf_put(&f->track, EXCLUSIVE, 1);
        midi_put_length(&f->track, (u32)x->len);
        buf_put_bytes(&f->track, x->p, x->len);
    }
    x->len = 0;
}

/* ---- bytes ---- */

/* A message that is whole. That of a channel lends its status to the next. */
static void midi_message_ends(struct midi_file *f)
{
    midi_put_message(f);
    f->have = 1;
    if (f->message[0] >= EXCLUSIVE)
        f->message[0] = 0;
}

static void midi_take_status(struct midi_file *f, u8 byte)
{
    if (f->in_exclusive)
        midi_put_exclusive(f);
    f->need = midi_message_bytes(byte);
    f->message[0] = f->need ? byte : 0;
    f->have = 1;
    f->in_exclusive = byte == EXCLUSIVE;
    if (f->need == 1)
        midi_message_ends(f);
}

static void midi_take_data(struct midi_file *f, u8 byte)
{
    if (f->in_exclusive) {
        if (f->exclusive.len < FILE_MOST)
            buf_put(&f->exclusive, byte, 1);
        return;
    }
    if (!f->message[0])
        return;
    f->message[f->have++] = byte;
    if (f->have == f->need)
        midi_message_ends(f);
}

static void midi_take(void *ctx, u8 byte)
{
    struct midi_file *f = ctx;

    if (byte >= REAL_TIME || pc_is_silent(f->pc))
        return;
    if (byte & 0x80)
        midi_take_status(f, byte);
    else
        midi_take_data(f, byte);
}

/* ---- files ---- */

static void midi_file_free(struct midi_file *f)
{
    buf_free(&f->track);
    buf_free(&f->exclusive);
    free(f->path);
    free(f);
}

enum err midi_file_new(struct pc *pc, const char *path, struct sink *sink,
                       struct why *why)
{
    struct whole_file *probe = whole_file_open(path, why);
    struct midi_file *f;

    if (!probe)
        return ERR_IO;
    whole_file_close(probe, false, why);
    f = calloc(1, sizeof *f);
    if (!f || !(f->path = strdup(path))) {
        free(f);
        return err_say(why, ERR_NOMEM, "out of memory");
    }
    f->pc = pc;
    f->next = pc->midi_files;
    pc->midi_files = f;
    *sink = (struct sink){ midi_take, f };
    return ERR_OK;
}

/* The file's head, the track's, and the tempo. */
static void midi_write_head(struct whole_file *to, size_t events)
{
    static const u8 tempo[] = { 0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40 };
    u8 head[HEAD];

    memcpy(head, "MThd", 4);
    put_be(head + 4, 4, 6);
    put_be(head + 8, 2, 0);
    put_be(head + 10, 2, 1);
    put_be(head + 12, 2, TICKS_PER_QUARTER);
    memcpy(head + 14, "MTrk", 4);
    put_be(head + 18, 4, sizeof tempo + events);
    memcpy(head + 22, tempo, sizeof tempo);
    whole_file_put(to, head, sizeof head);
}

static enum err midi_file_write(struct midi_file *f, struct why *why)
{
    static const u8 end[TAIL] = { 0xff, 0x2f, 0 };
    struct whole_file *to = whole_file_open(f->path, why);
    bool full = f->track.len > FILE_MOST;
    enum err e;

    if (!to)
        return ERR_IO;
    midi_put_time(f);
    buf_put_bytes(&f->track, end, sizeof end);
    midi_write_head(to, f->track.len);
    whole_file_put(to, f->track.p, f->track.len);
    e = whole_file_close(to, true, why);
    if (!e && (full || f->track.failed || f->exclusive.failed))
        e = err_say(why, ERR_FULL, "%s: not all of the MIDI could be kept",
                    f->path);
    return e;
}

enum err midi_files_close(struct pc *pc, bool keep, struct why *why)
{
    struct why other = { "" };
    enum err first = ERR_OK, e;
    struct midi_file *f;

    while ((f = pc->midi_files)) {
        pc->midi_files = f->next;
        e = keep ? midi_file_write(f, first ? &other : why) : ERR_OK;
        first = first ? first : e;
        midi_file_free(f);
    }
    return first;
}

const char *pc_midi_name(const struct pc *pc, int n)
{
    const struct midi_file *f = pc->midi_files;

    while (f && n-- > 0)
        f = f->next;
    return f ? f->path : NULL;
}
