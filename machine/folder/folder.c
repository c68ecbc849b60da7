/* folder.c - a folder of the host as a disk. */
#include "machine/folder/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/folder/medium.h"

enum { QUIET_MS = 300, RESTLESS_MS = 5000, MS_NS = 1000000 };

struct folder_how folder_parse(const char *path)
{
    static const struct { const char *word; u32 bits; } words[] = {
        { "rw:", 0 }, { "floppy:", 1 }, { "12:", 12 }, { "16:", 16 },
        { "32:", 32 },
    };
    struct folder_how how = { 0 };
    size_t i = 0;

    if (!path || strncmp(path, "fat:", 4))
        return how;
    path += 4;
    while (i < COUNT_OF(words)) {
        size_t n = strlen(words[i].word);

        if (strncmp(path, words[i].word, n)) {
            i++;
            continue;
        }
        how.writable |= i == 0;
        how.floppy |= i == 1;
        how.bits = i > 1 ? words[i].bits : how.bits;
        path += n;
        i = 0;
    }
    how.dir = path;
    return how;
}

static struct folder_medium *medium_of(struct block *b)
{
    return (struct folder_medium *)b;
}

void folder_tell(struct folder_medium *f)
{
    char *line = (char *)f->told.text.p, *end;
    size_t left = f->told.text.len;

    if (!f->b.tell || !left)
        return;
    while (left && (end = memchr(line, '\n', left))) {
        *end = 0;
        f->b.tell(f->b.ctx, &f->b, line);
        left -= (size_t)(end - line) + 1;
        line = end + 1;
    }
    buf_free(&f->told.text);
    f->told = (struct tellings){ 0 };
}

/* ---- whether it is still the file system that was made ---- */

/* The partition's place and the BPB with its serial number, without the
 * label and without what systems note there while they run. */
static bool folder_read_id(struct folder_medium *f, u8 id[FAT_ID])
{
    struct fat_partition p[FAT_PARTITIONS];
    u64 first = 0;
    u8 s[SECTOR];
    int n = f->partition ? fat_partitions(f->mem, p) : 0;

    memset(id, 0, FAT_ID);
    if (f->partition && (n < 1 || p[0].first >= f->mem->sectors))
        return false;
    if (f->partition)
        first = p[0].first;
    if (block_read(f->mem, first, s, 1))
        return false;
    id[0] = (u8)first;
    memcpy(id + 1, s + 11, 25);
    memcpy(id + 26, s + (s[22] | s[23] ? 38 : 66), 5);
    if (!(s[22] | s[23]))
        memcpy(id + 31, s + 36, 16);
    return true;
}

static bool is_another(struct folder_medium *f)
{
    u8 id[FAT_ID];

    return !folder_read_id(f, id) || memcmp(id, f->id, FAT_ID);
}

/* ---- both ways ---- */

static void marks_clear(struct marks *m)
{
    memset(m->bit, 0, m->sectors / 8 + 1);
    m->any = false;
}

static struct sync sync_for(struct folder_medium *f)
{
    return (struct sync){ .host = f->host, .base = &f->base,
                          .told = &f->told };
}

static bool folder_may_sync(struct folder_medium *f)
{
    bool another = is_another(f);

    if (another && !f->foreign)
        tell(&f->told, "%.100s: its disk was formatted or partitioned anew: "
             "nothing reaches the folder any more", f->dir);
    f->foreign = another;
    return !another;
}

enum err folder_sync(struct folder_medium *f, bool quiet)
{
    struct sync s = sync_for(f);
    struct why why = { "" };

    if (!f->host || f->past || (!f->written.any && !f->pending) ||
        !folder_may_sync(f))
        return ERR_OK;
    s.quiet = quiet;
    s.e = scan_disk(&s.now, f->mem, f->partition, &f->written, &why);
    if (s.e == ERR_NOMEM)
        return s.e;
    if (s.e) {
        tell(&f->told, "%.200s", why.text);
        return ERR_OK;
    }
    s.e = sync_pair(&s);
    if (!s.e)
        sync_apply(&s);
    scan_free(&s.now);
    if (!s.e)
        marks_clear(&f->written);
    f->pending = s.e || s.later || s.skipped;
    f->b.error = s.e ? f->host->error : 0;
    return s.e;
}

void folder_adopt(struct folder_medium *f, bool forgot)
{
    struct sync s = sync_for(f);

    if (!f->host || is_another(f) ||
        scan_disk(&s.now, f->mem, f->partition, &f->written, NULL))
        return;
    if (!sync_pair(&s))
        sync_adopt(&s, forgot);
    scan_free(&s.now);
    marks_clear(&f->written);
    f->pending = true;
}

/* ---- the medium ---- */

static void mark(struct folder_medium *f, u64 sector, u32 n)
{
    for (u64 at = sector; f->host && at < sector + n; at++)
        f->written.bit[at / 8] |= (u8)(1 << at % 8);
    f->written.any = true;
}

static enum err folder_read(struct block *b, u64 sector, void *buf, u32 n)
{
    return block_below_error(b, medium_of(b)->mem,
                             block_read(medium_of(b)->mem, sector, buf, n));
}

static enum err folder_write(struct block *b, u64 sector, const void *buf,
                             u32 n)
{
    mark(medium_of(b), sector, n);
    return block_below_error(b, medium_of(b)->mem,
                             block_write(medium_of(b)->mem, sector, buf, n));
}

static enum err folder_flush(struct block *b)
{
    enum err e = folder_sync(medium_of(b), true);

    folder_tell(medium_of(b));
    return e;
}

static enum err folder_settle(struct block *b, ns_t now)
{
    struct folder_medium *f = medium_of(b);
    enum err e = ERR_OK;

    folder_tell(f);
    if (!f->host || !f->written.any)
        return ERR_OK;
    if (f->seen != b->generation || now < f->since) {
        f->seen = b->generation;
        f->since = now;
        if (!f->first || now < f->first)
            f->first = now;
    }
    if (now - f->since >= QUIET_MS * MS_NS)
        e = folder_sync(f, true);
    else if (now - f->first >= (ns_t)RESTLESS_MS * MS_NS)
        e = folder_sync(f, false);
    else
        return ERR_OK;
    f->first = f->since = now;
    folder_tell(f);
    return e;
}

static void folder_close(struct block *b)
{
    struct folder_medium *f = medium_of(b);

    if (f->mem)
        folder_sync(f, true);
    folder_tell(f);
    block_close(f->mem);
    tree_close(f->host);
    nodes_free(&f->base);
    buf_free(&f->told.text);
    free(f->written.bit);
    free(f->dir);
    free(f);
}

static void folder_save(const struct block *b, struct buf *out)
{
    const struct folder_medium *f = (const struct folder_medium *)b;

    f->mem->ops->save(f->mem, out);
}

/* With b NULL it only checks, as any memory does. */
static enum err folder_load(struct block *b, struct buf *in, struct why *why)
{
    struct folder_medium *f = medium_of(b);
    struct block *any;
    enum err e;

    if (!b) {
        e = block_open_memory(&any, "", 0, 1, "folder", why);
        e = e ? e : any->ops->load(NULL, in, why);
        block_close(any);
        return e;
    }
    folder_sync(f, true);
    e = f->mem->ops->load(f->mem, in, why);
    if (!e)
        folder_adopt(f, true);
    f->past = false;
    return e;
}

static u8 folder_peek(const struct block *b, u64 cluster, u8 *data)
{
    const struct folder_medium *f = (const struct folder_medium *)b;

    return f->mem->ops->peek(f->mem, cluster, data);
}

/* The first of them that leads into the past: until then all that is whole
 * goes to the host. */
static enum err folder_poke(struct block *b, u64 cluster, u8 mask,
                            const u8 *data)
{
    struct folder_medium *f = medium_of(b);

    if (!f->past)
        folder_sync(f, true);
    f->past = true;
    return f->mem->ops->poke(f->mem, cluster, mask, data);
}

static void folder_arrived(struct block *b, bool anew)
{
    struct folder_medium *f = medium_of(b);

    if (f->past && anew)
        folder_adopt(f, false);
    f->past = false;
}

static const struct block_ops folder_ops = {
    .read = folder_read, .write = folder_write, .flush = folder_flush,
    .close = folder_close, .save = folder_save, .load = folder_load,
    .peek = folder_peek, .poke = folder_poke, .settle = folder_settle,
    .arrived = folder_arrived, .refresh = folder_refresh,
};

/* ---- opening ---- */

static enum err folder_fill(struct folder_medium *f, struct tree *from,
                            const struct folder_how *how, struct why *why)
{
    struct build_how as = { how->floppy, how->bits };
    u32 root_entries;
    u64 sectors;
    enum err e = scan_host(&f->base, from, &f->told, why);

    if (e)
        return e;
    sectors = build_sectors(&f->base, &as, &root_entries);
    f->partition = how->floppy ? 0 : 1;
    e = block_open_memory(&f->mem, "", 0, sectors, f->b.name, why);
    if (e)
        return e;
    if (how->spill)
        block_limit_overlay(f->mem, how->most, how->spill);
    f->b.sectors = sectors;
    f->written.sectors = sectors;
    f->written.bit = calloc(sectors / 8 + 1, 1);
    if (!f->written.bit)
        return err_say(why, ERR_NOMEM, "%.150s: out of memory", f->dir);
    e = build_disk(f->mem, &f->base, from, &as, root_entries, &f->told, why);
    folder_read_id(f, f->id);
    return e;
}

struct cleaning { struct tree *host; const struct node *in; };

/* What a killed run has left half written. */
static enum err remove_new(void *ctx, const char *name,
                           const struct tree_info *info)
{
    const struct cleaning *c = ctx;
    char *path = tree_is_new(name) && info->plain ? node_path_in(c->in, name)
                                                  : NULL;

    if (path)
        tree_remove(c->host, path);
    free(path);
    return ERR_OK;
}

static void folder_clean(struct folder_medium *f)
{
    struct node *n = &f->base.root;

    for (; n; n = node_next(&f->base.root, n)) {
        char *path = n->folder ? node_path(n, NULL) : NULL;

        if (path)
            tree_list(f->host, path, remove_new,
                      &(struct cleaning){ f->host, n });
        free(path);
    }
}

struct tree *folder_tree(struct block *b)
{
    return b->ops == &folder_ops ? medium_of(b)->host : NULL;
}

enum err folder_open(struct block **out, const struct folder_how *how,
                     struct why *why)
{
    struct folder_medium *f = calloc(1, sizeof *f);
    struct tree *from = NULL;
    enum err e;

    *out = NULL;
    if (!f || !(f->dir = strdup(how->dir))) {
        free(f);
        return err_say(why, ERR_NOMEM, "%.150s: out of memory", how->dir);
    }
    f->b.ops = &folder_ops;
    nodes_init(&f->base);
    snprintf(f->b.name, sizeof f->b.name, "fat:%s", how->dir);
    e = tree_open(&from, how->dir, how->writable, why);
    if (!e) {
        from->follow = !how->writable;
        e = folder_fill(f, from, how, why);
    }
    if (!e && how->writable) {
        f->host = from;
        folder_clean(f);
    } else {
        tree_close(from);
    }
    if (e)
        folder_close(&f->b);
    else
        *out = &f->b;
    return e;
}
