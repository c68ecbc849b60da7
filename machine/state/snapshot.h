/* snapshot.h - the whole machine as a file.
 *
 * File: "ISABOX\x1a\n", u32 version, chunks, all little endian. A chunk is u8
 * name length, name, u8 packing (0 plain, 1 zlib), u64 size, u64 stored size,
 * bytes. In a migration's stream packing 2 has no bytes: those of the span
 * came before (machine/time/migrate.h). The last is "end", whose four bytes
 * are the CRC-32 of all before it. Chunks are found by name: one that an older
 * file lacks leaves its chip as after reset, one that it has too many is
 * skipped.
 *
 * save.c writes it, load.c reads it; snapshot.c has the tables of which it is
 * made and their hash, savefile.c the files on the host. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <string.h>

#include "machine/board.h"

enum { STATE_VERSION = 1, STATE_MAGIC = 8 };
enum { PLAIN = 0, ZLIB = 1, AHEAD = 2 };        /* packing */
enum { END_SIZE = 1 + 3 + 1 + 8 + 8 + 4 };      /* of the chunk "end" */

extern const char state_magic[];

/* What of the machine's state is kept elsewhere goes into its tables. */
void machine_settle(struct pc *pc);

/* Names of the chunks of what a medium keeps in memory, and of what it is. */
static inline void media_chunk_name(char name[12], int drive)
{
    memcpy(name, "disk0", 6);
    name[4] = (char)('0' + drive);
}

static inline void id_chunk_name(char name[12], int drive)
{
    memcpy(name, "medium0", 8);
    name[6] = (char)('0' + drive);
}

#endif
