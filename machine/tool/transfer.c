/* transfer.c - isabox image: get and put, files between image and host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/tool/files.h"

enum { MOST_DEPTH = 64, PATH = 4096 };

static bool transfer_join(char *to, const char *folder, const char *name)
{
    return snprintf(to, PATH, "%s/%s", folder, name) < PATH;
}

static enum err too_long(struct tool *t, const char *name)
{
    return err_say(t->why, ERR_RANGE, "%.180s: the path is too long", name);
}

/* ---- get ---- */

static enum err give_whole(void *ctx, void *bytes, u32 n, struct why *why)
{
    (void)why;
    whole_file_put(ctx, bytes, n);
    return ERR_OK;
}

static enum err give_text(void *ctx, void *bytes, u32 n, struct why *why)
{
    struct tool *t = ctx;

    (void)why;
    if (t->io->text)
        t->io->text(t->io->ctx, bytes, n);
    return ERR_OK;
}

static enum err get_file(struct tool *t, struct volume *v,
                         const struct fat_entry *e, const char *path)
{
    struct whole_file *w = whole_file_open(path, t->why);
    struct fat_stream to = { give_whole, w };
    enum err result, last;

    if (!w)
        return ERR_IO;
    result = volume_read(t, v, e, &to);
    last = whole_file_close(w, !result, result ? NULL : t->why);
    if (!result && !last)
        host_set_time(path, (struct dos_time){ e->date, e->time });
    return result ? result : last;
}

struct target { char path[PATH]; bool named; int depth; };

static enum err get_entry(struct tool *t, struct volume *v,
                          struct fat_entry *e, void *ctx);

static enum err get_folder(struct tool *t, struct volume *v,
                           const struct fat_entry *e, const char *path,
                           int depth)
{
    struct target *in;
    enum err result;

    if (!t->recursive)
        return err_say(t->why, ERR_FORMAT, "%.180s: is a folder; -r takes it",
                       e->name);
    if (depth == MOST_DEPTH)
        return err_say(t->why, ERR_FORMAT, "%.180s: folders in folders "
                       "without end", e->name);
    result = host_make_folder(path, t->why);
    in = result ? NULL : calloc(1, sizeof *in);
    if (!in)
        return result ? result : ERR_NOMEM;
    snprintf(in->path, PATH, "%s", path);
    in->depth = depth + 1;
    result = volume_walk(t, v, e->cluster, get_entry, in);
    free(in);
    if (!result)
        host_set_time(path, (struct dos_time){ e->date, e->time });
    return result;
}

/* Names in an image have no slash (fat_from_utf16), and . and .. are never
 * given: nothing gets out of the folder. */
static enum err get_entry(struct tool *t, struct volume *v,
                          struct fat_entry *e, void *ctx)
{
    struct target *to = ctx;
    char *path;
    enum err result = ERR_OK;

    if (!strcmp(to->path, "-")) {
        struct fat_stream out = { give_text, t };

        return volume_read(t, v, e, &out);
    }
    path = malloc(PATH);
    if (!path)
        return ERR_NOMEM;
    if (to->named || !*e->name)
        snprintf(path, PATH, "%s", to->path);
    else if (!transfer_join(path, to->path, e->name))
        result = too_long(t, e->name);
    if (!result)
        result = e->attr & FAT_FOLDER
                     ? get_folder(t, v, e, path, to->depth)
                     : get_file(t, v, e, path);
    free(path);
    return result;
}

/* The last word is a folder that is there, or the new name of one file. */
enum err tool_get(struct tool *t)
{
    const char *last = t->arg[t->args - 1];
    struct volume v;
    bool alone = t->args == 2, folder = alone || host_is_folder(last);
    struct target *to;
    enum err e = volume_open(t, &v, true);

    if (e)
        return e;
    to = calloc(1, sizeof *to);
    if (!to)
        return volume_close(t, &v, ERR_NOMEM);
    snprintf(to->path, PATH, "%s", alone ? "." : last);
    to->named = !folder;
    if (!folder && (t->args > 3 || strpbrk(t->arg[1], "*?")) &&
        strcmp(last, "-"))
        e = err_say(t->why, ERR_MISSING, "%.180s: no such folder", last);
    for (int i = 1; i < (alone ? 2 : t->args - 1) && !e; i++)
        e = volume_match(t, &v, t->arg[i], get_entry, to);
    free(to);
    return volume_close(t, &v, e);
}

/* ---- put ---- */

struct source { struct file *f; u64 at; };

static enum err take_host(void *ctx, void *bytes, u32 n, struct why *why)
{
    struct source *s = ctx;
    enum err e = file_read(s->f, s->at, bytes, n);

    s->at += n;
    return e ? file_say(s->f, e, why) : ERR_OK;
}

static enum err put_file(struct tool *t, struct volume *v, const char *path,
                         const struct host_info *info, u32 folder,
                         const char *name)
{
    struct fat_entry e = { .attr = FAT_ARCHIVE, .folder = folder,
                           .date = info->written.date,
                           .time = info->written.time,
                           .made_date = info->written.date,
                           .made_time = info->written.time };
    struct source s = { NULL, 0 };
    struct fat_stream from = { take_host, &s };
    enum err result = file_open(&s.f, path, FILE_READ, t->why);

    if (result)
        return result;
    if (s.f->size > UINT32_MAX)
        result = err_say(t->why, ERR_RANGE, "%.180s: FAT files have less than "
                         "4 GB", path);
    e.size = (u32)s.f->size;
    if (info->readonly)
        e.attr |= FAT_READONLY;
    snprintf(e.name, sizeof e.name, "%s", name);
    result = result ? result : fat_write_file(&v->f, &e, &from, t->why);
    file_close(s.f);
    return result;
}

struct put { struct tool *t; struct volume *v; const char *path; u32 folder;
             int depth; };

static enum err put_one(struct put *p, const char *path, const char *name);

static enum err put_name(void *ctx, const char *name, struct why *why)
{
    struct put *p = ctx;
    char *path = malloc(PATH);
    enum err e = path ? ERR_OK : ERR_NOMEM;

    (void)why;
    if (!e && !transfer_join(path, p->path, name))
        e = too_long(p->t, name);
    e = e ? e : put_one(p, path, name);
    free(path);
    return e;
}

static enum err put_folder(struct put *p, const char *path,
                           const struct host_info *info, const char *name)
{
    struct fat_entry e;
    struct put in = { p->t, p->v, path, 0, p->depth + 1 };
    enum err result = ERR_OK;

    if (!p->t->recursive)
        return err_say(p->t->why, ERR_FORMAT, "%.180s: is a folder; -r takes "
                       "it", path);
    if (p->depth == MOST_DEPTH)
        return err_say(p->t->why, ERR_FORMAT, "%.180s: too many folders in "
                       "folders", path);
    if (fat_dir_find(&p->v->f, p->folder, name, &e, NULL)) {
        e = (struct fat_entry){ .folder = p->folder,
                                .date = info->written.date,
                                .time = info->written.time };
        snprintf(e.name, sizeof e.name, "%s", name);
        result = fat_make_folder(&p->v->f, &e, p->t->why);
    } else if (!(e.attr & FAT_FOLDER)) {
        return err_say(p->t->why, ERR_FORMAT, "%.180s: there is a file of "
                       "that name", name);
    }
    in.folder = e.cluster;
    return result ? result : host_list(path, put_name, &in, p->t->why);
}

static enum err put_one(struct put *p, const char *path, const char *name)
{
    struct host_info info;

    if (!host_look(path, &info))
        return err_say(p->t->why, ERR_MISSING, "%.180s: no such file", path);
    if (info.folder)
        return put_folder(p, path, &info, name);
    if (!info.plain)
        return err_say(p->t->why, ERR_FORMAT, "%.180s: not a plain file",
                       path);
    return put_file(p->t, p->v, path, &info, p->folder, name);
}

enum err tool_put_all(struct tool *t, struct volume *v, const char *path)
{
    struct put p = { t, v, path, 0, 0 };

    return host_list(path, put_name, &p, t->why);
}

/* The last word is a folder in the image, or the new name of one file. */
enum err tool_put(struct tool *t)
{
    const char *last = t->arg[t->args - 1], *name = NULL;
    struct fat_entry to = { .attr = FAT_FOLDER };
    struct volume v;
    struct put p = { t, &v, NULL, 0, 0 };
    int end = t->args == 2 ? 2 : t->args - 1;
    enum err e = volume_open(t, &v, false);

    if (e)
        return e;
    if (t->args > 2 && (fat_find(&v.f, last, &to, NULL) ||
                        !(to.attr & FAT_FOLDER))) {
        e = volume_parent(t, &v, last, &to.cluster, &name);
        if (!e && t->args > 3)
            e = err_say(t->why, ERR_MISSING, "%.180s: no such folder", last);
    }
    p.folder = to.cluster;
    for (int i = 1; i < end && !e; i++)
        e = put_one(&p, t->arg[i], name ? name : path_base(t->arg[i]));
    return volume_close(t, &v, e);
}
