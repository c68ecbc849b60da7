/* folderbed.h - a folder of the host as a disk, beside one that nothing may
 * reach. */
#ifndef FOLDERBED_H
#define FOLDERBED_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/folder/folder.h"
#include "tests/lib/guestfat.h"
#include "tests/lib/machine_dir.h"

static struct buf told;

static inline void hear(void *ctx, struct block *b, const char *line)
{
    (void)ctx, (void)b;
    buf_put_bytes(&told, line, strlen(line));
    buf_put(&told, '\n', 1);
}

/* ---- the host's side ---- */

static inline void host_text(const char *name, const char *text)
{
    FILE *f = fopen(in_dir(name), "wb");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

/* What a file holds; "" when it is not there, which is told by `there`. */
static inline const char *host_has(const char *name, bool *there)
{
    static char text[4096];
    FILE *f = fopen(in_dir(name), "rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

    text[n] = 0;
    if (there)
        *there = f != NULL;
    if (f)
        fclose(f);
    return text;
}

static inline bool is_there(const char *name)
{
    struct stat st;

    return lstat(in_dir(name), &st) == 0;
}

static inline struct block *folder_disk(const char *options)
{
    static char path[PATH + 100];
    struct block *b = NULL;
    struct folder_how how;

    snprintf(path, sizeof path, "fat:%s%s/in", options, dir);
    how = folder_parse(path);
    ck_assert_msg(!folder_open(&b, &how, &guest_why), "%s", guest_why.text);
    b->tell = hear;
    return b;
}

static inline void folder_setup(void)
{
    setup();
    mkdir(in_dir("in"), 0755);
    mkdir(in_dir("out"), 0755);
    host_text("out/canary", "sings");
    told = (struct buf){ 0 };
}

/* All that is below a folder. */
static inline void host_clear(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;
    char name[PATH + 400];

    while (d && (e = readdir(d))) {
        struct stat st;

        if (snprintf(name, sizeof name, "%s/%s", path, e->d_name) >=
                (int)sizeof name || fat_is_dots(e->d_name) ||
            lstat(name, &st))
            continue;
        if (S_ISDIR(st.st_mode))
            host_clear(name);
        remove(name);
    }
    if (d)
        closedir(d);
}

static inline void folder_teardown(void)
{
    bool there;

    ck_assert_str_eq(host_has("out/canary", &there), "sings");
    ck_assert_int_eq(rmdir(in_dir("out")), -1);
    unlink(in_dir("out/canary"));
    ck_assert_int_eq(rmdir(in_dir("out")), 0);      /* nothing else in it */
    buf_free(&told);
    host_clear(in_dir("in"));
    teardown();
}

/* The host's changes come onto the disk. */
static inline enum err write_through_disk(void *ctx, u64 sector, const void *buf,
                                   u32 n)
{
    return block_write(ctx, sector, buf, n);
}

static inline void look_again(struct block *b)
{
    struct block_put put = { write_through_disk, b };

    ck_assert_msg(!b->ops->refresh(b, &put, &guest_why), "%s",
                  guest_why.text);
}

#endif
