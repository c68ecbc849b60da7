/* code.c - memory whose contents the host may execute. */
#define _GNU_SOURCE                     /* memfd_create, MAP_32BIT */
#include "machine/host/code.h"

#include <sys/mman.h>
#include <unistd.h>

#ifdef MAP_32BIT

u8 *host_low_new(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static u8 *map_file(int fd, size_t size, int prot, int flags)
{
    void *p = mmap(NULL, size, prot, MAP_SHARED | flags, fd, 0);

    return p == MAP_FAILED ? NULL : p;
}

bool host_code_new(struct host_code *m, size_t size)
{
    int fd = memfd_create("isabox code", MFD_CLOEXEC);

    *m = (struct host_code){ .size = size };
    if (fd < 0)
        return false;
    if (ftruncate(fd, (off_t)size) == 0) {
        m->write = map_file(fd, size, PROT_READ | PROT_WRITE, 0);
        m->run = map_file(fd, size, PROT_READ | PROT_EXEC, MAP_32BIT);
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
