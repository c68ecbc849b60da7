/* format.c - from a file to a medium: probing and the table of formats. */
#include "machine/block/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/tracks.h"
#include "machine/block/probe.h"
#include "machine/host/redo.h"

#define X(name) &format_##name,
static const struct block_format *const formats[] = { FORMAT_LIST(X) };
#undef X

enum { UNPACKINGS = 3 };                /* packed files one in the other */

const struct block_format *format_at(int n)
{
    return n >= 0 && (size_t)n < COUNT_OF(formats) ? formats[n] : NULL;
}

const struct block_format *format_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (!strcmp(formats[i]->name, name) ||
            (formats[i]->alias && !strcmp(formats[i]->alias, name)))
            return formats[i];
    return NULL;
}

static enum err unknown_format(const char *name, struct why *why)
{
    char list[120] = "";

    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        size_t n = strlen(list);

        snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "",
                 formats[i]->name);
    }
    return err_say(why, ERR_FORMAT, "format %.40s: unknown; there are %s",
                   name, list);
}

/* ---- probing ---- */

static enum err read_probe(struct file *f, struct probe *p)
{
    u64 tail = f->size < PROBE_TAIL ? f->size : PROBE_TAIL;
    enum err e;

    p->head_size = f->size < PROBE_HEAD ? (size_t)f->size : PROBE_HEAD;
    p->tail_size = (size_t)tail;
    p->size = f->size;
    e = file_read(f, 0, p->head, p->head_size);
    return e ? e : file_read(f, f->size - tail, p->tail, p->tail_size);
}

/* The row that the contents ask for: raw where nothing is found. */
static enum err format_find_row(const struct block_format **row,
                                struct probe *p, const char *name, bool disk,
                                struct why *why)
{
    const struct image_format *found = probe_format(p);

    *row = found ? format_find(found->name) : &format_raw;
    if (*row == &format_iso && disk && probe_boots(p))
        *row = &format_raw;
    return *row ? ERR_OK : probe_refuse(p, name, why);
}

static enum err probe_file(const struct block_format **row, struct file *f,
                           bool disk, struct why *why)
{
    struct probe *p = calloc(1, sizeof *p);
    enum err e = p ? read_probe(f, p) : ERR_NOMEM;

    e = e ? file_say(f, e, why) : format_find_row(row, p, f->name, disk, why);
    free(p);
    return e;
}

/* Finds the row for a file. ERR_FORMAT when how->format names another format
 * than the contents do; raw may be asked for whatever they are. */
static enum err choose_row(const struct block_format **row, struct file *f,
                           struct open_how *how, struct why *why)
{
    const struct block_format *wanted;
    enum err e;

    how->probed = !how->format;
    if (how->format && !strcmp(how->format, "raw")) {
        *row = &format_raw;
        return ERR_OK;
    }
    wanted = how->format ? format_find(how->format) : NULL;
    if (how->format && !wanted)
        return unknown_format(how->format, why);
    e = probe_file(row, f, how->disk && !wanted, why);
    if (e || !wanted || wanted == *row || (*row)->unpack)
        return e;
    return err_say(why, ERR_FORMAT, "%.120s: not %s (%s) but %s (%s)", f->name,
                   wanted->name, wanted->words, (*row)->name, (*row)->words);
}

/* ---- opening ---- */

static enum err unpack(const struct block_format *row, struct file **f,
                       const struct open_how *how, struct why *why)
{
    struct file *inner = NULL;
    enum err e;

    if (!how->readonly)
        return err_say(why, ERR_RDONLY, "%.120s: a %s can only be read: "
                       "-snapshot or readonly=on takes it", (*f)->name,
                       row->words);
    e = row->unpack(&inner, *f, why);
    if (!e)
        *f = inner;
    return e;
}

static enum err open_by_row(struct block **out, const struct block_format *row,
                            struct file *f, const struct open_how *how,
                            struct why *why)
{
    u64 birth = f->birth;
    enum err e;

    if (row->readonly && !how->readonly)
        return err_say(why, ERR_RDONLY, "%.120s: %s (%s) can only be read: "
                       "-cdrom takes a disc", f->name, row->name, row->words);
    e = row->list ? tracks_open(out, f, row->list, why)
                  : row->open(out, f, how, why);
    if (e)
        return e;
    (*out)->format = row;
    (*out)->file = f;
    (*out)->birth = birth;
    (*out)->readonly |= how->readonly;
    memcpy((*out)->name, f->name, sizeof (*out)->name);
    return ERR_OK;
}

static enum err open_by_contents(struct block **out, struct file **f,
                                 struct open_how *how, struct why *why)
{
    const struct block_format *row = NULL;
    enum err e = ERR_OK;

    for (int i = 0; i <= UNPACKINGS; i++) {
        e = choose_row(&row, *f, how, why);
        if (e)
            return e;
        if (!row->unpack)
            return open_by_row(out, row, *f, how, why);
        if (how->format && format_find(how->format) == row)
            how->format = NULL;         /* what is in it is found out */
        e = unpack(row, f, how, why);
        if (e)
            return e;
    }
    return err_say(why, ERR_FORMAT, "%.120s: packed in packed files, again "
                   "and again", (*f)->name);
}

enum err block_open_file(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    struct open_how h = *how;
    enum err e = ERR_OK;

    *out = NULL;
    if (f->size == 0)
        e = err_say(why, ERR_FORMAT, "%s: file is empty", f->name);
    else if (!h.shared && !file_lock(f, true))
        e = err_say(why, ERR_BUSY, "%s: file is in use by another program",
                    f->name);
    e = e ? e : file_recover(f, h.shared, why);
    if (!e)
        e = open_by_contents(out, &f, &h, why);
    if (e)
        file_close(f);
    return e;
}

enum err block_open(struct block **out, const char *path,
                    const struct open_how *how, struct why *why)
{
    struct file *f;
    enum err e = file_open(&f, path, how->readonly ? FILE_READ : FILE_WRITE,
                           why);

    *out = NULL;
    return e ? e : block_open_file(out, f, how, why);
}

enum err block_open_raw(struct block **out, const char *path, bool readonly,
                        struct why *why)
{
    struct open_how how = { .format = "raw", .readonly = readonly };

    return block_open(out, path, &how, why);
}

enum err block_open_image(struct block **out, const char *path, bool readonly,
                          struct why *why)
{
    struct open_how how = { .readonly = readonly };

    return block_open(out, path, &how, why);
}

enum err block_open_backing(struct block **out, struct file *image,
                            const char *path, const char *format,
                            const struct open_how *how, struct why *why)
{
    struct open_how h = { .format = format, .readonly = true,
                          .shared = how->shared,
                          .depth = (u8)(how->depth + 1) };
    struct why below = { "" };
    char *joined;
    enum err e;

    *out = NULL;
    if (h.depth > BACKING_DEPTH)
        return err_say(why, ERR_FORMAT, "%.120s: backed by more than %d "
                       "images", image->name, BACKING_DEPTH);
    joined = host_path_beside(image->name, path);
    if (!joined)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", image->name);
    e = block_open(out, joined, &h, &below);
    free(joined);
    if (how->depth > 0)                 /* the first alone says so */
        return e ? err_say(why, e, "%s", below.text) : ERR_OK;
    return e ? err_say(why, e, "%.90s: backed by %.130s", image->name,
                       below.text) : ERR_OK;
}

/* ---- making ---- */

enum err block_create(const char *path, const char *format,
                      const struct create_how *how, struct why *why)
{
    const struct block_format *row = format_find(format);
    struct file *f;
    enum err e;

    if (!row)
        return unknown_format(format, why);
    if (!row->create)
        return err_say(why, ERR_FORMAT, "format %s: %ss can only be read",
                       row->name, row->words);
    e = file_open(&f, path, FILE_NEW, why);
    if (e)
        return e;
    e = row->create(f, how, why);
    if (!e && (e = file_flush(f)) != ERR_OK)
        file_say(f, e, why);
    file_close(f);
    if (e)
        host_remove(path);
    return e;
}
