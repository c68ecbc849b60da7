/* squeeze.h - packs a page in some microseconds; zlib takes fifty, and leaves
 * two thirds of what this does.
 *
 *    [counts][literals ..][distance] [counts][literals ..][distance] ..
 *
 * Counts are a byte: in its upper half how many literals there are, in its
 * lower one how many bytes are repeated from `distance` before, less 4. 15 in
 * either says that bytes to be added follow, the last of which is not 255. The
 * distance has two bytes; behind literals that end the page there is none. */
#ifndef SQUEEZE_H
#define SQUEEZE_H

#include "machine/core/core.h"

enum { SQUEEZE_PAGE = 4096 };

/* The bytes that the page takes at `to`; 0: more than `room`. */
u32 page_squeeze(const u8 *page, u8 *to, u32 room);

/* False: n bytes at `from` are not what a page was squeezed to. */
bool page_unsqueeze(const u8 *from, u32 n, u8 *page);

#endif
