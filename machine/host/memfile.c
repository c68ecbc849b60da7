/* memfile.c - a file that is kept in memory. */
#include "machine/host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an image claims of itself must not take the host's memory. */
#define MOST_BYTES (64ull << 20)

struct memory_file {
    struct file f;
    u8 *p;
    u64 room;
};

static enum err memory_file_resize(struct file *f, u64 size)
{
    struct memory_file *m = (struct memory_file *)f;
    u64 room = size + size / 2;
    u8 *p;

    if (size > MOST_BYTES)
        return ERR_FULL;
    if (size > m->room) {
        p = room <= SIZE_MAX / 2 ? realloc(m->p, (size_t)room) : NULL;
        if (!p)
            return ERR_NOMEM;
        memset(p + m->room, 0, (size_t)(room - m->room));
        m->p = p;
        m->room = room;
    }
    if (size < f->size)
        memset(m->p + size, 0, (size_t)(f->size - size));
    return ERR_OK;
}

static enum err memory_file_read(struct file *f, u64 at, void *to, size_t n)
{
    memcpy(to, ((struct memory_file *)f)->p + at, n);
    return ERR_OK;
}

static enum err memory_file_write(struct file *f, u64 at, const void *from,
                                  size_t n)
{
    struct memory_file *m = (struct memory_file *)f;
    enum err e = at + n > m->room ? memory_file_resize(f, at + n) : ERR_OK;

    if (!e)
        memcpy(m->p + at, from, n);
    return e;
}

static void memory_file_close(struct file *f)
{
    free(((struct memory_file *)f)->p);
    free(f);
}

static const struct file_ops memory_file_ops = {
    .read = memory_file_read, .write = memory_file_write,
    .resize = memory_file_resize, .close = memory_file_close,
};

enum err file_memory(struct file **out, const void *bytes, size_t n,
                     const char *name, struct why *why)
{
    struct memory_file *m = calloc(1, sizeof *m);

    *out = NULL;
    if (!m || !(m->p = calloc(1, n + 1))) {
        free(m);
        return err_say(why, ERR_NOMEM, "%.150s: out of memory", name);
    }
    m->f.ops = &memory_file_ops;
    m->f.size = m->room = n;
    m->f.birth = 1;
    snprintf(m->f.name, sizeof m->f.name, "%s", name);
    if (n)
        memcpy(m->p, bytes, n);
    *out = &m->f;
    return ERR_OK;
}
