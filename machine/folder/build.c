/* build.c - a tree of a host's folder, and a disk of a tree. */
#include "machine/folder/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/tool/tool.h"

enum { MOST_LINES = 20, SPARE = 32 << 11, MOST_SECTORS = 4193000,
       LEAST_32 = 70000 * 8, ROOT = 512, MOST_ROOT = 65520, USUAL = 4096 };

void tell(struct tellings *w, const char *format, ...)
{
    char line[300];
    va_list list;

    if (w->lines++ >= MOST_LINES)
        return;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    buf_put_bytes(&w->text, line, strlen(line));
    buf_put(&w->text, '\n', 1);
}

/* ---- from the host ---- */

struct listing {
    struct nodes *t;
    struct node *in;
    struct tellings *w;
    u32 depth, left_out;
    char one[256];                      /* of those left out */
};

static enum err build_leave_out(struct listing *l, const char *name)
{
    l->left_out++;
    snprintf(l->one, sizeof l->one, "%.255s", name);
    return ERR_OK;
}

static enum err list_name(void *ctx, const char *name,
                          const struct tree_info *info)
{
    struct listing *l = ctx;
    struct dos_time time;
    struct node *n;

    if (tree_is_new(name))
        return ERR_OK;
    if ((!info->folder && !info->plain) || info->size > FOLDER_BYTES ||
        !fat_name_ok(name) || fat_is_device(name) ||
        (info->folder && l->depth >= NODE_DEPTH))
        return build_leave_out(l, name);
    n = node_new(l->t, l->in, name);
    if (!n || !(n->host = strdup(name)))
        return ERR_NOMEM;
    n->folder = info->folder;
    n->attr = info->attr;
    n->size = info->folder ? 0 : (u32)info->size;
    time = host_dos_time(info->seconds);
    n->date = time.date;
    n->time = time.time;
    n->stamp = *info;
    l->t->folders += n->folder;
    l->t->files += !n->folder;
    l->t->bytes += n->size;
    return l->t->files + l->t->folders > FOLDER_FILES ||
                   l->t->bytes > FOLDER_BYTES ? ERR_RANGE : ERR_OK;
}

static enum err list_folder(struct listing *l, struct node *n,
                            struct tree *from)
{
    char *path = node_path(n, NULL);
    enum err e = path ? ERR_OK : ERR_NOMEM;

    l->in = n;
    l->depth = node_depth(n);
    if (!e) {
        e = tree_list(from, path, list_name, l);
        if (e == ERR_RDONLY || (e == ERR_MISSING && *path))
            e = build_leave_out(l, path);     /* may not be looked into */
    }
    free(path);
    return e;
}

enum err scan_host(struct nodes *t, struct tree *from, struct tellings *w,
                   struct why *why)
{
    struct listing l = { .t = t, .w = w };
    char one[256];
    enum err e = ERR_OK;
    u32 twins;

    for (struct node *n = &t->root; n && !e; n = node_next(&t->root, n))
        if (n->folder)
            e = list_folder(&l, n, from);
    if (e == ERR_RANGE)
        return err_say(why, e, "%.150s: more than %d files or 2 GB",
                       from->name, FOLDER_FILES);
    if (e)
        return err_say(why, e, "%.150s: %s", from->name,
                       e == ERR_IO ? host_words(from->error) : err_text(e));
    twins = nodes_drop_twins(t, one);
    if (twins)
        tell(w, "%.100s: %u left out, as DOS takes upper and lower case for "
             "the same: %.100s", from->name, twins, one);
    if (l.left_out)
        tell(w, "%.100s: %u left out: links, devices, and what DOS has no "
             "name for: %.100s", from->name, l.left_out, l.one);
    return ERR_OK;
}

/* ---- how large a disk ---- */

static u32 entries_of(const struct node *n)
{
    return n->host ? fat_name_parts(n->name, false) + 1 : 0;
}

static u64 rounded(u64 bytes, u32 cluster)
{
    return (bytes + cluster - 1) / cluster * cluster;
}

/* What it takes with clusters of that size. */
static u64 build_need(const struct nodes *t, u32 cluster)
{
    u64 sum = 0;

    for (const struct node *n = t->root.child; n; n = node_next(&t->root, n))
        sum += n->folder ? rounded((2ull + n->entries) * FAT_ENTRY, cluster)
                         : rounded(n->size, cluster);
    return sum;
}

static void count_entries(struct nodes *t)
{
    for (struct node *n = &t->root; n; n = node_next(&t->root, n))
        n->entries = 0;
    for (struct node *n = t->root.child; n; n = node_next(&t->root, n))
        n->parent->entries += entries_of(n);
}

static bool fits_16(const struct nodes *t, u64 sectors)
{
    u32 spc = 4;

    while (sectors / spc > 65500)
        spc *= 2;
    return build_need(t, spc * SECTOR) / SECTOR < sectors - sectors / 16 &&
           t->root.entries <= MOST_ROOT / 2;
}

u64 build_sectors(const struct nodes *t, struct build_how *how, u32 *root)
{
    u64 sectors;
    u32 want = (2 * t->root.entries + 15) / 16 * 16;

    count_entries((struct nodes *)t);
    want = (2 * t->root.entries + 15) / 16 * 16;
    *root = 0;
    if (how->floppy)
        return FLOPPY_SECTORS;
    sectors = SPARE + 2 * build_need(t, USUAL) / SECTOR;
    if (sectors > MOST_SECTORS)
        sectors = MOST_SECTORS;
    if (!how->bits)
        how->bits = fits_16(t, sectors) ? 16 : 32;
    if (how->bits == 32 && sectors < LEAST_32)
        sectors = LEAST_32;
    if (how->bits != 32 && want > ROOT)
        *root = want < MOST_ROOT ? want : MOST_ROOT;
    return sectors;
}

/* ---- onto the disk ---- */

struct build {
    struct fat f;
    struct block *b;
    struct nodes *t;
    struct tree *from;
    struct tellings *w;
    u32 at;                             /* cluster that is written next */
};

u64 chain_hash(const struct fat *f, u32 first, u32 *n)
{
    u64 h = 0;

    for (*n = 0; fat_valid(f, first) && *n <= f->clusters; ++*n) {
        h = (h ^ first) * 0x9e3779b97f4a7c15u;
        first = fat_get(f, first);
    }
    return h;
}

static enum err build_chain(struct build *w, struct node *n)
{
    u64 bytes = n->folder ? (2ull + n->entries) * FAT_ENTRY : n->size;
    u32 clusters = (u32)((bytes + fat_bytes(&w->f) - 1) / fat_bytes(&w->f));

    return fat_chain_new(&w->f, clusters, 0, &n->cluster);
}

/* The root directory is there already, or has its place. */
static enum err build_root_chain(struct build *w)
{
    u64 bytes = (u64)w->t->root.entries * FAT_ENTRY;
    u32 more = (u32)(bytes / fat_bytes(&w->f)), first;

    if (w->f.bits != 32)
        return bytes > w->f.root_sectors * SECTOR ? ERR_FULL : ERR_OK;
    return fat_chain_new(&w->f, more, w->f.root_cluster, &first);
}

static enum err build_part(void *ctx, const u8 *p, u32 n)
{
    struct build *w = ctx;
    u64 sector = fat_sector(&w->f, w->at);
    u32 whole = n / SECTOR;
    u8 last[SECTOR] = { 0 };
    enum err e = whole ? block_write(w->b, sector, p, whole) : ERR_OK;

    if (!e && n % SECTOR) {
        memcpy(last, p + (size_t)whole * SECTOR, n % SECTOR);
        e = block_write(w->b, sector + whole, last, 1);
    }
    w->at = fat_get(&w->f, w->at);
    return e;
}

/* A file that can't be read is left out. */
static enum err build_file(struct build *w, struct node *n)
{
    char *path = node_path(n, NULL);
    enum err e = path ? build_chain(w, n) : ERR_NOMEM;

    w->at = n->cluster;
    if (!e) {
        e = tree_read(w->from, path, n->size, fat_bytes(&w->f), build_part, w);
        if (e == ERR_RDONLY || e == ERR_MISSING || e == ERR_IO) {
            tell(w->w, "%.100s: left out: %.100s: %s", w->from->name, path,
                 host_words(w->from->error));
            fat_chain_free(&w->f, n->cluster);
            n->gone = true;
            e = ERR_OK;
        }
    }
    free(path);
    return e;
}

static enum err build_files(struct build *w)
{
    struct node *n = w->t->root.child, *next;
    enum err e = ERR_OK;

    for (; n && !e; n = next) {
        e = n->folder ? build_chain(w, n) : build_file(w, n);
        next = node_next(&w->t->root, n);
        if (n->gone) {
            node_cut(n);
            node_free(w->t, n);
        }
    }
    return e;
}

void node_to_entry(const struct node *n, struct fat_entry *e)
{
    *e = (struct fat_entry){
        .attr = (u8)(n->attr | (n->folder ? FAT_FOLDER : 0)),
        .date = n->date, .time = n->time, .made_date = n->date,
        .made_time = n->time, .cluster = n->cluster, .size = n->size,
        .folder = n->parent->cluster,
    };
    snprintf(e->name, sizeof e->name, "%s", n->name);
}

static enum err build_dots(struct build *w, struct fat_filler *to,
                           const struct node *n)
{
    u8 dots[2 * FAT_ENTRY];
    struct fat_entry e;
    enum err result;

    if (!n->parent)
        return ERR_OK;
    node_to_entry(n, &e);
    memset(dots, 0, sizeof dots);
    fat_put_dots(&w->f, dots, &e);
    result = fat_fill_raw(to, dots);
    return result ? result : fat_fill_raw(to, dots + FAT_ENTRY);
}

static enum err build_folder(struct build *w, struct node *n)
{
    struct fat_filler to;
    struct fat_entry e;
    enum err result = fat_fill_begin(&to, &w->f, n->entries,
                                     n->entries + 2);
    u32 clusters;

    result = result ? result : build_dots(w, &to, n);
    for (struct node *c = n->child; c && !result; c = c->next) {
        node_to_entry(c, &e);
        result = fat_fill_add(&to, &e);
        memcpy(c->alias, e.alias, sizeof c->alias);
        c->is_long = e.at != e.first;
        c->chain = chain_hash(&w->f, c->cluster, &clusters);
    }
    if (result) {
        fat_fill_end(&to, NULL, 0);
        return result;
    }
    return fat_fill_end(&to, w->b, n->parent || w->f.bits != 32
                                       ? n->cluster : w->f.root_cluster);
}

static enum err build_all(struct build *w)
{
    enum err e = build_root_chain(w);

    e = e ? e : build_files(w);
    for (struct node *n = &w->t->root; n && !e; n = node_next(&w->t->root, n))
        if (n->folder)
            e = build_folder(w, n);
    return e ? e : fat_sync(&w->f, NULL);
}

enum err build_disk(struct block *b, struct nodes *t, struct tree *from,
                    const struct build_how *how, u32 root_entries,
                    struct tellings *told, struct why *why)
{
    static const struct pc_image_io nobody;
    struct tool tool = { .io = &nobody, .why = why, .fat = how->bits,
                         .root_entries = root_entries };
    struct build w = { .b = b, .t = t, .from = from, .w = told };
    enum err e = tool_format(&tool, b);

    e = e ? e : fat_open_partition(&w.f, b, how->floppy ? 0 : 1, why);
    if (e)
        return e;
    e = build_all(&w);
    fat_close(&w.f);
    return e ? err_say(why, e, "%.150s: %s", from->name,
                       e == ERR_FULL ? "there is more in it than fits onto "
                                       "the disk" : err_text(e)) : ERR_OK;
}
