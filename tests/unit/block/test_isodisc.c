/* test_isodisc.c - a folder of the host as a disc: what is left out of it, what
 * makes it another one, and what happens when its files change. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/block/cd/disc.h"
#include "machine/core/bytes.h"
#include "machine/iso/isodisc.h"
#include "machine/iso/isoread.h"
#include "tests/lib/discbed.h"

static struct why why;

static void put_file(const char *path, u32 n, u8 v)
{
    FILE *f = fopen(path, "wb");

    for (u32 i = 0; i < n; i++)
        fputc(v + (int)(i / FRAME_DATA), f);
    fclose(f);
}

static int told;
static void count_line(void *ctx, struct block *b, const char *line)
{
    (void)ctx, (void)b;
    ck_assert_msg(strstr(line, "iso:") == line, "%s", line);
    told++;
}

static struct block *folder_disc(void)
{
    struct block *b;

    ck_assert_msg(isodisc_open(&b, "d", NULL, &why) == ERR_OK, "%s", why.text);
    ck_assert_str_eq(b->format->name, "iso");
    ck_assert_str_eq(isodisc_path(b), "iso:d");
    b->tell = count_line;
    return b;
}

/* Two files of three frames and of one; the disc ends in a frame of zeros. */
static void make_two(void)
{
    mkdir("d", 0777);
    put_file("d/A.TXT", 3 * FRAME_DATA, 1);
    put_file("d/B.TXT", 100, 9);
}

/* What was made into the disc is what it stays, or is an error. */
START_TEST(changes)
{
    u8 s[SECTOR];
    struct block *b;
    u64 a, z;

    make_two();
    told = 0;
    b = folder_disc();
    a = b->sectors - 5 * PER_FRAME;
    z = b->sectors - 2 * PER_FRAME;
    ck_assert_int_eq(block_read(b, a, s, 1), ERR_OK);
    ck_assert_uint_eq(s[0], 1);
    ck_assert_int_eq(block_read(b, a + 11, s, 1), ERR_OK);
    ck_assert_uint_eq(s[511], 3);
    ck_assert_int_eq(block_read(b, z, s, 1), ERR_OK);
    ck_assert_uint_eq(s[99], 9);
    ck_assert_uint_eq(s[100], 0);
    ck_assert_int_eq(block_write(b, z, s, 1), ERR_RDONLY);
    put_file("d/A.TXT", 2 * FRAME_DATA, 1);
    ck_assert_int_eq(block_read(b, a, s, 1), ERR_IO);
    ck_assert_int_eq(block_read(b, a + 4, s, 1), ERR_IO);
    ck_assert_int_eq(b->ops->settle(b, 0), ERR_OK);
    ck_assert_int_eq(block_read(b, a, s, 1), ERR_IO);
    ck_assert_int_eq(b->ops->settle(b, 0), ERR_OK);
    ck_assert_int_eq(told, 1);
    ck_assert_int_eq(block_read(b, z, s, 1), ERR_OK);
    remove("d/B.TXT");
    ck_assert_int_eq(block_read(b, a, s, 1), ERR_IO);
    ck_assert_int_eq(block_read(b, z, s, 1), ERR_IO);
    ck_assert_int_eq(b->ops->settle(b, 0), ERR_OK);
    ck_assert_int_eq(told, 2);
    block_close(b);
}
END_TEST

/* Equal folders are equal discs; any other name, size or date shows in the
 * first descriptor. */
START_TEST(identity)
{
    u8 first[FRAME_DATA], s[FRAME_DATA];
    struct block *b;
    u64 birth;

    make_two();
    ck_assert_int_eq(system("find d -exec touch -d '1995-06-07 08:09' {} +"),
                     0);
    b = folder_disc();
    birth = b->birth;
    ck_assert_int_eq(block_read(b, 16 * PER_FRAME, first, PER_FRAME), ERR_OK);
    block_close(b);
    b = folder_disc();
    ck_assert(b->birth == birth);
    block_close(b);
    ck_assert_int_eq(system("touch -d '1995-06-07 08:10' d/B.TXT"), 0);
    b = folder_disc();
    ck_assert(b->birth != birth);
    ck_assert_int_eq(block_read(b, 16 * PER_FRAME, s, PER_FRAME), ERR_OK);
    ck_assert(memcmp(s, first, sizeof s));
    block_close(b);
}
END_TEST

/* ---- what stands on it ---- */

static u32 both(const u8 *p, int bytes)
{
    u32 v = (u32)get_le(p, bytes);

    ck_assert_uint_eq(v, get_be(p + bytes, bytes));
    return v;
}

static u8 frame_now[64 * FRAME_DATA];

static void load(struct block *b, u32 frame, u32 n)
{
    ck_assert_uint_le(n, 64);
    ck_assert_int_eq(block_read(b, (u64)frame * PER_FRAME, frame_now,
                                n * PER_FRAME), ERR_OK);
}

/* Each record is whole in its frame, and they are in the order of their names.
 * Returns how many there are. */
static u32 check_directory(struct block *b, u32 frame, u32 bytes)
{
    char last[256] = "";
    u32 count = 0;

    load(b, frame, bytes / FRAME_DATA);
    for (u32 at = 0; at < bytes; count++) {
        const u8 *r = frame_now + at;

        if (!*r) {
            at = (at / FRAME_DATA + 1) * FRAME_DATA;
            count--;
            continue;
        }
        ck_assert_uint_le(at % FRAME_DATA + r[0], FRAME_DATA);
        ck_assert_uint_eq(r[0] % 2, 0);
        ck_assert_uint_lt(both(r + 2, 4), b->disc->frames);
        both(r + 10, 4);
        ck_assert_uint_eq(both(r + 28, 2), 1);
        if (count > 2)
            ck_assert(memcmp(last, r + 33, r[32]) < 0);
        memcpy(last, r + 33, r[32]);
        last[r[32]] = 0;
        at += r[0];
    }
    return count;
}

/* The path table of the low bytes says what that of the high bytes says. */
static void check_tables(const u8 *low, const u8 *high, u32 bytes)
{
    for (u32 at = 0; at < bytes;) {
        ck_assert_uint_eq(get_le32(low + at + 2), get_be32(high + at + 2));
        ck_assert_uint_eq(get_le16(low + at + 6), get_be16(high + at + 6));
        ck_assert_uint_le(get_le16(low + at + 6), 1 + at / 8);
        at += 8 + (low[at] + 1u) / 2 * 2;
    }
}

START_TEST(structure)
{
    u8 p[2][FRAME_DATA], low[FRAME_DATA];
    struct block *b;

    ck_assert_int_eq(system("mkdir -p d/x/y d/z; for i in $(seq 300); do "
                            "echo $i > d/x/a.long.name.of.file.$i.text; done"),
                     0);
    b = folder_disc();
    ck_assert_int_eq(block_read(b, 16 * PER_FRAME, p, 2 * PER_FRAME), ERR_OK);
    for (int v = 0; v < 2; v++) {
        u32 bytes = both(p[v] + 132, 4);

        ck_assert_int_eq(memcmp(p[v] + 1, "CD001\1", 6), 0);
        ck_assert_uint_eq(p[v][0], 1u + (u32)v);
        ck_assert_uint_eq(both(p[v] + 80, 4), b->disc->frames);
        ck_assert_uint_eq(both(p[v] + 128, 2), FRAME_DATA);
        ck_assert_uint_eq(both(p[v] + 120, 2) + both(p[v] + 124, 2), 2);
        ck_assert_uint_eq(check_directory(b, both(p[v] + 158, 4),
                                          both(p[v] + 166, 4)), 4);
        load(b, get_le32(p[v] + 140), 1);
        memcpy(low, frame_now, sizeof low);
        load(b, get_be32(p[v] + 148), 1);
        check_tables(low, frame_now, bytes);
        load(b, get_le32(low + 12), 1);         /* x, behind the root */
        ck_assert_uint_eq(check_directory(b, get_le32(low + 12),
                                          get_le32(frame_now + 10)), 303);
    }
    block_close(b);
}
END_TEST

/* ---- names ---- */

static enum err add_name(void *ctx, struct fat_entry *e)
{
    buf_put_bytes(ctx, e->name, strlen(e->name));
    buf_put(ctx, ' ', 1);
    return ERR_OK;
}

static void has_root(struct iso_volume *v)
{
    u8 p[FRAME_DATA];

    ck_assert_int_eq(block_read(v->b, (v->joliet ? 17 : 16) * PER_FRAME, p,
                                PER_FRAME), ERR_OK);
    v->root = get_le32(p + 158);
}

/* The root's names in one of the two sets of directories, a blank behind
 * each. */
static void has_names(struct block *b, bool joliet, const char *want)
{
    struct iso_volume v = { .b = b, .joliet = joliet };
    struct buf got = { 0 };

    has_root(&v);
    ck_assert_int_eq(isoread_list(&v, v.root, add_name, &got, &why), ERR_OK);
    buf_put(&got, 0, 1);
    ck_assert_str_eq((char *)got.p, want);
    buf_free(&got);
}

START_TEST(names)
{
    static const char *const all[] = {
        "d/Makefile", "d/makefile", "d/README", "d/readme.first.txt",
        "d/longfilename.text", "d/LONGFILE.TEX", "d/longfile2.tex",
        "d/.profile", "d/con.txt", "d/a+b=c.c++", "d/\xc3\xa4.\xe2\x82\xac",
        "d/q?*:.x", "d/dot.", "d/+ab.c"
    };
    struct iso_volume v;
    struct fat_entry e;
    struct block *b;

    mkdir("d", 0777);
    mkdir("d/My.Folder", 0777);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        put_file(all[i], 1, 'x');
    put_file("d/_ab.c", 2, 'x');
    b = folder_disc();
    has_names(b, true, "+ab.c .profile LONGFILE.TEX Makefile My.Folder README "
              "_ab.c a+b=c.c++ con.txt dot longfile2.tex longfilename.text "
              "makefile~1 q___.x readme.first.txt "
              "\xc3\xa4.\xe2\x82\xac ");
    has_names(b, false, "A_B_C.C__ DOT LONGFIL1.TEX LONGFIL2.TEX LONGFILE.TEX "
              "MAKEFIL1 MAKEFILE MY_FOLDE Q___.X README README_F.TXT _._ "
              "_AB.C _AB1.C _CON.TXT _PROFILE ");
    v = (struct iso_volume){ .b = b };
    has_root(&v);
    ck_assert_int_eq(isoread_find(&v, "_AB.C", &e, &why), ERR_OK);
    ck_assert_uint_eq(e.size, 2);       /* that of _ab.c */
    block_close(b);
}
END_TEST

START_TEST(left_out)
{
    struct block *b;
    char one[300];
    u64 sectors;

    make_two();
    ck_assert_int_eq(isodisc_open(&b, "d", "vdi", &why), ERR_FORMAT);
    b = folder_disc();
    sectors = b->sectors;
    told = 0;
    b->ops->settle(b, 0);
    ck_assert_int_eq(told, 0);
    block_close(b);
    ck_assert_int_eq(symlink("../..", "d/up"), 0);
    ck_assert_int_eq(mkfifo("d/pipe", 0666), 0);
    b = folder_disc();
    ck_assert_uint_eq(b->sectors, sectors);
    b->ops->settle(b, 0);
    ck_assert_int_eq(told, 1);
    block_close(b);
    ck_assert_int_eq(truncate("d/A.TXT", 3ll << 30), 0);
    ck_assert_int_eq(truncate("d/B.TXT", 3ll << 30), 0);
    ck_assert_int_eq(isodisc_open(&b, "d", NULL, &why), ERR_RANGE);
    ck_assert_msg(strstr(why.text, "4.7 GB") != NULL, "%s", why.text);
    snprintf(one, sizeof one, "%s/none", home);
    ck_assert_int_eq(isodisc_open(&b, one, NULL, &why), ERR_MISSING);
    ck_assert_int_eq(isodisc_open(&b, "d/A.TXT", NULL, &why), ERR_MISSING);
    ck_assert_msg(strstr(why.text, "not a folder") != NULL, "%s", why.text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("isodisc");
    TCase *c = tcase_create("isodisc");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(c, disc_enter, disc_leave);
    tcase_add_test(c, changes);
    tcase_add_test(c, identity);
    tcase_add_test(c, structure);
    tcase_add_test(c, names);
    tcase_add_test(c, left_out);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
