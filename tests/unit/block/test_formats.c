/* test_formats.c - image formats: made, written, read back, and cut off by a
 * loss of power at every write to the host. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "machine/block/format.h"
#include "machine/block/view.h"
#include "machine/core/bytes.h"
#include "machine/host/redo.h"
#include "tests/lib/powercut.h"
#include "tests/lib/seeds.h"

enum { BYTES = 3 << 20, SECTORS = BYTES / SECTOR, OPS = 50, MOST = 300 };

static struct why why;
static u32 seed;

static u32 dice(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static const struct kind {
    const char *name, *format;
    struct create_how how;
    bool backed;
} kinds[] = {
    { "raw", "raw", { .bytes = BYTES }, false },
    { "qcow2", "qcow2", { .bytes = BYTES }, false },
    { "qcow2 4K", "qcow2", { .bytes = BYTES, .cluster = 4096 }, false },
    { "qcow2 512", "qcow2", { .bytes = BYTES, .cluster = 512 }, false },
    { "qcow2 v2", "qcow2", { .bytes = BYTES, .version = 2 }, false },
    { "qcow2 on raw", "qcow2",
      { .bytes = BYTES, .backing = "/tmp/isabox-formats.raw",
        .backing_format = "raw" }, true },
    { "vpc", "vpc", { .bytes = BYTES }, false },
    { "vpc fixed", "vpc", { .bytes = BYTES, .subformat = "fixed" }, false },
    { "vdi", "vdi", { .bytes = BYTES }, false },
    { "vdi fixed", "vdi", { .bytes = BYTES, .subformat = "static" }, false },
    { "vmdk", "vmdk", { .bytes = BYTES }, false },
};

/* ---- sectors that say what they are ---- */

static void stamp(u8 *s, u64 sector, u64 version)
{
    for (int i = 0; i < SECTOR; i += 16) {
        put_le64(s + i, sector);
        put_le64(s + i + 8, version);
    }
}

/* The version in a sector; 0 for zeros; UINT64_MAX for anything else. */
static u64 version_of(const u8 *s, u64 sector)
{
    u8 want[16] = { 0 };
    u64 v = get_le64(s + 8);

    if (v) {
        put_le64(want, sector);
        put_le64(want + 8, v);
    }
    return memcmp(s, want, 16) || memcmp(s, s + 16, SECTOR - 16) ? UINT64_MAX
                                                                 : v;
}

static char backing[64];

static void make_backing(void)
{
    FILE *f;

    snprintf(backing, sizeof backing, "/tmp/isabox-formats-%d.raw",
             (int)(dice() + (u32)(size_t)&f));
    f = fopen(backing, "wb");
    for (u64 i = 0; i < SECTORS; i++) {
        u8 s[SECTOR];

        stamp(s, i, 1);
        fwrite(s, 1, SECTOR, f);
    }
    fclose(f);
}

/* ---- a scenario ---- */

struct run {
    const struct kind *k;
    struct cut_file *c;
    struct block *b;
    u64 version[SECTORS];
    u64 next;
    size_t flushed_at[MOST];            /* entries when a flush was done */
    u64 *sure[MOST];                    /* versions then */
    int flushes;
};

static struct cut_file *make(const struct kind *k)
{
    struct create_how how = k->how;
    struct file *f;
    struct cut_file *c;
    u8 *p;

    if (k->backed)
        how.backing = backing;
    ck_assert_int_eq(file_memory(&f, "", 0, "new.img", &why), ERR_OK);
    ck_assert_msg(!format_find(k->format)->create(f, &how, &why), "%s",
                  why.text);
    p = malloc(f->size);
    file_read(f, 0, p, f->size);
    c = cut_new(p, f->size);
    free(p);
    file_close(f);
    return c;
}

static struct block *open_it(const struct kind *k, struct file *f)
{
    struct open_how how = { .format = k->format };
    struct block *b;

    ck_assert_msg(!block_open_file(&b, f, &how, &why), "%s: %s", k->name,
                  why.text);
    ck_assert_uint_eq(b->sectors, SECTORS);
    return b;
}

static void note_flush(struct run *r)
{
    r->flushed_at[r->flushes] = r->c->n;
    r->sure[r->flushes] = malloc(sizeof r->version);
    memcpy(r->sure[r->flushes++], r->version, sizeof r->version);
}

static void begin(struct run *r, const struct kind *k)
{
    if (k->backed)
        make_backing();
    r->k = k;
    r->c = make(k);
    r->b = open_it(k, &r->c->f);
    r->next = 2;
    for (u64 i = 0; i < SECTORS; i++)
        r->version[i] = k->backed;
    note_flush(r);
}

static void write_some(struct run *r)
{
    static u8 buf[300 * SECTOR];
    u32 n = dice() % 8 ? 1 + dice() % 10 : 1 + dice() % 300;
    u64 at = dice() % (SECTORS - n);

    for (u32 i = 0; i < n; i++) {
        stamp(buf + i * SECTOR, at + i, r->next);
        r->version[at + i] = r->next++;
    }
    ck_assert_int_eq(block_write(r->b, at, buf, n), ERR_OK);
}

static void compare(struct run *r, struct block *b, const u64 *least,
                    u64 most, const char *when)
{
    static u8 s[64 * SECTOR];

    for (u64 i = 0; i < SECTORS; i++) {
        u64 v;

        if (i % 64 == 0)
            ck_assert_msg(!block_read(b, i, s, 64), "%s, %s: sector %llu "
                          "can't be read", r->k->name, when,
                          (unsigned long long)i);
        v = version_of(s + i % 64 * SECTOR, i);
        ck_assert_msg(v >= least[i] && v < most, "%s, %s: sector %llu has "
                      "version %llu, not %llu or later", r->k->name, when,
                      (unsigned long long)i, (unsigned long long)v,
                      (unsigned long long)least[i]);
    }
}

static void check_clean(struct run *r, struct block *b, u64 leaks)
{
    struct block_check c = { 0 };

    if (!b->ops->check)
        return;
    ck_assert_msg(!b->ops->check(b, false, &c, &why), "%s", why.text);
    ck_assert_msg(c.corruptions == 0, "%s: %.*s", r->k->name, (int)c.text.len,
                  c.text.p);
    ck_assert_uint_le(c.leaks, leaks);
    buf_free(&c.text);
}

static void finish(struct run *r)
{
    cut_free(r->c);
    for (int i = 0; i < r->flushes; i++)
        free(r->sure[i]);
    if (r->k->backed)
        remove(backing);
    free(r);
}

START_TEST(writes_are_read_back)
{
    struct run *r = calloc(1, sizeof *r);
    u8 *p;
    size_t n;
    struct file *f;

    seed = 7;
    begin(r, &kinds[_i]);
    for (int i = 0; i < 3 * OPS; i++)
        write_some(r);
    compare(r, r->b, r->version, r->next, "open");
    block_close(r->b);
    p = cut_bytes(r->c, &n);
    ck_assert_int_eq(file_memory(&f, p, n, "again.img", &why), ERR_OK);
    free(p);
    r->b = open_it(r->k, f);
    compare(r, r->b, r->version, r->next, "opened again");
    check_clean(r, r->b, 0);
    block_close(r->b);
    finish(r);
}
END_TEST

/* The last flush that was done before entry `cut`. */
static const u64 *sure_at(const struct run *r, size_t cut)
{
    int i = r->flushes - 1;

    while (i > 0 && r->flushed_at[i] > cut)
        i--;
    return r->sure[i];
}

static void cut_at(struct run *r, size_t cut, bool by_chance)
{
    struct file *f = file_after(r->c, cut, by_chance ? dice : NULL);
    struct block *b = open_it(r->k, f);
    char when[40];

    snprintf(when, sizeof when, "cut at write %d", (int)cut);
    compare(r, b, sure_at(r, cut), r->next, when);
    check_clean(r, b, UINT64_MAX);
    block_close(b);
}

/* With every write of the host the power fails: once with all that was
 * written before, once with what chance let through since the last flush. */
START_TEST(power_cuts)
{
    struct run *r = calloc(1, sizeof *r);
    const char *many = getenv("POWER_CUTS");
    size_t step;

    seed = 11;
    begin(r, &kinds[_i]);
    for (int i = 0; i < OPS; i++) {
        write_some(r);
        if (dice() % 6 == 0) {
            ck_assert_int_eq(block_flush(r->b), ERR_OK);
            note_flush(r);
        }
    }
    block_close(r->b);
    step = many ? 1 : 1 + r->c->n / (2 + seeds_for(6));
    for (size_t cut = 0; cut <= r->c->n; cut += step) {
        cut_at(r, cut, false);
        cut_at(r, cut, true);
    }
    if (many)
        printf("%s: %d cuts\n", r->k->name, 2 * (int)(r->c->n + 1));
    finish(r);
}
END_TEST

/* ---- going back ---- */

/* A disk that goes on from its past: a view shows other sectors than the image
 * holds, and all of them are written at once. */
static void lay_view(struct run *r, u64 *past)
{
    u8 cluster[BLOCK_CLUSTER * SECTOR];
    u32 n = 1 + dice() % (dice() % 4 ? 12 : 80);

    memcpy(past, r->version, sizeof r->version);
    ck_assert(view_open(r->b));
    for (; n > 0; n--) {
        u64 c = dice() % (SECTORS / BLOCK_CLUSTER);

        for (u32 i = 0; i < BLOCK_CLUSTER; i++) {
            u64 at = c * BLOCK_CLUSTER + i;

            past[at] = r->next++;
            stamp(cluster + i * SECTOR, at, past[at]);
        }
        ck_assert_int_eq(cluster_write(r->b, c, cluster), ERR_OK);
    }
}

/* All sectors have these versions; as said for the host's file f, which is
 * taken over. Its power may fail again while it is opened. */
static void must_be(struct run *r, struct file *f, const u64 *before,
                    const u64 *after, size_t cut)
{
    struct block *b = open_it(r->k, f);
    static u8 s[64 * SECTOR];
    bool old = true, new = true;

    for (u64 i = 0; i < SECTORS; i++) {
        u64 v;

        if (i % 64 == 0)
            ck_assert_int_eq(block_read(b, i, s, 64), ERR_OK);
        v = version_of(s + i % 64 * SECTOR, i);
        old &= v == before[i];
        new &= v == after[i];
    }
    ck_assert_msg(old || new, "%s: a mixture, cut at write %zu", r->k->name,
                  cut);
    check_clean(r, b, UINT64_MAX);
    block_close(b);
}

/* The power fails once more while the file is made whole. */
static void cut_twice(struct run *r, size_t cut, const u64 *before,
                      const u64 *after)
{
    struct file *f = file_after(r->c, cut, dice);
    u8 *p = malloc(f->size + 1);
    struct cut_file *again;
    struct file *first;

    file_read(f, 0, p, f->size);
    again = cut_new(p, f->size);
    first = &again->f;
    ck_assert_msg(!file_recover(first, false, &why), "%s", why.text);
    redo_drop(first);
    if (again->n)
        must_be(r, file_after(again, dice() % (again->n + 1), dice), before,
                after, cut);
    cut_free(again);
    file_close(f);
    free(p);
}

static int mixtures_looked_for;

static void cut_back_at(struct run *r, size_t cut, const u64 *past,
                        int tries)
{
    must_be(r, file_after(r->c, cut, NULL), r->version, past, cut);
    for (int n = 0; n < tries; n++)
        must_be(r, file_after(r->c, cut, dice), r->version, past, cut);
    cut_twice(r, cut, r->version, past);
    mixtures_looked_for += 2 + tries;
}

/* At each place, or at a few of them more often: the last is where the file
 * has got its size and nothing is flushed yet. */
static void wind_back(struct run *r, bool all)
{
    u64 *past = malloc(sizeof r->version);
    size_t from, step;

    ck_assert_int_eq(block_flush(r->b), ERR_OK);
    from = r->c->n;
    lay_view(r, past);
    ck_assert_int_eq(view_commit(r->b), ERR_OK);
    ck_assert_ptr_null(r->b->file->redo);
    step = all ? 1 : 1 + (r->c->n - from) / 3;
    for (size_t cut = from; cut <= r->c->n; cut += step)
        cut_back_at(r, cut, past, all ? 1 : 6);
    cut_back_at(r, r->c->n - 1, past, 6);
    memcpy(r->version, past, sizeof r->version);
    free(past);
}

/* Each time from what the host's file is by then, as if it were opened anew. */
static void forget_entries(struct run *r)
{
    u8 *p;
    size_t n;

    block_close(r->b);
    p = cut_bytes(r->c, &n);
    cut_free(r->c);
    r->c = cut_new(p, n);
    free(p);
    r->b = open_it(r->k, &r->c->f);
}

START_TEST(no_mixture_of_two_times)
{
    struct run *r = calloc(1, sizeof *r);
    const char *many = getenv("POWER_CUTS");
    int rewinds = many ? 50 : 1;

    seed = 31;
    mixtures_looked_for = 0;
    begin(r, &kinds[_i]);
    for (int i = 0; i < rewinds; i++) {
        for (int n = 1 + dice() % 5; n > 0; n--)
            write_some(r);
        wind_back(r, many);
        compare(r, r->b, r->version, r->next, "gone back");
        forget_entries(r);
    }
    if (many)
        printf("%s: %d rewinds, %d cuts, no mixture\n", r->k->name, rewinds,
               mixtures_looked_for);
    block_close(r->b);
    finish(r);
}
END_TEST

/* A guest's sectors that look like a seal do not get to a file's end. */
START_TEST(a_guest_makes_no_seal)
{
    struct run *r = calloc(1, sizeof *r);
    u8 s[SECTOR] = { 0 };

    begin(r, &kinds[0]);
    memcpy(s + SECTOR - 16, "ISABOX redo v1\r\n", 16);
    ck_assert_int_eq(block_write(r->b, SECTORS - 1, s, 1), ERR_RDONLY);
    ck_assert_int_eq(block_write(r->b, SECTORS - 2, s, 1), ERR_OK);
    block_close(r->b);
    finish(r);
}
END_TEST

/* An Anex86 disk of 2 cylinders, 4 heads, 17 sectors: what lies where. */
START_TEST(sectors_behind_a_header)
{
    static const u32 header[] = { 0, 0, 4096, 512 * 2 * 4 * 17, 512, 17, 4, 2 };
    static const char path[] = "/tmp/isabox-formats.hdi";
    struct open_how how = { .unsafe = true };
    struct block *b = NULL;
    u8 bytes[4096] = { 0 }, mark[SECTOR];
    FILE *f = fopen(path, "wb");

    for (int i = 0; i < 8; i++)
        put_le32(bytes + 4 * i, header[i]);
    fwrite(bytes, 1, sizeof bytes, f);
    for (u32 i = 0; i < header[3]; i += SECTOR) {
        stamp(mark, i / SECTOR, 1);
        fwrite(mark, 1, SECTOR, f);
    }
    fclose(f);
    ck_assert_msg(!block_open(&b, path, &how, &why), "%s", why.text);
    ck_assert_str_eq(b->format->name, "hdi");
    ck_assert_uint_eq(b->sectors, 2 * 4 * 17);
    ck_assert(b->cylinders == 2 && b->heads == 4 && b->spt == 17);
    ck_assert_int_eq(block_read(b, 135, mark, 1), ERR_OK);
    ck_assert_uint_eq(version_of(mark, 135), 1);
    stamp(mark, 7, 2);
    ck_assert_int_eq(block_write(b, 7, mark, 1), ERR_OK);
    ck_assert_int_eq(block_read(b, 136, mark, 1), ERR_RANGE);
    block_close(b);
    ck_assert_int_eq(truncate(path, 4096 + header[3] - 1), 0);
    ck_assert_int_eq(block_open(&b, path, &how, &why), ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(why.text, "promises 69632 bytes"));
    f = fopen(path, "rb");
    fseek(f, 4096 + 7 * SECTOR, SEEK_SET);
    ck_assert_uint_eq(fread(mark, 1, SECTOR, f), SECTOR);
    ck_assert_uint_eq(version_of(mark, 7), 2);
    fclose(f);
    remove(path);
}
END_TEST

/* The zeros that a format knows of are zeros, and all of them are found. */
START_TEST(zeros_are_zeros)
{
    struct run *r = calloc(1, sizeof *r);
    u64 zeros = 0, data, k;

    seed = 5;
    begin(r, &kinds[_i]);
    for (int i = 0; i < 5; i++)
        write_some(r);
    for (u64 at = 0; at < SECTORS; at += k ? k : data) {
        k = block_zeros(r->b, at, &data);
        zeros += k;
        ck_assert(k || data);
        ck_assert_uint_le(at + (k ? k : data), SECTORS);
        for (u64 i = 0; i < k; i++)
            ck_assert_uint_eq(r->version[at + i], 0);
    }
    if (!strncmp(r->k->name, "qcow2", 5) && !r->k->backed)
        ck_assert_uint_gt(zeros, SECTORS / 2);
    block_close(r->b);
    finish(r);
}
END_TEST

/* A disk of n clusters of 512 bytes that is closed and then grows, so that its
 * tables need more clusters in a row than the last refcount block has left. */
static void grow_behind(u32 n)
{
    static u8 s[300 * SECTOR], back[300 * SECTOR];
    struct run r = { .k = &kinds[3], .c = make(&kinds[3]) };
    struct file *f;
    size_t size;
    u8 *p;

    memset(s, 0x5a, sizeof s);
    r.b = open_it(r.k, &r.c->f);
    ck_assert_int_eq(block_write(r.b, 0, s, n), ERR_OK);
    block_close(r.b);
    p = cut_bytes(r.c, &size);
    ck_assert_int_eq(file_memory(&f, p, size, "grown.img", &why), ERR_OK);
    free(p);
    r.b = open_it(r.k, f);
    ck_assert_msg(!r.b->ops->resize(r.b, 40 << 11, &why), "%u clusters: %s", n,
                  why.text);
    check_clean(&r, r.b, UINT64_MAX);
    ck_assert_int_eq(block_write(r.b, 40000, s, n), ERR_OK);
    check_clean(&r, r.b, UINT64_MAX);
    ck_assert_int_eq(block_read(r.b, 0, back, n), ERR_OK);
    ck_assert_int_eq(memcmp(s, back, n * SECTOR), 0);
    block_close(r.b);
    cut_free(r.c);
}

START_TEST(qcow2_grows_behind_any_end)
{
    for (u32 n = 1; n < 300; n += 7)
        grow_behind(n);
}
END_TEST

/* What is wrong with an image is told: which of its parts, and where. */
START_TEST(damage_has_words)
{
    enum { L1_AT = 40, NOWHERE = 0x30 };
    const struct kind *k = &kinds[1];
    struct cut_file *c = make(k);
    struct block *b;
    u8 at[8], s[SECTOR];
    struct file *f = &c->f;
    struct open_how how = { .format = "qcow2" };

    file_read(f, L1_AT, at, 8);
    put_be64(s, (u64)NOWHERE << 40);
    file_write(f, get_be64(at), s, 8);
    ck_assert_int_eq(block_open_file(&b, f, &how, &why), ERR_OK);
    ck_assert_int_eq(block_read(b, 0, s, 1), ERR_FORMAT);
    ck_assert_str_eq(block_error(b, ERR_FORMAT), "the image is damaged: L2 "
                     "table at byte 52776558133248");
    block_close(b);
    cut_free(c);
}
END_TEST

/* A chain that has no end is told by its end, not by all of its links; and
 * what a hostile image calls its backing file does nothing to a terminal. */
START_TEST(endless_chain)
{
    struct create_how how = { .bytes = BYTES, .backing_format = "qcow2" };
    char path[64], name[40];
    struct open_how plain = { .readonly = true };
    struct block *b;
    struct file *f;

    snprintf(path, sizeof path, "/tmp/isabox-chain-%d.qcow2", (int)getpid());
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, i ? "\033[31m%d" : "isabox-chain-%d.qcow2",
                 (int)getpid());
        how.backing = name;
        unlink(path);
        ck_assert_int_eq(file_open(&f, path, FILE_NEW, &why), ERR_OK);
        ck_assert_int_eq(format_qcow2.create(f, &how, &why), ERR_OK);
        file_close(f);
        ck_assert(block_open(&b, path, &plain, &why));
        ck_assert_msg(strstr(why.text, i ? "?[31m" : "backed by more than 16"),
                      "%s", why.text);
    }
    unlink(path);
}
END_TEST

/* Nothing stands behind the end of a member of a zip archive: what its last
 * bytes mean is more than a buffer. */
START_TEST(packed_to_the_last_byte)
{
    static const u8 head[] = "PK\3\4\24\0\0\0\10\0\0\0\0\0\0\0\0";
    static u8 zeros[1474560], archive[8192];
    uLong n = 0;
    z_stream z = { 0 };
    struct open_how how = { .readonly = true };
    struct block *b;
    struct file *f;
    u8 s[SECTOR], *p;

    memcpy(archive, head, sizeof head);
    put_le16(archive + 26, 1);          /* bytes of its name */
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, -15, 8,
                                  Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = zeros;
    z.avail_in = sizeof zeros;
    z.next_out = archive + 31;
    z.avail_out = 4096;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    n = z.total_out;
    deflateEnd(&z);
    p = archive + 31 + n;
    memcpy(p, "PK\1\2", 4);
    put_le16(p + 10, 8);
    put_le32(p + 20, (u32)n);
    put_le32(p + 24, sizeof zeros);
    put_le16(p + 28, 1);
    memcpy(p + 47, "PK\5\6", 4);
    put_le16(p + 57, 1);
    put_le32(p + 63, (u32)(31 + n));
    ck_assert_int_eq(file_memory(&f, archive, 31 + n + 69, "a.zip", &why),
                     ERR_OK);
    ck_assert_msg(!block_open_file(&b, f, &how, &why), "%s", why.text);
    ck_assert_uint_eq(b->sectors, sizeof zeros / SECTOR);
    ck_assert_int_eq(block_read(b, b->sectors - 1, s, 1), ERR_OK);
    ck_assert_int_eq(block_read(b, 5, s, 1), ERR_OK);
    block_close(b);
    ck_assert_int_eq(file_memory(&f, archive, 31 + n + 69, "a.zip", &why),
                     ERR_OK);
    put_le32(s, (u32)n - 5);            /* it ends in the stream */
    file_write(f, 31 + n + 20, s, 4);
    ck_assert_int_eq(block_open_file(&b, f, &how, &why), ERR_FORMAT);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("formats");
    TCase *t = tcase_create("formats");
    int n = (int)COUNT_OF(kinds);
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, writes_are_read_back, 0, n);
    tcase_add_loop_test(t, power_cuts, 0, n);
    tcase_add_loop_test(t, no_mixture_of_two_times, 0, n);
    tcase_add_test(t, a_guest_makes_no_seal);
    tcase_add_loop_test(t, zeros_are_zeros, 0, n);
    tcase_add_test(t, sectors_behind_a_header);
    tcase_add_test(t, qcow2_grows_behind_any_end);
    tcase_add_test(t, damage_has_words);
    tcase_add_test(t, endless_chain);
    tcase_add_test(t, packed_to_the_last_byte);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
