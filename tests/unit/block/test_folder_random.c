/* test_folder_random.c - a folder of the host as a disk: changes of the guest
 * and of the host at random, power cuts at each change of the host, disks that
 * a guest damages, and how long many files take. */
#define _XOPEN_SOURCE 700
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "machine/core/bytes.h"
#include "tests/lib/folderbed.h"
#include "tests/lib/random.h"

static u64 seed;

/* ---- at random ---- */

enum { NAMES = 12, MOST = 20000 };

static const char *const places[] = { "", "ONE/", "Second folder/",
                                      "ONE/IN/" };

static void random_path(char *to, size_t room)
{
    static const char *const names[] = { "A.TXT", "b.txt", "A longer name.c",
                                         "Name.With.Dots", "C", "D.DAT" };

    snprintf(to, room, "%s%s", places[random_below(&seed, 4)],
             names[random_below(&seed, 6)]);
}

/* Contents that show whether they are whole: a number, and what follows from
 * it, as long as it says. */
static u32 whole_bytes(u8 *to, u32 number)
{
    u64 s = number + 1;
    u32 n = 12 + random_below(&s, number % 3 ? 600 : MOST - 12);

    put_le32(to, number);
    put_le32(to + 4, n);
    for (u32 i = 8; i < n; i++)
        to[i] = (u8)random32(&s);
    return n;
}

/* The number; -1: it is not whole. */
static int whole_number(const u8 *p, size_t n)
{
    static u8 want[MOST];

    if (n < 12 || get_le32(p) > 100000 ||
        whole_bytes(want, get_le32(p)) != n || memcmp(want, p, n))
        return -1;
    return (int)get_le32(p);
}

static u32 number;

static void random_change(struct block *b)
{
    static u8 bytes[MOST];
    char path[100], other[100];

    random_path(path, sizeof path);
    random_path(other, sizeof other);
    switch (random_below(&seed, 8)) {
    case 0: guest_rm(b, path); break;
    case 1: guest_mv(b, path, other); break;
    case 2: guest_mv(b, "ONE", "Second folder/ONE");
            guest_mv(b, "Second folder/ONE", "TWO");
            guest_mv(b, "TWO", "ONE"); break;
    case 3: guest_mkdir(b, "ONE"); guest_mkdir(b, "Second folder");
            guest_mkdir(b, "ONE/IN"); break;
    case 4: guest_mv(b, path, "swap"); guest_mv(b, other, path);
            guest_mv(b, "swap", other); break;
    default:
        number++;
        guest_write(b, path, bytes, whole_bytes(bytes, number), FAT_ARCHIVE);
    }
}

/* The host does the like. */
static void host_change(void)
{
    static u8 bytes[MOST];
    char path[100], full[PATH + 200], other[PATH + 200];
    u32 n;
    FILE *f;

    random_path(path, sizeof path);
    snprintf(full, sizeof full, "%s/%s", in_dir("in"), path);
    random_path(path, sizeof path);
    snprintf(other, sizeof other, "%s/%s", in_dir("in"), path);
    switch (random_below(&seed, 5)) {
    case 0: unlink(full); break;
    case 1: rename(full, other); break;
    case 2: mkdir(in_dir("in/ONE"), 0755);
            mkdir(in_dir("in/Second folder"), 0755); break;
    default:
        if (!(f = fopen(full, "wb")))
            break;
        number++;
        n = whole_bytes(bytes, number);
        ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
        fclose(f);
    }
}

/* Calls each() for the files below a folder of the host. */
static void host_walk(const char *path, void (*each)(const char *path))
{
    DIR *d = opendir(path);
    struct dirent *e;
    char name[PATH + 400];

    while (d && (e = readdir(d))) {
        struct stat st;

        if (snprintf(name, sizeof name, "%s/%s", path, e->d_name) >=
                (int)sizeof name || e->d_name[0] == '.' || lstat(name, &st))
            continue;
        if (S_ISDIR(st.st_mode))
            host_walk(name, each);
        else
            each(name);
    }
    if (d)
        closedir(d);
}

static struct block *compared;
static u32 host_files;
static u8 numbers_seen[100001];

static int number_in(const char *path)
{
    static u8 bytes[MOST + 1];
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;

    ck_assert_ptr_nonnull(f);
    fclose(f);
    return whole_number(bytes, n);
}

static void same_in_guest(const char *path)
{
    const char *in = path + strlen(in_dir("in")) + 1;
    struct buf has = { 0 };
    int want = number_in(path);

    ck_assert_msg(want >= 0, "%s is not whole", in);
    ck_assert_msg(guest_read(compared, in, &has), "the guest has no %s", in);
    ck_assert_msg(whole_number(has.p, has.len) == want, "%s: %d, not %d", in,
                  want, whole_number(has.p, has.len));
    buf_free(&has);
    host_files++;
}

static u32 guest_files(struct block *b)
{
    struct fat_report r;
    struct fat f;

    guest_open(&f, b);
    ck_assert_int_eq(fat_check(&f, &r, &guest_why), ERR_OK);
    ck_assert_msg(!r.wrong && !r.crossed, "%.200s", (char *)r.text.p);
    buf_free(&r.text);
    fat_close(&f);
    return r.files;
}

static void sides_agree(struct block *b)
{
    compared = b;
    host_files = 0;
    host_walk(in_dir("in"), same_in_guest);
    ck_assert_uint_eq(host_files, guest_files(b));
}

START_TEST(random_changes)
{
    struct block *b = folder_disk("rw:");

    seed = (u64)_i + 1;
    number = 0;
    for (int i = 0; i < 60; i++) {
        for (int k = random_below(&seed, 12); k >= 0; k--)
            random_change(b);
        ck_assert_int_eq(block_flush(b), ERR_OK);
        sides_agree(b);
        if (i % 4 == 0) {
            for (int k = random_below(&seed, 12); k >= 0; k--)
                host_change();
            look_again(b);
            sides_agree(b);
        }
        if (i % 20 == 19) {
            block_close(b);
            b = folder_disk("rw:");
            sides_agree(b);
        }
    }
    buf_put(&told, 0, 1);
    ck_assert_msg(told.len == 1, "%s", (char *)told.p);
    block_close(b);
}
END_TEST

/* ---- the power fails ---- */

static u32 changes_left;
static bool put_since_settle, torn;

static bool power(void *ctx, enum tree_change what, const char *path)
{
    (void)ctx;
    if (!changes_left)
        return false;
    changes_left--;
    if (what == TREE_PUT || what == TREE_SETTLE)
        put_since_settle = what == TREE_PUT;
    torn |= what == TREE_RENAME && put_since_settle && !strstr(path, "/.");
    return true;
}

static void note_number(const char *path)
{
    int n = number_in(path);

    ck_assert_msg(n >= 0, "%s is half a file", path);
    numbers_seen[n] = 1;
}

/* Every file that the guest has and had when all was well is there. */
static void none_is_lost(struct block *b, const u8 *before)
{
    static u8 bytes[100001];
    const char *const names[] = { "A.TXT", "b.txt", "A longer name.c",
                                  "Name.With.Dots", "C", "D.DAT" };
    char path[100];

    (void)bytes;
    memset(numbers_seen, 0, sizeof numbers_seen);
    host_walk(in_dir("in"), note_number);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < COUNT_OF(names); k++) {
            struct buf has = { 0 };
            int n;

            snprintf(path, sizeof path, "%s%s", places[i], names[k]);
            if (guest_read(b, path, &has) &&
                (n = whole_number(has.p, has.len)) >= 0 && before[n])
                ck_assert_msg(numbers_seen[n], "%s (%d) is lost", path, n);
            buf_free(&has);
        }
}

static u32 one_cut(u32 after, u64 first_seed)
{
    static u8 before[100001];
    struct block *b;

    folder_teardown();
    folder_setup();
    seed = first_seed;
    number = 0;
    b = folder_disk("rw:");
    for (int i = 0; i < 30; i++)
        random_change(b);
    ck_assert_int_eq(block_flush(b), ERR_OK);
    memset(numbers_seen, 0, sizeof numbers_seen);
    host_walk(in_dir("in"), note_number);
    memcpy(before, numbers_seen, sizeof before);
    for (int i = 0; i < 12; i++)
        random_change(b);
    folder_tree(b)->may = power;
    changes_left = after;
    put_since_settle = torn = false;
    block_flush(b);
    none_is_lost(b, before);
    block_close(b);
    ck_assert(!torn);
    return changes_left;
}

START_TEST(power_cuts)
{
    const char *many = getenv("POWER_CUTS");
    u32 cuts = 0, step = many ? 1 : 3;

    for (u64 s = 1; s <= (many ? 40u : 2u); s++)
        for (u32 after = 0; !one_cut(after, s * 77); after += step)
            cuts++;
    if (many)
        printf("folder: %u cuts\n", cuts);
    ck_assert_uint_gt(cuts, 8);
}
END_TEST

/* ---- damage ---- */

static void damage(struct block *b, const struct fat *f)
{
    u32 room = f->data_at + 8 * f->spc, k = 1 + random_below(&seed, 30);
    u8 s[SECTOR];

    for (; k > 0; k--) {
        u64 at = f->first + random_below(&seed, random_below(&seed, 8)
                                                    ? room : f->table_at + 1);

        block_read(b, at, s, 1);
        for (u32 n = random_below(&seed, 8); n > 0; n--)
            s[random_below(&seed, SECTOR)] = random_below(&seed, 3)
                                                 ? (u8)random32(&seed)
                                                 : (u8)random_below(&seed, 9);
        if (random_below(&seed, 20) == 0)
            for (u32 n = 0; n < SECTOR; n++)
                s[n] = (u8)random32(&seed);
        block_write(b, at, s, 1);
    }
}

START_TEST(damaged_disks)
{
    const char *many = getenv("DAMAGED");
    u32 n = many ? (u32)atoi(many) : 150;
    struct block *b = NULL;
    struct fat f;

    seed = 99;
    for (u32 i = 0; i < n; i++) {
        if (i % 10 == 0) {
            block_close(b);
            folder_teardown();
            folder_setup();
            b = folder_disk(i % 20 ? "rw:" : "rw:32:");
            guest_open(&f, b);
            fat_close(&f);
            for (int k = 0; k < 30; k++)
                random_change(b);
            block_flush(b);
        }
        damage(b, &f);
        block_flush(b);
    }
    block_close(b);
}
END_TEST

/* ---- how long it takes ---- */

START_TEST(many_files)
{
    int n = getenv("POWER_CUTS") ? 10000 : 3000;
    struct timespec from, to;
    struct block *b;
    char name[60];
    double s;

    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "in/a long name of file %d.txt", i);
        host_text(name, "a few bytes");
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    b = folder_disk("rw:");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    s = (double)(to.tv_sec - from.tv_sec) +
        (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    ck_assert_uint_eq(guest_files(b), n);
    ck_assert_msg(s < 1.5, "%.2f s", s);
    if (getenv("POWER_CUTS"))
        printf("%d files: %.2f s\n", n, s);
    block_close(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("folder at random");
    TCase *t = tcase_create("folder");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, getenv("POWER_CUTS") || getenv("DAMAGED")
                             ? 3600 : 60);
    tcase_add_checked_fixture(t, folder_setup, folder_teardown);
    tcase_add_loop_test(t, random_changes, 0, 2);
    tcase_add_test(t, power_cuts);
    tcase_add_test(t, damaged_disks);
    tcase_add_test(t, many_files);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
