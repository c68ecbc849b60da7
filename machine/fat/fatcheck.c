/* fatcheck.c - FAT file systems: is everything as it should be?
 *
 * Follows every chain from the directories and notes for each cluster that it
 * was met: one that is met twice is crossed, one that is in use and was not
 * met is lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/fat/fat.h"

enum { MOST_LINES = 50, MOST_FOLDERS = 65536 };

struct walk {
    struct fat *f;
    struct fat_report *r;
    u8 *met;
    u32 *folder;                        /* folders still to be looked into */
    u32 folders, lines;
};

static void fatcheck_complain(struct walk *w, const char *name,
                              const char *what)
{
    char line[FAT_NAME + 100];

    if (w->lines++ >= MOST_LINES)
        return;
    snprintf(line, sizeof line, "%s: %s\n", name, what);
    buf_put_bytes(&w->r->text, line, strlen(line));
}

/* Clusters of a chain; 0 when it is broken, crossed or a ring. */
static u32 fatcheck_follow(struct walk *w, u32 c, const char *name)
{
    u32 n = 0;

    while (fat_valid(w->f, c)) {
        if (w->met[c]) {
            w->r->crossed++;
            fatcheck_complain(w, name, "crosses another one, or itself");
            return 0;
        }
        w->met[c] = 1;
        n++;
        c = fat_get(w->f, c);
    }
    if (fat_is_end(c))
        return n;
    w->r->wrong++;
    fatcheck_complain(w, name, "the chain ends in a cluster that is none");
    return 0;
}

static void check_entry(struct walk *w, const struct fat_entry *e)
{
    u32 bytes = fat_bytes(w->f), n;

    if (e->attr & FAT_FOLDER) {
        w->r->folders++;
        n = fatcheck_follow(w, e->cluster, e->name);
        if (n && w->folders < MOST_FOLDERS)
            w->folder[w->folders++] = e->cluster;
        return;
    }
    w->r->files++;
    n = e->cluster ? fatcheck_follow(w, e->cluster, e->name) : 0;
    if (e->cluster && n == 0)
        return;                         /* has been said */
    if (((u64)e->size + bytes - 1) / bytes != n) {
        w->r->wrong++;
        fatcheck_complain(w, e->name, "its size is not that of its chain");
    }
}

static void check_folder(struct walk *w, u32 cluster)
{
    struct fat_dir d;
    struct fat_entry e;
    u32 at = 0;
    struct why why;

    if (fat_dir_read(w->f, cluster, &d, &why)) {
        w->r->wrong++;
        fatcheck_complain(w, "a folder", why.text);
        return;
    }
    while (fat_dir_next(w->f, &d, &at, &e))
        if (!(e.attr & FAT_LABEL) && strcmp(e.name, ".") &&
            strcmp(e.name, ".."))
            check_entry(w, &e);
    fat_dir_free(&d);
}

static void count_clusters(struct walk *w)
{
    w->r->total = w->f->clusters;
    for (u32 c = 2; c < w->f->clusters + 2; c++) {
        u32 v = fat_get(w->f, c);

        if (v == 0)
            w->r->free++;
        else if (!w->met[c] && v != FAT_BAD)
            w->r->lost++;
    }
}

/* The copies of the table should agree. */
static void compare_tables(struct walk *w)
{
    u8 s[SECTOR];

    for (u32 t = 1; t < w->f->tables; t++)
        for (u32 i = 0; i < w->f->table_sectors; i++) {
            if (block_read(w->f->b, w->f->first + w->f->table_at + i +
                           (u64)t * w->f->table_sectors, s, 1) ||
                !memcmp(s, w->f->table + (size_t)i * SECTOR, SECTOR))
                continue;
            w->r->wrong++;
            fatcheck_complain(w, "the FATs", "differ");
            return;
        }
}

enum err fat_check(struct fat *f, struct fat_report *r, struct why *why)
{
    struct walk w = { .f = f, .r = r };

    *r = (struct fat_report){ 0 };
    w.met = calloc(f->clusters + 2ull, 1);
    w.folder = calloc(MOST_FOLDERS, sizeof *w.folder);
    if (!w.met || !w.folder) {
        free(w.met);
        free(w.folder);
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->b->name);
    }
    compare_tables(&w);
    if (f->bits == 32)
        fatcheck_follow(&w, f->root_cluster, "the root directory");
    check_folder(&w, 0);
    while (w.folders)
        check_folder(&w, w.folder[--w.folders]);
    count_clusters(&w);
    free(w.met);
    free(w.folder);
    return ERR_OK;
}
