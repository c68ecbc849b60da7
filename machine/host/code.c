/* code.c - memory whose contents the host may execute. */
#define _DEFAULT_SOURCE                 /* MAP_ANONYMOUS, MAP_32BIT */
#include "machine/host/code.h"

#include <sys/mman.h>

u8 *host_code_new(size_t size)
{
#ifdef MAP_32BIT
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    return p == MAP_FAILED ? NULL : p;
#else
    (void)size;
    return NULL;
#endif
}

void host_code_free(u8 *p, size_t size)
{
    if (p)
        munmap(p, size);
}
