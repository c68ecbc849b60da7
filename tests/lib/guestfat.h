/* guestfat.h - a guest that writes files to a disk, without a machine. */
#ifndef GUESTFAT_H
#define GUESTFAT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/fat/fat.h"

static struct why guest_why;

struct guest_bytes { const u8 *p; u32 n, at; };

static inline enum err guest_give(void *ctx, void *bytes, u32 n,
                                  struct why *why)
{
    struct guest_bytes *g = ctx;

    (void)why;
    memcpy(bytes, g->p + g->at, n);
    g->at += n;
    return ERR_OK;
}

static inline void guest_open(struct fat *f, struct block *b)
{
    ck_assert_msg(!fat_open_partition(f, b, 0, &guest_why), "%s",
                  guest_why.text);
}

/* The folder that a path lies in, and its last part. */
static inline bool guest_parent(struct fat *f, const char *path,
                                struct fat_entry *in, const char **name)
{
    char folder[200];
    const char *slash = strrchr(path, '/');

    snprintf(folder, sizeof folder, "%.*s",
             slash ? (int)(slash - path) : 0, path);
    *name = slash ? slash + 1 : path;
    return !fat_find(f, folder, in, &guest_why);
}

static inline bool guest_write(struct block *b, const char *path,
                               const void *bytes, u32 n, u8 attr)
{
    struct guest_bytes g = { bytes, n, 0 };
    struct fat_stream from = { guest_give, &g };
    struct fat_entry in, e = { .attr = attr, .size = n,
                               .date = 0x5a21, .time = 0x6000 };
    const char *name;
    struct fat f;
    bool ok;

    guest_open(&f, b);
    ok = guest_parent(&f, path, &in, &name);
    e.folder = in.cluster;
    snprintf(e.name, sizeof e.name, "%s", name);
    ok = ok && !fat_write_file(&f, &e, &from, &guest_why);
    fat_close(&f);
    return ok;
}

static inline bool guest_text(struct block *b, const char *path,
                              const char *text)
{
    return guest_write(b, path, text, (u32)strlen(text), FAT_ARCHIVE);
}

static inline bool guest_mkdir(struct block *b, const char *path)
{
    struct fat_entry in, e = { .date = 0x5a21 };
    const char *name;
    struct fat f;
    bool ok;

    guest_open(&f, b);
    ok = guest_parent(&f, path, &in, &name);
    e.folder = in.cluster;
    snprintf(e.name, sizeof e.name, "%s", name);
    ok = ok && !fat_make_folder(&f, &e, &guest_why);
    fat_close(&f);
    return ok;
}

static inline bool guest_rm(struct block *b, const char *path)
{
    struct fat_entry e;
    struct fat f;
    bool ok;

    guest_open(&f, b);
    ok = !fat_find(&f, path, &e, &guest_why) &&
         !fat_remove(&f, &e, &guest_why);
    fat_close(&f);
    return ok;
}

static inline bool guest_set_attr(struct block *b, const char *path, u8 attr)
{
    struct fat_entry e;
    struct fat f;
    bool ok;

    guest_open(&f, b);
    ok = !fat_find(&f, path, &e, &guest_why);
    e.attr = (u8)((e.attr & FAT_FOLDER) | attr);
    ok = ok && !fat_dir_update(&f, &e, &guest_why) &&
         !fat_sync(&f, &guest_why);
    fat_close(&f);
    return ok;
}

/* -1: there is no such file. */
static inline int guest_attr(struct block *b, const char *path)
{
    struct fat_entry e;
    struct fat f;
    int attr;

    guest_open(&f, b);
    attr = fat_find(&f, path, &e, &guest_why) ? -1 : e.attr;
    fat_close(&f);
    return attr;
}

static inline bool guest_mv(struct block *b, const char *from, const char *to)
{
    struct fat_entry e, in;
    const char *name;
    struct fat f;
    bool ok;

    guest_open(&f, b);
    ok = !fat_find(&f, from, &e, &guest_why) &&
         guest_parent(&f, to, &in, &name) &&
         !fat_move(&f, &e, in.cluster, name, &guest_why);
    fat_close(&f);
    return ok;
}

static inline enum err guest_take(void *ctx, void *bytes, u32 n,
                                  struct why *why)
{
    struct buf *to = ctx;

    (void)why;
    buf_put_bytes(to, bytes, n);
    return ERR_OK;
}

/* False: there is no such file. */
static inline bool guest_read(struct block *b, const char *path,
                              struct buf *to)
{
    struct fat_stream stream = { guest_take, to };
    struct fat_entry e;
    struct fat f;
    bool ok;

    guest_open(&f, b);
    ok = !fat_find(&f, path, &e, &guest_why) && !(e.attr & FAT_FOLDER) &&
         !fat_read_file(&f, &e, &stream, &guest_why);
    fat_close(&f);
    return ok;
}

/* Changes an entry's bytes in its directory, whatever they then say. */
static inline void guest_patch(struct block *b, const char *path, u32 at,
                               const void *bytes, u32 n)
{
    struct fat_entry e;
    struct fat f;
    u8 s[SECTOR];
    u64 sector;

    guest_open(&f, b);
    ck_assert_msg(!fat_find(&f, path, &e, &guest_why), "%s", guest_why.text);
    ck_assert(e.folder || f.bits != 32);
    sector = e.folder ? fat_sector(&f, e.folder) : f.first + f.root_at;
    sector += e.at / 16;
    block_read(b, sector, s, 1);
    memcpy(s + e.at % 16 * FAT_ENTRY + at, bytes, n);
    block_write(b, sector, s, 1);
    fat_close(&f);
}

#endif
