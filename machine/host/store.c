/* store.c - memory for much that is seldom looked at. */
#define _XOPEN_SOURCE 700
#include "machine/host/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ALIGN = 16, NAME = 300 };

struct store_part {
    struct store_part *next;
    u8 *p;
    bool mapped;
};

/* The file has its name for a moment only. */
static bool store_open_file(struct store *s)
{
    char name[NAME];

    if (s->has_file)
        return true;
    snprintf(name, sizeof name, "%s/isabox-XXXXXX", s->folder);
    s->file = mkstemp(name);
    if (s->file < 0)
        return false;
    unlink(name);
    fcntl(s->file, F_SETFD, FD_CLOEXEC);
    s->has_file = true;
    return true;
}

static u8 *map_part(struct store *s)
{
    void *p;

    if (!store_open_file(s) ||
        posix_fallocate(s->file, (off_t)s->file_size, STORE_PART) != 0)
        return NULL;
    p = mmap(NULL, STORE_PART, PROT_READ | PROT_WRITE, MAP_SHARED, s->file,
             (off_t)s->file_size);
    if (p == MAP_FAILED)
        return NULL;
    s->file_size += STORE_PART;
    return p;
}

static bool add_part(struct store *s)
{
    struct store_part *part = calloc(1, sizeof *part);

    if (!part)
        return false;
    part->mapped = s->used + STORE_PART > s->most;
    part->p = part->mapped ? map_part(s) : calloc(1, STORE_PART);
    if (!part->p) {
        free(part);
        return false;
    }
    part->next = s->parts;
    s->parts = part;
    s->used += STORE_PART;
    s->left = STORE_PART;
    return true;
}

void *store_new(struct store *s, size_t size)
{
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (size > STORE_PART || (s->left < size && !add_part(s)))
        return NULL;
    s->left -= size;
    return s->parts->p + s->left;
}

void store_free(struct store *s)
{
    while (s->parts) {
        struct store_part *part = s->parts;

        s->parts = part->next;
        if (part->mapped)
            munmap(part->p, STORE_PART);
        else
            free(part->p);
        free(part);
    }
    if (s->has_file)
        close(s->file);
    s->has_file = false;
    s->used = s->file_size = 0;
    s->left = 0;
}
