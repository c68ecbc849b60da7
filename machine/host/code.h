/* code.h - memory whose contents the host may execute.
 *
 * It is there twice, so that nothing can be both written and executed:
 *
 *     write ->+------------------+
 *             | the same pages   |   seen by the program that makes the code
 *             +------------------+
 *     run   ->+------------------+
 *             | the same pages   |   seen by the processor; read only
 *             +------------------+
 */
#ifndef CODE_H
#define CODE_H

#include "machine/core/core.h"

struct host_code {
    u8 *write;
    u8 *run;                            /* in the lowest 2 GB */
    size_t size;
};

/* `size` bytes of zeros, false where the host has or allows none. The caller's,
 * to be given back by host_code_free(). */
bool host_code_new(struct host_code *m, size_t size);
void host_code_free(struct host_code *m);

/* Must be called after something was written to `size` bytes from `at` on and
 * before they are run: not every processor looks whether its code changes. */
void host_code_written(const struct host_code *m, size_t at, size_t size);

/* `size` bytes of zeros in the lowest 2 GB, for data that such code names by
 * 32-bit addresses; or NULL. */
u8 *host_low_new(size_t size);
void host_low_free(u8 *p, size_t size);

#endif
