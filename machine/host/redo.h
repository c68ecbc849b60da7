/* redo.h - writes to a file that reach it together or not at all.
 *
 * file_begin() has all writes wait in memory. file_commit() puts them behind
 * the file's end first, then where they belong, and takes the end off again:
 *
 *    | the file .. | 0 .. | page numbers, pages of 4 KB | seal, 512 bytes |
 *    0          size      start, a multiple of 4 KB     these end the file
 *
 *    1. the seal, OPEN: it tells the size that the file has had     flush
 *    2. numbers and pages, and the seal, WHOLE, with their hash     flush
 *    3. the pages at their places                                   flush
 *    4. the file gets the size that it shall have                   flush
 *
 * Who finds a seal at a file's end (file_recover()) does 3 and 4 again where it
 * is WHOLE and the hash fits, or else gives the file the size that it had. So a
 * loss of power at any moment leaves what was before, or what shall be.
 *
 * A guest can't make a seal: file_write() refuses one as a file's end. A file
 * that can't grow or shrink (a device, storage of another program) is written
 * to at once. */
#ifndef REDO_H
#define REDO_H

#include "machine/host/host.h"

enum { SEAL = 512 };

/* False: out of memory. Calls do not nest. */
bool file_begin(struct file *f);

/* After an error the writes still wait, and reads see them; the next commit or
 * flush tries again. */
enum err file_commit(struct file *f);

/* To be called when a file was opened and locked. One that can only be read,
 * or is only looked at, keeps what was to be written in memory. */
enum err file_recover(struct file *f, bool look, struct why *why);

/* file.c's: while writes wait they and reads go through these. */
enum err redo_read(struct file *f, u64 at, void *to, size_t n);
enum err redo_write(struct file *f, u64 at, const void *from, size_t n);
enum err redo_resize(const struct file *f, u64 size);
enum err redo_flush(struct file *f);
void redo_drop(struct file *f);

/* Whether bytes end as a seal begins. */
bool redo_is_seal(const void *bytes, size_t n);

#endif
