/* vmdktext.c - format vmdk: descriptors, and disks made of several files.
 *
 *   RW 4192256 SPARSE "disk-s001.vmdk"
 *   RW 20480 FLAT "disk-flat.vmdk" 0       the last: first sector in the file
 *   RW 63 ZERO */
#include "machine/block/vmdk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EXTENTS = 256, MOST_TEXT = 256 << 10 };

struct extent {
    u64 first, sectors, offset;         /* offset: in b, in sectors */
    struct block *b;                    /* NULL: zeros */
};

struct extents {
    struct block b;
    struct extent *e;
    int n;
};

bool vmdk_value(const char *text, const char *key, char *to, size_t room)
{
    size_t n = strlen(key);

    for (const char *p = text; p; p = strchr(p, '\n')) {
        p += *p == '\n';
        if (strncmp(p, key, n))
            continue;
        p += n + strspn(p + n, " \t");
        if (*p != '=')
            continue;
        p++;
        p += strspn(p, " \t\"");
        snprintf(to, room, "%.*s", (int)strcspn(p, "\"\r\n"), p);
        return true;
    }
    return false;
}

void vmdk_geometry(struct block *b, const char *text)
{
    char v[24];

    if (vmdk_value(text, "ddb.geometry.cylinders", v, sizeof v))
        b->cylinders = (u32)strtoul(v, NULL, 10);
    if (vmdk_value(text, "ddb.geometry.heads", v, sizeof v))
        b->heads = (u32)strtoul(v, NULL, 10);
    if (vmdk_value(text, "ddb.geometry.sectors", v, sizeof v))
        b->spt = (u32)strtoul(v, NULL, 10);
}

/* ---- the medium ---- */

/* The extent with a sector, and how many of n lie in it. */
static struct extent *extent_at(struct extents *x, u64 sector, u32 *n)
{
    int i = 0;

    while (i < x->n - 1 && sector >= x->e[i].first + x->e[i].sectors)
        i++;
    if (*n > x->e[i].first + x->e[i].sectors - sector)
        *n = (u32)(x->e[i].first + x->e[i].sectors - sector);
    return &x->e[i];
}

static enum err extents_read(struct block *b, u64 sector, void *buf, u32 n)
{
    u8 *to = buf;
    enum err e = ERR_OK;

    while (n && !e) {
        u32 k = n;
        struct extent *t = extent_at((struct extents *)b, sector, &k);

        if (t->b)
            e = block_below_error(b, t->b,
                                  block_read(t->b, t->offset + sector -
                                             t->first, to, k));
        else
            memset(to, 0, (size_t)k * SECTOR);
        sector += k;
        to += (size_t)k * SECTOR;
        n -= k;
    }
    return e;
}

static enum err extents_write(struct block *b, u64 sector, const void *buf,
                              u32 n)
{
    const u8 *from = buf;
    enum err e = ERR_OK;

    while (n && !e) {
        u32 k = n;
        struct extent *t = extent_at((struct extents *)b, sector, &k);

        e = t->b ? block_below_error(b, t->b,
                                     block_write(t->b, t->offset + sector -
                                                 t->first, from, k))
                 : ERR_RDONLY;
        sector += k;
        from += (size_t)k * SECTOR;
        n -= k;
    }
    return e;
}

static enum err extents_flush(struct block *b)
{
    struct extents *x = (struct extents *)b;
    enum err e = ERR_OK;

    for (int i = 0; i < x->n && !e; i++)
        if (x->e[i].b)
            e = block_below_error(b, x->e[i].b, block_flush(x->e[i].b));
    return e;
}

static void free_extents(struct extents *x)
{
    for (int i = 0; i < x->n; i++)
        block_close(x->e[i].b);
    free(x->e);
    free(x);
}

static void extents_close(struct block *b)
{
    file_close(b->file);
    free_extents((struct extents *)b);
}

static u64 extents_zeros(struct block *b, u64 sector, u64 *data)
{
    u32 k = UINT32_MAX;
    struct extent *t = extent_at((struct extents *)b, sector, &k);
    u64 zeros = t->b ? block_zeros(t->b, t->offset + sector - t->first, data)
                     : k;

    if (t->b && *data > k)
        *data = k;
    return zeros < k ? zeros : k;
}

static void extents_describe(struct block *b, struct block_details *d)
{
    struct extents *x = (struct extents *)b;
    char line[300];

    d->subformat = "extents";
    d->allocated = b->sectors;
    for (int i = 0; i < x->n; i++) {
        snprintf(line, sizeof line, "extent %d: %llu sectors, %s\n", i + 1,
                 (unsigned long long)x->e[i].sectors,
                 x->e[i].b ? x->e[i].b->name : "zeros");
        buf_put_bytes(&d->text, line, strlen(line));
    }
}

static struct block *extents_piece(struct block *b, u32 n)
{
    struct extents *x = (struct extents *)b;

    while ((int)n < x->n && !x->e[n].b)
        n++;                            /* extents of zeros have no file */
    return (int)n < x->n ? x->e[n].b : NULL;
}

static const struct block_ops extents_ops = {
    .read = extents_read, .write = extents_write, .flush = extents_flush,
    .close = extents_close, .zeros = extents_zeros,
    .describe = extents_describe, .piece = extents_piece,
};

/* ---- opening ---- */

static enum err vmdktext_bad(struct file *f, struct why *why, const char *line)
{
    return err_say(why, ERR_FORMAT, "%.120s: vmdk: can't read '%.*s'", f->name,
                   (int)strcspn(line, "\r\n"), line);
}

/* An extent's own file: sparse ones begin with KDMV. */
static enum err open_extent(struct extent *t, struct file *f,
                            const char *name, bool flat,
                            const struct open_how *how, struct why *why)
{
    struct open_how h = { .format = flat ? "raw" : "vmdk",
                          .readonly = how->readonly, .shared = how->shared,
                          .depth = (u8)(how->depth + 1) };
    char *path;
    enum err e;

    if (h.depth > 2)
        return err_say(why, ERR_FORMAT, "%.120s: vmdk: descriptors in "
                       "descriptors", f->name);
    path = host_path_beside(f->name, name);
    e = path ? block_open(&t->b, path, &h, why) : ERR_NOMEM;
    free(path);
    if (!e && (t->offset > t->b->sectors ||
               t->sectors > t->b->sectors - t->offset)) {
        block_close(t->b);
        t->b = NULL;
        return err_say(why, ERR_FORMAT, "%.100s: vmdk: %.80s is too short",
                       f->name, name);
    }
    return e;
}

static enum err take_extent(struct extents *x, struct file *f,
                            const char *line, const struct open_how *how,
                            struct why *why)
{
    struct extent *t = &x->e[x->n];
    char access[12], kind[12], name[200] = "";
    unsigned long long sectors, offset = 0;
    int n = sscanf(line, "%11s %llu %11s \"%199[^\"]\" %llu", access, &sectors,
                   kind, name, &offset);
    bool flat = n >= 3 && (!strcmp(kind, "FLAT") || !strcmp(kind, "VMFS"));
    enum err e = ERR_OK;

    if (n < 3 || sectors == 0 || sectors > (u64)1 << 50 ||
        x->n == MOST_EXTENTS - 1)
        return vmdktext_bad(f, why, line);
    *t = (struct extent){ x->b.sectors, sectors, flat ? offset : 0, NULL };
    if (flat || !strcmp(kind, "SPARSE"))
        e = n >= 4 ? open_extent(t, f, name, flat, how, why)
                   : vmdktext_bad(f, why, line);
    else if (strcmp(kind, "ZERO"))
        e = vmdktext_bad(f, why, line);
    if (e)
        return e;
    x->n++;
    x->b.sectors += sectors;
    return ERR_OK;
}

static bool is_extent(const char *line)
{
    return !strncmp(line, "RW ", 3) || !strncmp(line, "RDONLY ", 7);
}

static enum err take_extents(struct extents *x, struct file *f,
                             const char *text, const struct open_how *how,
                             struct why *why)
{
    enum err e = ERR_OK;

    for (const char *p = text; p && !e; p = strchr(p, '\n')) {
        p += *p == '\n';
        if (is_extent(p))
            e = take_extent(x, f, p, how, why);
    }
    if (!e && x->n == 0)
        e = err_say(why, ERR_FORMAT, "%.120s: vmdk: there are no extents",
                    f->name);
    return e;
}

static enum err check_parent(struct file *f, const char *text,
                             struct why *why)
{
    char parent[16];

    if (vmdk_value(text, "parentCID", parent, sizeof parent) &&
        strcmp(parent, "ffffffff"))
        return err_say(why, ERR_FORMAT, "%.120s: vmdk: a delta of another "
                       "disk; 'qemu-img convert' reads it", f->name);
    return ERR_OK;
}

enum err vmdk_open_text(struct block **out, struct file *f,
                        const struct open_how *how, struct why *why)
{
    struct extents *x = calloc(1, sizeof *x);
    size_t n = f->size < MOST_TEXT ? (size_t)f->size : MOST_TEXT;
    char *text = calloc(1, n + 1);
    enum err e = ERR_NOMEM;

    if (x && text && (x->e = calloc(MOST_EXTENTS, sizeof *x->e)))
        e = file_read(f, 0, text, n);
    e = e ? file_say(f, e, why) : check_parent(f, text, why);
    e = e ? e : take_extents(x, f, text, how, why);
    if (!e) {
        vmdk_geometry(&x->b, text);
        x->b.ops = &extents_ops;
        *out = &x->b;
    } else if (x) {
        free_extents(x);
    }
    free(text);
    return e;
}
