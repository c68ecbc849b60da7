/* packed.h - files in files: gzip streams and members of zip archives. */
#ifndef PACKED_H
#define PACKED_H

#include "machine/block/format.h"

/* A file of what `size` bytes at `start` unpack to: a gzip file, or if `bare`
 * a deflate stream. It owns `below`, on success. */
enum err packed_open(struct file **out, struct file *below, u64 start,
                     u64 size, bool bare, struct why *why);

#endif
