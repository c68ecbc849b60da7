/* test_block.c - media: raw files and their errors, overlays, memory. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/block/block.h"

static char dir[64], path[100];
static struct why why;

static void make(const char *name, size_t n)
{
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    for (size_t i = 0; i < n; i++)
        fputc((int)(i / SECTOR + 1) & 0xff, f);
    fclose(f);
}

static void setup(void)
{
    strcpy(dir, "/tmp/isabox-block-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    make("a.img", 10 * SECTOR);
}

static void teardown(void)
{
    char name[128];

    snprintf(name, sizeof name, "rm -rf %s", dir);
    ck_assert_int_eq(system(name), 0);
}

static struct block *open_raw(bool readonly)
{
    struct block *b;

    ck_assert_msg(block_open_raw(&b, path, readonly, &why) == ERR_OK, "%s",
                  why.text);
    return b;
}

static u8 first_byte(struct block *b, u64 sector)
{
    u8 s[SECTOR];

    ck_assert_int_eq(block_read(b, sector, s, 1), ERR_OK);
    ck_assert_int_eq(memcmp(s, s + 1, SECTOR - 1), 0);  /* all alike */
    return s[0];
}

static enum err put(struct block *b, u64 sector, u8 v)
{
    u8 s[SECTOR];

    memset(s, v, sizeof s);
    return block_write(b, sector, s, 1);
}

START_TEST(raw_reads_and_writes)
{
    struct block *b = open_raw(false);

    ck_assert_uint_eq(b->sectors, 10);
    ck_assert_str_eq(b->name, path);
    ck_assert_uint_eq(first_byte(b, 9), 10);
    ck_assert_int_eq(put(b, 3, 0x55), ERR_OK);
    ck_assert_int_eq(block_flush(b), ERR_OK);
    block_close(b);
    b = open_raw(true);
    ck_assert_uint_eq(first_byte(b, 3), 0x55);
    ck_assert_uint_eq(first_byte(b, 2), 3);
    ck_assert_uint_eq(first_byte(b, 4), 5);
    block_close(b);
}
END_TEST

static const struct { u64 sector; u32 n; enum err e; } bounds[] = {
    { 0, 10, ERR_OK }, { 9, 1, ERR_OK }, { 10, 0, ERR_OK },
    { 10, 1, ERR_RANGE }, { 9, 2, ERR_RANGE }, { 11, 0, ERR_RANGE },
    { UINT64_MAX, 1, ERR_RANGE }, { UINT64_MAX, 2, ERR_RANGE },
    { 0, UINT32_MAX, ERR_RANGE }, { UINT64_MAX / SECTOR, 1, ERR_RANGE },
};

START_TEST(range)
{
    u8 s[10 * SECTOR];
    struct block *b = open_raw(false);

    ck_assert_int_eq(block_read(b, bounds[_i].sector, s, bounds[_i].n),
                     bounds[_i].e);
    if (bounds[_i].e)
        ck_assert_int_eq(block_write(b, bounds[_i].sector, s, bounds[_i].n),
                         bounds[_i].e);
    block_close(b);
}
END_TEST

START_TEST(no_medium)
{
    u8 s[SECTOR];

    ck_assert_int_eq(block_read(NULL, 0, s, 1), ERR_MISSING);
    ck_assert_int_eq(block_write(NULL, 0, s, 1), ERR_MISSING);
    ck_assert_int_eq(block_flush(NULL), ERR_OK);
    block_close(NULL);
}
END_TEST

START_TEST(odd_size)
{
    struct stat st;
    struct block *b;
    u8 s[SECTOR];

    make("odd.img", SECTOR + 100);
    b = open_raw(false);
    ck_assert_uint_eq(b->sectors, 2);
    ck_assert_int_eq(block_read(b, 1, s, 1), ERR_OK);
    ck_assert_uint_eq(s[99], 2);
    ck_assert_uint_eq(s[100], 0);
    ck_assert_uint_eq(s[511], 0);
    ck_assert_int_eq(put(b, 1, 7), ERR_OK);
    ck_assert_uint_eq(first_byte(b, 1), 7);
    block_close(b);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 2 * SECTOR);
}
END_TEST

static void refuses(bool readonly, enum err e, const char *words)
{
    struct block *b = (struct block *)path;

    ck_assert_int_eq(block_open_raw(&b, path, readonly, &why), e);
    ck_assert_ptr_null(b);
    ck_assert_msg(strstr(why.text, path), "names no file: %s", why.text);
    ck_assert_msg(strstr(why.text, words), "no %s: %s", words, why.text);
}

START_TEST(bad_files_are_named)
{
    snprintf(path, sizeof path, "%s/none", dir);
    refuses(false, ERR_MISSING, "no such file");
    snprintf(path, sizeof path, "%s/a.img/x", dir);
    refuses(true, ERR_MISSING, "no such file");
    snprintf(path, sizeof path, "%s", dir);
    refuses(true, ERR_FORMAT, "directory");
    refuses(false, ERR_FORMAT, "directory");
    make("empty", 0);
    refuses(true, ERR_FORMAT, "empty");
    strcpy(path, "/dev/null");
    refuses(false, ERR_FORMAT, "not a file");
    snprintf(path, sizeof path, "%s/fifo", dir);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    refuses(true, ERR_FORMAT, "not a file");
}
END_TEST

static void put_bytes(const char *text, size_t n, u64 at)
{
    int fd = open(path, O_WRONLY);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, text, n, (off_t)at), (ssize_t)n);
    close(fd);
}

/* Signatures at a file's head and at its tail, whatever its size. */
START_TEST(other_formats)
{
    struct block *b;

    make("q.img", 10 * SECTOR);
    put_bytes("QFI\xfb\0\0\0\3", 8, 0);
    ck_assert_int_eq(block_open_image(&b, path, true, &why), ERR_FORMAT);
    ck_assert_ptr_null(b);
    ck_assert_ptr_nonnull(strstr(why.text, path));
    ck_assert_ptr_nonnull(strstr(why.text, "qcow2"));
    ck_assert_int_eq(block_open_raw(&b, path, true, &why), ERR_OK);
    block_close(b);
    make("v.img", 100 * SECTOR);
    ck_assert_int_eq(block_open_image(&b, path, true, &why), ERR_OK);
    block_close(b);
    put_bytes("conectix", 8, 99 * SECTOR);
    ck_assert_int_eq(block_open_image(&b, path, true, &why), ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(why.text, "vpc: "));
    make("d.img", 10 * SECTOR);
    put_bytes("QED\0", 4, 0);
    ck_assert_int_eq(block_open_image(&b, path, true, &why), ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(why.text, "qed (QEMU disk image)"));
    make("c.cue", 0);
    put_bytes("FILE x BINARY\nTRACK 01 AUDIO\n", 29, 0);
    ck_assert_int_eq(block_open_image(&b, path, true, &why), ERR_MISSING);
    ck_assert_ptr_nonnull(strstr(why.text, "no such file"));
    make("empty.img", 0);
    ck_assert_int_eq(block_open_image(&b, path, true, &why), ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(why.text, "empty"));
}
END_TEST

/* A short floppy: what its file lacks is zeros, and grows when written. */
START_TEST(lengthened)
{
    struct stat st;
    struct block *b;

    make("short.img", 3 * SECTOR + 10);
    b = open_raw(false);
    block_lengthen(b, 2);
    ck_assert_uint_eq(b->sectors, 4);
    block_lengthen(b, 20);
    ck_assert_uint_eq(b->sectors, 20);
    ck_assert_uint_eq(first_byte(b, 19), 0);
    ck_assert_int_eq(put(b, 20, 1), ERR_RANGE);
    ck_assert_int_eq(put(b, 10, 9), ERR_OK);
    ck_assert_uint_eq(first_byte(b, 10), 9);
    ck_assert_uint_eq(first_byte(b, 9), 0);
    ck_assert_uint_eq(first_byte(b, 11), 0);
    block_close(b);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 11 * SECTOR);
}
END_TEST

START_TEST(read_only_file)
{
    struct block *b;

    chmod(path, 0400);
    refuses(false, ERR_RDONLY, "");
    b = open_raw(true);
    ck_assert_int_eq(put(b, 0, 1), ERR_RDONLY);
    block_close(b);
}
END_TEST

START_TEST(two_opens)
{
    struct block *b = open_raw(false), *c;

    refuses(false, ERR_BUSY, "in use");
    refuses(true, ERR_BUSY, "in use");
    block_close(b);
    b = open_raw(true);
    c = open_raw(true);                 /* readers share */
    refuses(false, ERR_BUSY, "in use");
    block_close(b);
    refuses(false, ERR_BUSY, "in use");
    block_close(c);
    block_close(open_raw(false));
}
END_TEST

/* The host refuses bytes from the middle of sector 5 on: sector 5 may be
 * torn, the write fails, nothing else changes. */
START_TEST(full_host)
{
    struct rlimit old, l;
    u8 s[3 * SECTOR];
    struct block *b = open_raw(false);
    enum err torn, beyond, good;

    signal(SIGXFSZ, SIG_IGN);
    memset(s, 0xee, sizeof s);
    getrlimit(RLIMIT_FSIZE, &old);
    l = (struct rlimit){ 5 * SECTOR + 100, old.rlim_max };
    setrlimit(RLIMIT_FSIZE, &l);        /* binds check's own files, too */
    torn = block_write(b, 4, s, 3);
    beyond = block_write(b, 8, s, 1);
    good = put(b, 1, 0x77);
    setrlimit(RLIMIT_FSIZE, &old);
    ck_assert_int_eq(torn, ERR_FULL);
    ck_assert_int_eq(beyond, ERR_FULL);
    ck_assert_str_eq(block_error(b, torn), "File too large");
    ck_assert_int_eq(good, ERR_OK);
    ck_assert_uint_eq(first_byte(b, 0), 1);
    ck_assert_uint_eq(first_byte(b, 1), 0x77);
    ck_assert_uint_eq(first_byte(b, 3), 4);
    for (u8 i = 6; i < 10; i++)
        ck_assert_uint_eq(first_byte(b, i), i + 1);
    block_close(b);
}
END_TEST

START_TEST(file_that_shrinks)
{
    struct block *b = open_raw(false);
    u8 s[SECTOR];

    ck_assert_int_eq(truncate(path, 2 * SECTOR), 0);
    ck_assert_int_eq(block_read(b, 1, s, 1), ERR_OK);
    ck_assert_int_eq(block_read(b, 2, s, 1), ERR_IO);
    block_close(b);
}
END_TEST

static struct block *overlay(struct block *below)
{
    struct block *b;

    ck_assert_int_eq(block_open_overlay(&b, below, &why), ERR_OK);
    return b;
}

START_TEST(overlay_keeps_file)
{
    struct block *b = overlay(open_raw(true));
    u8 s[10 * SECTOR];

    ck_assert(!b->readonly);
    ck_assert_int_eq(put(b, 2, 0xaa), ERR_OK);
    ck_assert_int_eq(put(b, 7, 0xbb), ERR_OK);
    ck_assert_int_eq(put(b, 8, 0xcc), ERR_OK);
    ck_assert_int_eq(put(b, 10, 0xcc), ERR_RANGE);
    ck_assert_int_eq(block_read(b, 0, s, 10), ERR_OK);
    for (int i = 0; i < 10; i++)
        ck_assert_uint_eq(s[i * SECTOR], i == 2 ? 0xaa : i == 7 ? 0xbb :
                                         i == 8 ? 0xcc : i + 1);
    block_close(b);
    b = open_raw(true);
    ck_assert_uint_eq(first_byte(b, 2), 3);
    block_close(b);
}
END_TEST

/* A larger medium written at random agrees with a plain array. */
START_TEST(overlay_at_random)
{
    enum { N = 4000 };
    static u8 mirror[N];
    struct block *b;
    u32 x = 12345;

    ck_assert_int_eq(block_open_memory(&b, "", 0, N, "m", &why), ERR_OK);
    memset(mirror, 0, sizeof mirror);
    for (int i = 0; i < 20000; i++) {
        u32 at;

        x = x * 1664525 + 1013904223;
        at = x >> 8 & 0xfff;
        if (at >= N)
            continue;
        if (x >> 30 == 0) {
            ck_assert_int_eq(put(b, at, (u8)(x >> 20)), ERR_OK);
            mirror[at] = (u8)(x >> 20);
        } else {
            ck_assert_uint_eq(first_byte(b, at), mirror[at]);
        }
    }
    block_close(b);
}
END_TEST

/* Past its limit it goes on in a file, loads and saves alike, and where no
 * file can be made a write fails and what was there stays. */
START_TEST(overlay_spills)
{
    enum { N = 8192, STEP = 8 };        /* a cluster each: 4 MB */
    struct block *big, *b, *c;
    struct buf saved = { 0 }, again = { 0 };
    int failed = 0;

    ck_assert_int_eq(block_open_memory(&big, "", 0, N, "m", &why), ERR_OK);
    b = overlay(big);
    block_limit_overlay(b, 1 << 20, "/tmp");
    for (u32 n = 0; n < N; n += STEP)
        ck_assert_int_eq(put(b, n, (u8)(n / STEP)), ERR_OK);
    for (u32 n = 0; n < N; n += STEP)
        ck_assert_uint_eq(first_byte(b, n), (u8)(n / STEP));
    b->ops->save(b, &saved);
    ck_assert_int_eq(block_open_memory(&big, "", 0, N, "m", &why), ERR_OK);
    c = overlay(big);
    block_limit_overlay(c, 0, "/tmp");
    ck_assert_int_eq(c->ops->load(c, &(struct buf){ .p = saved.p,
                                                    .cap = saved.len },
                                  &why), ERR_OK);
    c->ops->save(c, &again);
    ck_assert_uint_eq(again.len, saved.len);
    ck_assert_mem_eq(again.p, saved.p, saved.len);
    block_close(c);
    block_limit_overlay(b, 0, "/nonexistent");
    for (u32 n = 1; n < N; n += STEP)   /* clusters that are there */
        ck_assert_int_eq(put(b, n, 1), ERR_OK);
    block_close(b);
    ck_assert_int_eq(block_open_memory(&big, "", 0, N, "m", &why), ERR_OK);
    b = overlay(big);
    block_limit_overlay(b, 1 << 20, "/nonexistent");
    for (u32 n = 0; n < N; n += STEP)
        failed += put(b, n, 7) != ERR_OK;
    ck_assert_int_gt(failed, 0);
    ck_assert_uint_eq(first_byte(b, 0), 7);
    block_close(b);
    buf_free(&saved);
    buf_free(&again);
}
END_TEST

START_TEST(memory_medium)
{
    u8 bytes[700];
    struct block *b;

    memset(bytes, 9, sizeof bytes);
    ck_assert_int_eq(block_open_memory(&b, bytes, 700, 5, "disk", &why),
                     ERR_OK);
    ck_assert_uint_eq(b->sectors, 5);
    ck_assert_str_eq(b->name, "disk");
    ck_assert_uint_eq(first_byte(b, 0), 9);
    ck_assert_uint_eq(first_byte(b, 4), 0);
    ck_assert_int_eq(put(b, 4, 3), ERR_OK);
    ck_assert_uint_eq(first_byte(b, 4), 3);
    block_close(b);
}
END_TEST

static struct block *memory(u64 sectors)
{
    struct block *b;

    ck_assert_int_eq(block_open_memory(&b, "", 0, sectors, "m", &why), ERR_OK);
    return b;
}

static struct buf saved(const struct block *b)
{
    struct buf out = { 0 };

    b->ops->save(b, &out);
    ck_assert(!out.failed);
    return out;
}

START_TEST(save_and_load)
{
    struct block *a = memory(1000), *b = memory(1000), *c = memory(999);
    struct buf one, two, in;

    for (u64 i = 0; i < 1000; i += 7)
        put(a, i, (u8)(i + 1));
    put(b, 3, 1);                       /* gone after the load */
    one = saved(a);
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_int_eq(a->ops->load(NULL, &in, &why), ERR_OK);
    ck_assert_uint_eq(in.len, one.len);
    in.len = 0;
    ck_assert_int_eq(b->ops->load(b, &in, &why), ERR_OK);
    ck_assert_uint_eq(first_byte(b, 3), 0);
    ck_assert_uint_eq(first_byte(b, 14), 15);
    two = saved(b);
    ck_assert_uint_eq(one.len, two.len);
    ck_assert_int_eq(memcmp(one.p, two.p, one.len), 0);
    in.len = 0;
    ck_assert_int_eq(c->ops->load(c, &in, &why), ERR_FORMAT);
    ck_assert(strstr(why.text, "1000"));
    buf_free(&one);
    buf_free(&two);
    block_close(a);
    block_close(b);
    block_close(c);
}
END_TEST

/* Cut short anywhere or with any byte changed: an error that changes nothing,
 * or a load of other contents, but never a crash. */
START_TEST(hostile_load)
{
    struct block *a = memory(20), *b = memory(20);
    struct buf one, in;

    put(a, 1, 1);
    put(a, 17, 2);
    put(b, 5, 0x99);
    one = saved(a);
    for (size_t n = 0; n < one.len; n++) {
        in = (struct buf){ one.p, 0, n, false };
        ck_assert_int_eq(b->ops->load(NULL, &in, &why), ERR_FORMAT);
        in = (struct buf){ one.p, 0, n, false };
        ck_assert_int_eq(b->ops->load(b, &in, &why), ERR_FORMAT);
        ck_assert_uint_eq(first_byte(b, 5), 0x99);
    }
    for (size_t n = 0; n < 40; n++)
        for (int bit = 0; bit < 8; bit++) {
            one.p[n] ^= (u8)(1 << bit);
            in = (struct buf){ one.p, 0, one.len, false };
            b->ops->load(b, &in, &why);
            one.p[n] ^= (u8)(1 << bit);
        }
    buf_free(&one);
    block_close(a);
    block_close(b);
}
END_TEST

START_TEST(load_refuses_disorder)
{
    struct block *a = memory(20), *b = memory(20);
    struct buf one, in;

    put(a, 1, 2);
    put(a, 9, 2);
    one = saved(a);
    one.p[16 + 9 + SECTOR] = 0;         /* cluster 0 a second time */
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_int_eq(b->ops->load(b, &in, &why), ERR_FORMAT);
    buf_free(&one);
    block_close(a);
    block_close(b);
}
END_TEST

START_TEST(load_refuses_sectors_past_the_end)
{
    struct block *a = memory(20), *b = memory(20);
    struct buf one, in;

    put(a, 17, 2);
    one = saved(a);
    one.p[24] = 0x10;                   /* mask of cluster 2: sector 20 */
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_int_eq(b->ops->load(b, &in, &why), ERR_FORMAT);
    one.p[24] = 0x02;
    one.p[16] = 3;                      /* cluster 3: sectors 24.. */
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_int_eq(b->ops->load(b, &in, &why), ERR_FORMAT);
    one.p[16] = 0;                      /* a floppy's tracks, on none */
    one.p[17] = SURFACE_AT / BLOCK_CLUSTER >> 8;
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_int_eq(b->ops->load(b, &in, &why), ERR_FORMAT);
    b->tracks = true;
    in = (struct buf){ one.p, 0, one.len, false };
    ck_assert_int_eq(b->ops->load(b, &in, &why), ERR_OK);
    buf_free(&one);
    block_close(a);
    block_close(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("block");
    TCase *t = tcase_create("block");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, raw_reads_and_writes);
    tcase_add_loop_test(t, range, 0, COUNT_OF(bounds));
    tcase_add_test(t, no_medium);
    tcase_add_test(t, odd_size);
    tcase_add_test(t, bad_files_are_named);
    tcase_add_test(t, other_formats);
    tcase_add_test(t, lengthened);
    tcase_add_test(t, read_only_file);
    tcase_add_test(t, two_opens);
    tcase_add_test(t, full_host);
    tcase_add_test(t, file_that_shrinks);
    tcase_add_test(t, overlay_keeps_file);
    tcase_add_test(t, overlay_at_random);
    tcase_add_test(t, overlay_spills);
    tcase_add_test(t, memory_medium);
    tcase_add_test(t, save_and_load);
    tcase_add_test(t, hostile_load);
    tcase_add_test(t, load_refuses_disorder);
    tcase_add_test(t, load_refuses_sectors_past_the_end);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
