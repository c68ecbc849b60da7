/* journal.h - everything that came from outside, in order.
 *
 * Each call of pc.h that changes the machine makes one record: what it was,
 * and the moment at which it was made. The machine is a function of its
 * configuration, its media and these records, so a list of them is all that
 * a later run needs to come to the same state.
 *
 *    pc_key() ..  -->  journal_say()  --+-->  journal_act(): now, or
 *    a replay     -->  journal_act()    |     into the queue (input.c)
 *                                       +-->  log (the machine's past),
 *                                             sink (a file that grows)
 *
 * A record has any size; its bytes are little endian. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "machine/core/state.h"

enum { INPUTS = 256, JOURNAL_MOST = 1 << 26 };

/* The first eleven wait in the queue until they are due and their receiver has
 * room; states number them so. The others act at once. Data by kind, in words
 * of 32 bits unless said otherwise. */
enum record_kind {
    REC_KEY,                            /* code, down */
    REC_MOUSE,                          /* dx, dy, dz, buttons */
    REC_SERIAL,                         /* unit: port; the bytes */
    REC_INSERT,                         /* unit: drive; medium_put() */
    REC_EJECT,                          /* unit: drive */
    REC_PACE,                           /* ps, whether of the model */
    REC_RESET, REC_POWER, REC_NMI,
    REC_HOLD,                           /* unit: channel; on */
    REC_STICK,                          /* unit: joystick; x, y, buttons */
    REC_QUEUED,                         /* how many kinds wait */
    REC_POKE = REC_QUEUED,              /* physical address; the bytes */
    REC_PORT_IN,                        /* port, size */
    REC_PORT_OUT,                       /* port, size, value */
    REC_STATE,                          /* the bytes of a state to load */
    REC_REGISTER,                       /* 16 bytes of its name; its bytes */
    REC_SECTORS,                        /* unit: drive; u64 sector; what the
                                         * host writes there */
    REC_KINDS
};

/* A place between two instructions. Time and counts alone are not enough:
 * at one place events may have acted already, and `acts` counts these. */
struct moment {
    ns_t now;
    u64 count, spent;                   /* instructions, units of cost */
    u32 frac_ps;                        /* what `now` leaves out */
    u32 acts;                           /* events and resets here so far */
};

/* Alike but for what has acted at the place. */
static inline bool same_place(const struct moment *a, const struct moment *b)
{
    return a->now == b->now && a->frac_ps == b->frac_ps &&
           a->count == b->count && a->spent == b->spent;
}

struct record {
    struct moment at;
    u32 size;
    u8 kind, unit;
    bool rough;                         /* the first place at that time */
    u8 data[];
};

struct pc;

struct journal {
    struct record *waiting[INPUTS];     /* by time; part of the state */
    u32 waits;
    struct record **log;                /* since `begin`; grows */
    size_t logged, room;
    bool keeps;                         /* there is a log */
    bool closed;                        /* a replay runs: nothing else acts */
    void (*sink)(void *ctx, const struct record *r);
    void *ctx;
};

/* NULL: out of memory. Freed with free(). */
struct record *record_new(u8 kind, u8 unit, const void *data, u32 size);

/* A word of its data; 0 behind its end. */
u32 record_word(const struct record *r, u32 n);

/* Makes a record of words and has it act. False when it can't: the queue is
 * full, a replay runs, memory is short. */
bool journal_say(struct pc *pc, u8 kind, u8 unit, const void *data, u32 size);
bool journal_say_words(struct pc *pc, u8 kind, u8 unit, const u32 *word,
                       u32 n);

/* Has a record act here, without making a new one (input.c). */
bool journal_act(struct pc *pc, const struct record *r);

/* The same of a record that a file brings. */
bool journal_replay(struct pc *pc, const struct record *r);

/* A state was loaded at that place. */
void journal_loaded(struct pc *pc, struct moment at, bool rough,
                    const void *bytes, size_t size);

/* The log from record n on is dropped. */
void journal_cut(struct pc *pc, size_t n);
void journal_forget(struct pc *pc, size_t n);   /* the first n records */
void journal_free(struct pc *pc);

/* Where the machine is. moment_order(): below, at or above 0 as a lies
 * before, at or behind b. */
struct moment moment_now(const struct pc *pc);
int moment_order(const struct moment *a, const struct moment *b);

/* ---- the queue: records that wait ---- */

bool queue_add(struct pc *pc, const struct record *r);
void queue_remove(struct pc *pc, u32 i);
void queue_clear(struct pc *pc);

/* As the chunk "journal" of a state; with pc NULL only checked. The form of
 * older states is a field of the table "pc". */
void queue_save(const struct pc *pc, struct buf *out);
enum err queue_load(struct pc *pc, struct buf *in, struct why *why);
enum err queue_load_old(struct pc *pc, struct buf in, struct why *why);

#endif
