/* code.c - memory whose contents the host may execute. */
#define _GNU_SOURCE                     /* memfd_create, MAP_32BIT */
#include "machine/host/code.h"

#include <sys/mman.h>
#include <unistd.h>

#if defined MAP_32BIT || (defined __aarch64__ && defined MAP_FIXED_NOREPLACE)

#ifdef MAP_32BIT
static void *map_low(size_t size, int prot, int flags, int fd)
{
    return mmap(NULL, size, prot, flags | MAP_32BIT, fd, 0);
}
#else
/* Looks for a place from the top down, as the heap of a program that lies
 * there grows upwards. A kernel that doesn't know the flag may give another
 * place. */
static void *map_low(size_t size, int prot, int flags, int fd)
{
    enum { TOP = 0x7e000000, BOTTOM = 0x08000000, STEP = 1 << 21 };

    for (uintptr_t at = TOP; at >= BOTTOM; at -= STEP) {
        void *p = mmap((void *)at, size, prot, flags | MAP_FIXED_NOREPLACE,
                       fd, 0);

        if (p != MAP_FAILED && (uintptr_t)p == at)
            return p;
        if (p != MAP_FAILED)
            munmap(p, size);
    }
    return MAP_FAILED;
}
#endif

u8 *host_low_new(size_t size)
{
    void *p = map_low(size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1);

    return p == MAP_FAILED ? NULL : p;
}

bool host_code_new(struct host_code *m, size_t size)
{
    int fd = memfd_create("isabox code", MFD_CLOEXEC);

    *m = (struct host_code){ .size = size };
    if (fd < 0)
        return false;
    if (ftruncate(fd, (off_t)size) == 0) {
        void *w = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        void *r = map_low(size, PROT_READ | PROT_EXEC, MAP_SHARED, fd);

        m->write = w == MAP_FAILED ? NULL : w;
        m->run = r == MAP_FAILED ? NULL : r;
    }
    close(fd);
    if (m->write && m->run)
        return true;
    host_code_free(m);
    return false;
}

#else

u8 *host_low_new(size_t size)
{
    (void)size;
    return NULL;
}

bool host_code_new(struct host_code *m, size_t size)
{
    *m = (struct host_code){ .size = size };
    return false;
}

#endif

/* The addresses that are run count: there the processor has kept what was. */
void host_code_written(const struct host_code *m, size_t at, size_t size)
{
    char *p = (char *)m->run + at;

    __builtin___clear_cache(p, p + size);
}

void host_low_free(u8 *p, size_t size)
{
    if (p)
        munmap(p, size);
}

void host_code_free(struct host_code *m)
{
    host_low_free(m->write, m->size);
    host_low_free(m->run, m->size);
    m->write = m->run = NULL;
}
