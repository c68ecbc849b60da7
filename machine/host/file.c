/* file.c - files with byte offsets, whoever keeps them. */
#include <string.h>

#include "machine/host/redo.h"

static enum err must_be_writable(struct file *f)
{
    return f->yielded ? ERR_BUSY
           : f->readonly || !f->ops->write ? ERR_RDONLY : ERR_OK;
}

enum err file_read(struct file *f, u64 at, void *to, size_t n)
{
    size_t have = at >= f->size ? 0 : n;

    if (have > f->size - at)
        have = (size_t)(f->size - at);
    memset((u8 *)to + have, 0, n - have);
    return have ? (f->redo ? redo_read : f->ops->read)(f, at, to, have)
                : ERR_OK;
}

enum err file_write(struct file *f, u64 at, const void *from, size_t n)
{
    enum err e = must_be_writable(f);

    if (e || n == 0)
        return e;
    if (at > (u64)INT64_MAX - n)
        return ERR_RANGE;
    if (at + n >= f->size && redo_is_seal(from, n))
        return ERR_RDONLY;              /* a guest's, to be taken for ours */
    f->dirty = true;
    e = (f->redo ? redo_write : f->ops->write)(f, at, from, n);
    if (!e && at + n > f->size)
        f->size = at + n;
    return e;
}

enum err file_flush(struct file *f)
{
    enum err e = ERR_OK;

    if (f->later || f->yielded)
        return ERR_OK;
    if (f->redo)
        return redo_flush(f);
    if (f->dirty && f->ops->flush)
        e = f->ops->flush(f);
    if (!e)
        f->dirty = false;
    return e;
}

enum err file_resize(struct file *f, u64 size)
{
    enum err e = must_be_writable(f);

    if (e || size == f->size)
        return e;
    if (!f->ops->resize || f->fixed)
        return ERR_RANGE;
    f->dirty = true;
    e = f->redo ? redo_resize(f, size) : f->ops->resize(f, size);
    if (!e)
        f->size = size;
    return e;
}

void file_close(struct file *f)
{
    if (!f)
        return;
    file_flush(f);                      /* who wants to know flushes before */
    redo_drop(f);
    f->ops->close(f);
}

bool file_lock(struct file *f, bool on)
{
    return !f->ops->lock || f->ops->lock(f, on);
}

enum err file_yield(struct file *f)
{
    bool later = f->later;
    enum err e;

    if (f->readonly || f->yielded)
        return ERR_OK;
    f->later = false;
    e = file_flush(f);
    f->later = later;
    if (e)
        return e;
    if (f->ops->note)
        f->ops->note(f);
    file_lock(f, false);
    f->yielded = true;
    return ERR_OK;
}

enum err file_take_back(struct file *f, struct why *why)
{
    if (!f->yielded)
        return ERR_OK;
    if (!file_lock(f, true))
        return err_say(why, ERR_BUSY, "%.150s: another program has it now",
                       f->name);
    if (f->ops->noted && !f->ops->noted(f)) {
        file_lock(f, false);
        return err_say(why, ERR_BUSY, "%.150s: another program has written to "
                       "it meanwhile", f->name);
    }
    f->yielded = false;
    return ERR_OK;
}

u64 file_hole(struct file *f, u64 at, u64 *data)
{
    *data = at < f->size ? f->size - at : 0;
    return f->ops->hole && *data && !f->redo ? f->ops->hole(f, at, data) : 0;
}

enum err file_say(struct file *f, enum err e, struct why *why)
{
    bool host = (e == ERR_IO || e == ERR_FULL) && f->error;

    return err_say(why, e, "%.150s: %s", f->name,
                   host ? host_words(f->error) : err_text(e));
}
