/* storage.c - images that the program around the machine keeps itself. */
#include "machine/media/storage.h"

#include <stdio.h>
#include <stdlib.h>

struct storage_file {
    struct file f;
    struct pc_storage s;
};

static enum err storage_outcome(struct file *f, int error)
{
    return error ? file_failed(f, error) : ERR_OK;
}

static enum err storage_read(struct file *f, u64 at, void *to, size_t n)
{
    const struct pc_storage *s = &((struct storage_file *)f)->s;

    return storage_outcome(f, s->read(s->ctx, at, to, n));
}

static enum err storage_write(struct file *f, u64 at, const void *from,
                              size_t n)
{
    const struct pc_storage *s = &((struct storage_file *)f)->s;

    return storage_outcome(f, s->write(s->ctx, at, from, n));
}

static enum err storage_flush(struct file *f)
{
    const struct pc_storage *s = &((struct storage_file *)f)->s;

    return s->flush ? storage_outcome(f, s->flush(s->ctx)) : ERR_OK;
}

/* It grows by being written to. */
static enum err storage_resize(struct file *f, u64 size)
{
    static const u8 zero;

    return size > f->size ? storage_write(f, size - 1, &zero, 1) : ERR_OK;
}

static void storage_close(struct file *f)
{
    free(f);
}

static const struct file_ops storage_ops = {
    .read = storage_read, .write = storage_write, .flush = storage_flush,
    .resize = storage_resize, .close = storage_close,
};

enum err storage_open(struct block **out, const char *name,
                      const struct pc_storage *s, const struct open_how *how,
                      struct why *why)
{
    struct storage_file *p = calloc(1, sizeof *p);

    *out = NULL;
    if (!p)
        return err_say(why, ERR_NOMEM, "%.150s: out of memory", name);
    p->f.ops = &storage_ops;
    p->f.size = s->size;
    p->f.readonly = how->readonly || !s->write;
    p->f.grows_only = true;
    p->f.birth = 1;
    p->s = *s;
    snprintf(p->f.name, sizeof p->f.name, "%s", name);
    return block_open_file(out, &p->f, how, why);
}
