/* machine.h - what the tests of a whole machine share: a folder of their own
 * for images, boot sectors made of bytes, and what a guest sends to port E9.
 *
 * A guest here is a few bytes of machine code at 0000:7C00; it talks through
 * the debug console, so no test has to look at the screen. */
#ifndef MACHINE_H
#define MACHINE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/pc.h"

#define MS INT64_C(1000000)

enum { HEARD = 4096, PATH = 300 };

struct heard {                          /* what came out of port E9 */
    char text[HEARD];
    size_t n;
};

static inline void heard_put(void *ctx, enum pc_channel ch, uint8_t byte)
{
    struct heard *h = ctx;

    if (ch == PC_DEBUGCON && h->n < HEARD - 1)
        h->text[h->n++] = (char)byte;
}

/* The last byte heard; 0 when there was none. */
static inline char heard_last(const struct heard *h)
{
    return h->n ? h->text[h->n - 1] : 0;
}

/* The display with as little video memory as it can have: 1 MB, not 8. */
#define SMALL_CARD "vga,vgamem_mb=1"

/* A small machine: the tests save and hash it often, and most of that is
 * memory. One that names cards of its own has SMALL_CARD among them. With h
 * NULL nobody hears it. */
static inline struct pc_config machine_config(struct heard *h)
{
    static const char *const cards[] = { SMALL_CARD };
    struct pc_config c;

    pc_config_init(&c);
    c.ram_kib = 1024;
    c.device = cards;
    c.devices = 1;
    c.out = h ? heard_put : NULL;
    c.ctx = h;
    return c;
}

/* ---- files, all in one folder that goes away ---- */

static inline bool folder_make(char dir[PATH])
{
    const char *tmp = getenv("TMPDIR");

    snprintf(dir, PATH, "%.200s/isabox-test.XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(dir);
}

static inline void folder_remove(const char *dir)
{
    char path[PATH * 2];
    struct dirent *e;
    DIR *d = opendir(dir);

    while (d && (e = readdir(d))) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.' && unlink(path) != 0)
            rmdir(path);
    }
    if (d)
        closedir(d);
    rmdir(dir);
}

/* How many entries a folder has; nobody may add one behind our back. */
static inline int folder_count(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    int n = 0;

    while (d && (e = readdir(d)))
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

/* Writes n bytes, then zeros up to `size`. */
static inline bool file_make(const char *path, const void *bytes, size_t n,
                             off_t size)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(bytes, 1, n, f) == n;

    if (f)
        ok &= fclose(f) == 0;
    return ok && (size <= (off_t)n || truncate(path, size) == 0);
}

static inline bool file_same(const char *a, const char *b)
{
    static char x[1 << 16], y[1 << 16];
    FILE *f = fopen(a, "rb"), *g = fopen(b, "rb");
    bool same = f && g;
    size_t n = 1;

    while (same && n) {
        n = fread(x, 1, sizeof x, f);
        same = fread(y, 1, sizeof y, g) == n && !memcmp(x, y, n);
    }
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return same;
}

/* A boot sector with this code. */
static inline bool file_boot(const char *path, const void *code, size_t n,
                             off_t size)
{
    uint8_t s[512] = { 0 };

    memcpy(s, code, n < 510 ? n : 510);
    s[510] = 0x55, s[511] = 0xaa;
    return file_make(path, s, sizeof s, size);
}

#endif
