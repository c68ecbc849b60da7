/* record.h - the form of a record file: a machine's past, to be run again.
 *
 *    "ISABOXR\n"  u32 version  u32 size, fields  u32 CRC-32 of those
 *    entry, entry, ..                            (grows while it runs)
 *
 * The fields are the configuration, each u8 length, name, u32 length, bytes.
 * An entry is u8 tag, then by its bits
 *
 *    0..4   the kind: enum record_kind, or one of those below
 *    EXACT  varints of count, units and picoseconds: without it the place is
 *           the first one at that time
 *    ACTED  a varint: so many events acted at that place before
 *
 * behind a varint of the nanoseconds since the entry before; then the data by
 * kind. Words are zigzag varints, bytes have a varint of their length before
 * them. A hash has no time: it is that of the next full second.
 *
 * A machine that goes on from a place of its past leaves in the file what came
 * behind that place, and an entry BACK, which says that it is void:
 *
 *    key 1.2s  hash 2s  key 2.7s  hash 3s  BACK -1.4s,1,2  key 1.9s ..
 *              \__________ void ________/
 *
 * It is tag, zigzag varint of the nanoseconds from the entry before to the
 * place, varints of how many records and how many hashes are void. Who reads
 * a file cuts them out first (record_cut()) and finds in their stead an entry
 * MARK, the tag and a varint: so much time has passed since the entry before.
 */
#ifndef RECORD_H
#define RECORD_H

#include "machine/board.h"

enum { RECORD_VERSION = 1, RECORD_MAGIC = 8, RECORD_EXACT = 0x80,
       RECORD_ACTED = 0x40, RECORD_KIND = 0x1f,
       RECORD_MARK = 28, RECORD_BACK = 29,
       RECORD_HASH = 30,                /* u64: machine_hash() */
       RECORD_END = 31,                 /* the same; nothing follows */
       RECORD_DRIVES = PC_DRIVES };
extern const char record_magic[];

/* How many words a kind's data has; 0: bytes. */
u32 record_words(u8 kind);
bool record_has_unit(u8 kind);

u64 record_varint(struct buf *from);    /* `failed` when it makes no sense */
bool record_has_entry(u8 kind, u8 unit);

/* recordcut.c: copies entries to `to`, which has room for n bytes, without
 * those that are void; returns how many bytes are left. From an entry on that
 * makes no sense they are copied as they are. ~0: out of memory. */
size_t record_cut(const u8 *entries, size_t n, u8 *to);

/* The fields of a machine's configuration; and a configuration from fields,
 * whose strings stay in `bytes` and in `to`. */
struct record_head {
    struct pc_config config;
    struct medium drive[RECORD_DRIVES];
    u64 bios, vga_bios;                 /* digests of the ROMs */
    const u8 *nvram;                    /* CLOCK_BYTES, or NULL */
    const char *device[64];
    const u8 *entries;                  /* behind the head */
    size_t size;                        /* of those */
    u8 cut[];                           /* them, without those that are void */
};
enum err record_put_head(struct pc *pc, bool embed, struct buf *to,
                         struct why *why);
enum err record_get_head(struct record_head *to, const u8 *bytes, size_t n,
                         struct why *why);

/* Whether the machine's ROMs and media are those of the head. */
enum err record_check(struct pc *pc, const struct record_head *h,
                      struct why *why);

#endif
