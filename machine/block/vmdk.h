/* vmdk.h - what the files of the format vmdk share. */
#ifndef VMDK_H
#define VMDK_H

#include "machine/block/chunks.h"

/* Opens a sparse extent: a file of its own, or the whole disk. */
enum err vmdk_open_sparse(struct block **out, struct file *f, bool readonly,
                          struct why *why);

/* Opens a descriptor, a text that names the files of the extents. */
enum err vmdk_open_text(struct block **out, struct file *f,
                        const struct open_how *how, struct why *why);

/* Reads heads and so on out of a descriptor's text. */
void vmdk_geometry(struct block *b, const char *text);

/* The value of `key` in a descriptor, without its quotes, in `to`. */
bool vmdk_value(const char *text, const char *key, char *to, size_t room);

#endif
