/* migration.h - a machine goes over to another one of the same process. */
#ifndef MIGRATION_H
#define MIGRATION_H

#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"

/* A guest that writes all over its memory, the text screen, and its disk. */
static const uint8_t guest_writer[] = {
    0xea, 0x05, 0x7c, 0x00, 0x00, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc,
    0x00, 0x7a, 0xfb, 0xbf, 0x01, 0x00,                 /* mov di, 1 */
    0x81, 0x06, 0x00, 0x7e, 0x23, 0x01,                 /* again: next seg */
    0xa1, 0x00, 0x7e, 0x25, 0xff, 0x3f, 0x05, 0x00, 0x20, 0x8e, 0xc0,
    0x26, 0xff, 0x05, 0x81, 0xc7, 0x33, 0x03,           /* inc word [es:di] */
    0xff, 0x06, 0x02, 0x7e, 0xf7, 0x06, 0x02, 0x7e, 0xff, 0x03, 0x75, 0xdc,
    0xb8, 0x00, 0xb8, 0x8e, 0xc0, 0xa1, 0x02, 0x7e, 0x26, 0xa3, 0x40, 0x00,
    0xb8, 0x00, 0x20, 0x8e, 0xc0, 0x31, 0xdb,           /* a sector's write */
    0xb8, 0x01, 0x03, 0x8b, 0x0e, 0x04, 0x7e, 0x81, 0xe1, 0x0f, 0x0f, 0x41,
    0xba, 0x80, 0x00, 0x57, 0xcd, 0x13, 0x5f, 0x81, 0x06, 0x04, 0x7e, 0x01,
    0x01, 0xeb, 0xae
};

/* One that opens every other page by a store at its beginning, and then stores
 * over its end: into the page behind it nothing else is stored. One page more
 * at the front lets the stream's frames part these pairs. */
static const uint8_t guest_page_ends[] = {
    0xea, 0x05, 0x7c, 0x00, 0x00,
    0xb8, 0x00, 0x1f, 0x8e, 0xc0, 0x26, 0xff, 0x06, 0x00, 0x00,
    0xb8, 0x00, 0x20, 0x81, 0xc3, 0x01, 0x01,           /* bx += 101h */
    0x8e, 0xc0, 0x26, 0xff, 0x06, 0x00, 0x00,           /* inc word [es:0] */
    0x26, 0x89, 0x1e, 0xff, 0x0f,                       /* mov [es:fff], bx */
    0x05, 0x00, 0x02, 0x3d, 0x00, 0x9e, 0x72, 0xec,     /* two pages on */
    0xeb, 0xd9
};

/* One that fills 64 KB with ones, then with zeros, and so on. */
static const uint8_t guest_filler[] = {
    0xea, 0x05, 0x7c, 0x00, 0x00, 0xb8, 0x00, 0x20, 0x8e, 0xc0, 0x31, 0xc0,
    0x31, 0xff, 0xb9, 0x00, 0x80, 0xf3, 0xab,           /* rep stosw */
    0xf7, 0xd0, 0xeb, 0xf5                              /* not ax */
};

/* Carries bytes to the target and its answers back. Returns how many went;
 * *said is the last answer. */
static inline size_t migration_carry(struct pc *from, struct pc *to,
                                     size_t most, enum pc_target *said,
                                     char *why)
{
    uint8_t bytes[4096];
    size_t sum = 0, n;

    *said = PC_TARGET_SILENT;
    while (sum < most && (n = pc_migrate_bytes(from, bytes, sizeof bytes))) {
        sum += n;
        if (!pc_incoming_put(to, bytes, n, why))
            break;
    }
    while ((n = pc_incoming_bytes(to, bytes, sizeof bytes)))
        *said = pc_migrate_answer(from, bytes, n, why);
    return sum;
}

/* Passes with the guest running in between, then the rest; the target is whole
 * then. False with words. */
static inline bool migration_send(struct pc *from, struct pc *to, int64_t slice,
                                  uint32_t passes, char *why)
{
    enum pc_target said;

    if (!pc_migrate_begin(from, why))
        return false;
    while (pc_migration(from).passes < passes) {
        size_t n = migration_carry(from, to, 64 << 10, &said, why);

        if (said == PC_TARGET_REFUSES)
            return false;
        pc_run(from, slice, 0);
        if (!n && !pc_migration(from).remaining)
            break;
    }
    if (!pc_migrate_finish(from, why))
        return false;
    migration_carry(from, to, SIZE_MAX, &said, why);
    return said != PC_TARGET_REFUSES && pc_incoming(to) == PC_INCOMING_WHOLE;
}

/* The target takes the media, the source lets go. */
static inline bool migration_arrive(struct pc *from, struct pc *to, char *why)
{
    enum pc_target said;

    if (!pc_incoming_arrive(to, why))
        return false;
    migration_carry(from, to, SIZE_MAX, &said, why);
    if (said != PC_TARGET_READY)
        return false;
    pc_migrate_commit(from);
    migration_carry(from, to, SIZE_MAX, &said, why);
    return pc_is_gone(from) && pc_incoming(to) == PC_INCOMING_HERE;
}

#endif
