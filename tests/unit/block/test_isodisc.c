/* test_isodisc.c - a folder of the host as a disc: what is left out of it, what
 * makes it another one, and what happens when its files change. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/block/cd/disc.h"
#include "machine/iso/isodisc.h"

static char home[] = "/tmp/isabox-discs-XXXXXX";
static struct why why;

static void disc_enter(void)
{
    ck_assert(mkdtemp(home) && chdir(home) == 0);
}

static void disc_leave(void)
{
    char line[60];

    snprintf(line, sizeof line, "rm -rf %s", home);
    ck_assert_int_eq(chdir("/") | system(line), 0);
    strcpy(home, "/tmp/isabox-discs-XXXXXX");
}

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

    ck_assert_msg(isodisc_open(&b, "d", &why) == ERR_OK, "%s", why.text);
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

START_TEST(left_out)
{
    struct block *b;
    char one[300];
    u64 sectors;

    make_two();
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
    ck_assert_int_eq(isodisc_open(&b, "d", &why), ERR_RANGE);
    ck_assert_msg(strstr(why.text, "4.7 GB") != NULL, "%s", why.text);
    snprintf(one, sizeof one, "%s/none", home);
    ck_assert_int_eq(isodisc_open(&b, one, &why), ERR_MISSING);
    ck_assert_int_eq(isodisc_open(&b, "d/A.TXT", &why), ERR_MISSING);
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
    tcase_add_test(c, left_out);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
