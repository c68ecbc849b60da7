/* code.h - memory whose contents the host may execute. */
#ifndef CODE_H
#define CODE_H

#include "machine/core/core.h"

/* `size` bytes of zeros in the lowest 2 GB of the address space that can be
 * written and executed, or NULL where the host has or allows none. The
 * caller's, to be given back by host_code_free(). */
u8 *host_code_new(size_t size);
void host_code_free(u8 *p, size_t size);

#endif
