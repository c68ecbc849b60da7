/* files.c - isabox image: ls, rm, mkdir, mv, attrib. */
#include "machine/tool/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 64, PATH = 2048 };

/* ---- volumes and paths ---- */

enum err volume_open(struct tool *t, struct volume *v, bool readonly)
{
    enum err e = tool_open(t, &v->b, readonly);

    if (e)
        return e;
    v->f = (struct fat){ .b = v->b };
    e = v->b->disc ? isoread_open(&v->disc, v->b, t->why)
                   : fat_open_partition(&v->f, v->b, t->partition, t->why);
    if (e)
        block_close(v->b);
    return e;
}

static enum err volume_find(struct tool *t, struct volume *v, const char *path,
                            struct fat_entry *e)
{
    return v->b->disc ? isoread_find(&v->disc, path, e, t->why)
                      : fat_find(&v->f, path, e, t->why);
}

enum err volume_read(struct tool *t, struct volume *v,
                     const struct fat_entry *e, const struct fat_stream *to)
{
    return v->b->disc ? isoread_file(&v->disc, e, to, t->why)
                      : fat_read_file(&v->f, e, to, t->why);
}

enum err volume_close(struct tool *t, struct volume *v, enum err e)
{
    struct why why = { "" };
    enum err last = v->b->readonly ? ERR_OK : fat_sync(&v->f, &why);

    if (!last && !v->b->readonly && (last = block_flush(v->b)) != ERR_OK)
        err_say(&why, last, "%.150s: %s", v->b->name,
                block_error(v->b, last));
    fat_close(&v->f);
    block_close(v->b);
    if (!e && last)
        *t->why = why;
    return e ? e : last;
}

static const char *last_part(const char *path)
{
    const char *p = path + strlen(path);

    while (p > path && p[-1] != '/' && p[-1] != '\\')
        p--;
    return p;
}

enum err volume_parent(struct tool *t, struct volume *v, const char *path,
                       u32 *folder, const char **name)
{
    char up[PATH];
    struct fat_entry e;
    size_t n;

    *name = last_part(path);
    n = (size_t)(*name - path);
    if (!**name || n >= sizeof up)
        return err_say(t->why, ERR_RANGE, "%.180s: names no file", path);
    memcpy(up, path, n);
    up[n] = 0;
    if (volume_find(t, v, up, &e))
        return ERR_MISSING;
    if (!(e.attr & FAT_FOLDER))
        return err_say(t->why, ERR_FORMAT, "%.180s: not a folder", up);
    *folder = e.cluster;
    return ERR_OK;
}

struct walking {
    struct tool *t;
    struct volume *v;
    const char *pattern;
    volume_each *each;
    void *ctx;
    u32 *count;
};

static enum err walk_entry(void *ctx, struct fat_entry *e)
{
    const struct walking *w = ctx;

    if (!fat_name_matches(w->pattern, e->name, true))
        return ERR_OK;
    ++*w->count;
    return w->each(w->t, w->v, e, w->ctx);
}

/* The entries are taken down first: each() may change the directory. */
static enum err each_in(struct tool *t, struct volume *v, u32 folder,
                        const char *pattern, volume_each *each, void *ctx,
                        u32 *count)
{
    struct walking w = { t, v, pattern, each, ctx, count };
    struct fat_dir d;
    struct fat_entry e;
    u32 at = 0;
    enum err result;

    if (v->b->disc)
        return isoread_list(&v->disc, folder, walk_entry, &w, t->why);
    result = fat_dir_read(&v->f, folder, &d, t->why);
    while (!result && fat_dir_next(&v->f, &d, &at, &e)) {
        if ((e.attr & FAT_LABEL) || fat_is_dots(e.name) ||
            !(fat_name_matches(pattern, e.name, true) ||
              fat_name_matches(pattern, e.alias, true)))
            continue;
        ++*count;
        result = each(t, v, &e, ctx);
    }
    fat_dir_free(&d);
    return result;
}

enum err volume_walk(struct tool *t, struct volume *v, u32 folder,
                     volume_each *each, void *ctx)
{
    u32 count = 0;

    return each_in(t, v, folder, "*", each, ctx, &count);
}

enum err volume_match(struct tool *t, struct volume *v, const char *path,
                      volume_each *each, void *ctx)
{
    const char *name = last_part(path);
    struct fat_entry e;
    u32 folder, count = 0;
    enum err result;

    if (!*name || !strpbrk(name, "*?")) {
        result = volume_find(t, v, path, &e);
        return result ? result : each(t, v, &e, ctx);
    }
    result = volume_parent(t, v, path, &folder, &name);
    if (!result)
        result = each_in(t, v, folder, !strcmp(name, "*.*") ? "*" : name,
                         each, ctx, &count);
    return !result && !count
               ? err_say(t->why, ERR_MISSING, "%.180s: nothing fits", path)
               : result;
}

/* ---- ls ---- */

static void attr_text(u8 attr, char text[6])
{
    static const char letters[] = "rhsda";
    static const u8 bits[] = { FAT_READONLY, FAT_HIDDEN, FAT_SYSTEM,
                               FAT_FOLDER, FAT_ARCHIVE };

    for (int i = 0; i < 5; i++)
        text[i] = attr & bits[i] ? letters[i] : '-';
    text[5] = 0;
}

struct listing { char path[PATH]; int depth; };

static void print_entry(struct tool *t, const struct fat_entry *e,
                        const char *path)
{
    char attr[6];
    const char *slash = e->attr & FAT_FOLDER ? "/" : "";

    attr_text(e->attr, attr);
    if (t->details)
        tool_print(t, "%s %10u %04u-%02u-%02u %02u:%02u:%02u  %s%s%s\n", attr,
                   e->size, 1980u + (e->date >> 9), e->date >> 5 & 15u,
                   e->date & 31u, e->time >> 11, e->time >> 5 & 63u,
                   (e->time & 31u) * 2, path, e->name, slash);
    else
        tool_print(t, "%s%s%s\n", path, e->name, slash);
}

static enum err list_entry(struct tool *t, struct volume *v,
                           struct fat_entry *e, void *ctx)
{
    struct listing *l = ctx;
    size_t n = strlen(l->path);
    enum err result = ERR_OK;

    print_entry(t, e, l->path);
    if (!t->recursive || !(e->attr & FAT_FOLDER) ||
        l->depth == MOST_DEPTH || n + strlen(e->name) + 2 > PATH)
        return ERR_OK;
    sprintf(l->path + n, "%s/", e->name);
    l->depth++;
    result = volume_walk(t, v, e->cluster, list_entry, l);
    l->depth--;
    l->path[n] = 0;
    return result;
}

/* A folder that was named is looked into, one that fits a pattern is not. */
static enum err list_named(struct tool *t, struct volume *v,
                           struct fat_entry *e, void *ctx)
{
    struct listing l = { "", 0 };
    bool wild = *(bool *)ctx;

    return (e->attr & FAT_FOLDER) && !wild
               ? volume_walk(t, v, e->cluster, list_entry, &l)
               : list_entry(t, v, e, &l);
}

enum err tool_ls(struct tool *t)
{
    struct volume v;
    bool wild = false;
    enum err e = volume_open(t, &v, true);

    if (e)
        return e;
    if (t->args == 1)
        e = volume_match(t, &v, "/", list_named, &wild);
    for (int i = 1; i < t->args && !e; i++) {
        wild = strpbrk(t->arg[i], "*?") != NULL;
        e = volume_match(t, &v, t->arg[i], list_named, &wild);
    }
    return volume_close(t, &v, e);
}

/* ---- rm, mkdir, mv, attrib ---- */

static enum err remove_entry(struct tool *t, struct volume *v,
                             struct fat_entry *e, void *ctx)
{
    int *depth = ctx;
    enum err result = ERR_OK;

    if ((e->attr & FAT_FOLDER) && !t->recursive)
        return err_say(t->why, ERR_FORMAT, "%.180s: is a folder; -r removes "
                       "it", e->name);
    if (++*depth > MOST_DEPTH)
        return err_say(t->why, ERR_FORMAT, "%.180s: folders in folders "
                       "without end", e->name);
    if ((e->attr & FAT_FOLDER) && *e->name)
        result = volume_walk(t, v, e->cluster, remove_entry, ctx);
    --*depth;
    return result ? result : fat_remove(&v->f, e, t->why);
}

enum err tool_rm(struct tool *t)
{
    struct volume v;
    int depth = 0;
    enum err e = volume_open(t, &v, false);

    if (e)
        return e;
    for (int i = 1; i < t->args && !e; i++)
        e = volume_match(t, &v, t->arg[i], remove_entry, &depth);
    return volume_close(t, &v, e);
}

enum err tool_mkdir(struct tool *t)
{
    struct dos_time now = host_dos_time(t->io->now);
    struct volume v;
    enum err e = volume_open(t, &v, false);

    if (e)
        return e;
    for (int i = 1; i < t->args && !e; i++) {
        struct fat_entry n = { .date = now.date, .time = now.time,
                               .made_date = now.date, .made_time = now.time };
        const char *name;

        e = volume_parent(t, &v, t->arg[i], &n.folder, &name);
        if (!e) {
            snprintf(n.name, sizeof n.name, "%s", name);
            e = fat_make_folder(&v.f, &n, t->why);
        }
    }
    return volume_close(t, &v, e);
}

enum err tool_mv(struct tool *t)
{
    struct fat_entry from, to;
    struct volume v;
    const char *name;
    u32 folder = 0;
    enum err e = volume_open(t, &v, false);

    if (e)
        return e;
    e = fat_find(&v.f, t->arg[1], &from, t->why);
    if (!e && !fat_find(&v.f, t->arg[2], &to, NULL) &&
        (to.attr & FAT_FOLDER) &&
        (to.at != from.at || to.folder != from.folder)) {
        folder = to.cluster;
        name = from.name;
    } else if (!e) {
        e = volume_parent(t, &v, t->arg[2], &folder, &name);
    }
    if (!e && folder == 0 && v.f.bits == 32)
        folder = v.f.root_cluster;
    e = e ? e : fat_move(&v.f, &from, folder, name, t->why);
    return volume_close(t, &v, e);
}

struct change { u8 set, clear; };

static enum err change_attr(struct tool *t, struct volume *v,
                            struct fat_entry *e, void *ctx)
{
    const struct change *c = ctx;

    if (!*e->name)
        return err_say(t->why, ERR_RANGE, "the root directory has no "
                       "attributes");
    e->attr = (u8)((e->attr | c->set) & ~c->clear);
    return fat_dir_update(&v->f, e, t->why);
}

/* "+rh", "-a" */
static bool take_change(const char *word, struct change *c)
{
    static const char letters[] = "rhsa";
    static const u8 bits[] = { FAT_READONLY, FAT_HIDDEN, FAT_SYSTEM,
                               FAT_ARCHIVE };
    u8 *to = *word == '+' ? &c->set : &c->clear;

    if ((*word != '+' && *word != '-') || !word[1])
        return false;
    while (*++word) {
        const char *p = strchr(letters, *word | 32);

        if (!p)
            return false;
        *to |= bits[p - letters];
    }
    return true;
}

enum err tool_attrib(struct tool *t)
{
    struct change c = { 0, 0 };
    struct volume v;
    int i = 1;
    enum err e = volume_open(t, &v, false);

    if (e)
        return e;
    while (i < t->args && take_change(t->arg[i], &c))
        i++;
    if (i == 1 || i == t->args)
        e = err_say(t->why, ERR_RANGE, "attrib: say what changes: +r -h .., "
                    "then paths");
    for (; i < t->args && !e; i++)
        e = volume_match(t, &v, t->arg[i], change_attr, &c);
    return volume_close(t, &v, e);
}
