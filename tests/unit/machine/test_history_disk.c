/* test_history_disk.c - what a disk held at places of the past. A guest writes
 * in order and out of it, the same again and something else, over data and over
 * holes of the image; from each place that one goes on from, the image is what
 * it was there. */
#include <check.h>

#include "machine/core/state.h"
#include "tests/lib/machine.h"
#include "tests/lib/random.h"

enum { PLACES = 40, ROUNDS = 12, DISK = 4 << 20, DATA = 1 << 20 };

/* n++; at = (n & 800h ? n * 37 : n) % 512 * 10; ten sectors from `at` on become
 * words that count from n / 1024 + at on, so every second pass changes
 * nothing. */
static const u8 writes[] = {
    0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x7c,
    0xfc,                               /* es, ds, ss: 0; sp: 7C00h; cld */
    0xff, 0x06, 0x49, 0x7c, 0xa1, 0x49, 0x7c,   /* next: ax = ++n */
    0x89, 0xc3, 0xf6, 0xc4, 0x08, 0x74, 0x03, 0x6b, 0xd8, 0x25,
    0x81, 0xe3, 0xff, 0x01, 0x6b, 0xdb, 0x0a,
    0x89, 0x1e, 0x53, 0x7c,             /* bx = at */
    0xc1, 0xe8, 0x0a, 0x01, 0xd8,       /* ax = n / 1024 + at */
    0xbf, 0x00, 0x80, 0xb9, 0x00, 0x0a,
    0xab, 0x40, 0xe2, 0xfc,             /* 2,560 words .. */
    0xbe, 0x4b, 0x7c, 0xb8, 0x00, 0x43, 0xb2, 0x80,
    0xcd, 0x13, 0x73, 0xc9,             /* .. by INT 13h, 43h; jnc next */
    0xb0, 0x46, 0xe6, 0xe9, 0xeb, 0xfe, /* 'F' says that it failed */
    0x00, 0x00,                         /* n */
    0x10, 0x00, 0x0a, 0x00, 0x00, 0x80, 0x00, 0x00      /* the packet, `at` */
};

struct place {
    struct pc_moment at;
    uint64_t state, disk;
};

static char dir[PATH], boot[PATH * 2], disk[PATH * 2];
static struct heard heard;

static void begin(void)
{
    static u8 data[DATA];
    u64 seed = 9;

    ck_assert(folder_make(dir));
    snprintf(boot, sizeof boot, "%s/a.img", dir);
    snprintf(disk, sizeof disk, "%s/c.img", dir);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (u8)random32(&seed);
    ck_assert(file_boot(boot, writes, sizeof writes, 1474560));
    ck_assert(file_make(disk, data, sizeof data, DISK));
}

static void end(void)
{
    folder_remove(dir);
}

static struct pc *writer(uint64_t limit)
{
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "";
    struct pc *pc;

    heard.n = 0;
    c.drive[PC_FDA].path = boot;
    c.drive[PC_HDA].path = disk;
    c.boot = "a";
    pc = pc_new(&c, why);
    ck_assert_msg(pc, "%s", why);
    ck_assert(pc_history(pc, limit));
    return pc;
}

static uint64_t file_hash(const char *path, size_t size)
{
    static u8 bytes[DISK];
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(bytes, 1, size, f) : 0;

    if (f)
        fclose(f);
    ck_assert_uint_eq(n, size);
    return hash_bytes(0, bytes, n);
}

static uint64_t disk_hash(void) { return file_hash(disk, DISK); }

static void go_on(struct pc *pc, struct place *p, u64 *seed)
{
    pc_run(pc, (int64_t)random_below(seed, 900) * MS + 1, 0);
    *p = (struct place){ pc_moment(pc), pc_hash(pc), disk_hash() };
}

/* Another look before, and the present again, leave no trace. */
static void go_back(struct pc *pc, const struct place *all,
                    const struct place *to, u64 *seed)
{
    const struct place *look = &all[random_below(seed, (u32)(to - all) + 1)];
    struct pc_moment first, last;
    uint64_t now = disk_hash();
    char why[PC_WHY];

    ck_assert(pc_history_range(pc, &first, &last));
    if (look->at.ns >= first.ns) {
        ck_assert_msg(pc_seek_moment(pc, &look->at, why), "%s", why);
        ck_assert(pc_hash(pc) == look->state);
    }
    ck_assert(disk_hash() == now);
    if (random_below(seed, 2))
        ck_assert_msg(pc_seek_moment(pc, &last, why), "%s", why);
    ck_assert_msg(pc_seek_moment(pc, &to->at, why), "%s", why);
    ck_assert(pc_hash(pc) == to->state);
    ck_assert(pc_key(pc, 0x1c, true));
    ck_assert(!pc_in_past(pc));
}

/* The second limit is short: what is kept is packed, too. */
START_TEST(the_disk_is_what_it_was)
{
    struct place p[PLACES];
    struct pc *pc = writer(_i ? 3 << 20 : 64 << 20);
    u64 seed = 5 + (u64)_i;
    int n = 0;

    for (int round = 0; round < ROUNDS; round++) {
        struct pc_moment first, last;
        int to;

        while (n < PLACES)
            go_on(pc, &p[n++], &seed);
        ck_assert_int_eq(heard_last(&heard), 0);
        ck_assert(pc_history_range(pc, &first, &last));
        to = n - 1 - (int)random_below(&seed, _i ? 6 : 30);
        while (p[to].at.ns < first.ns)
            to++;
        go_back(pc, p, &p[to], &seed);
        ck_assert_msg(disk_hash() == p[to].disk, "round %d, place %d", round,
                      to);
        n = to;                         /* that place has a key now */
    }
    pc_free(pc);
}
END_TEST

/* Forever: ++n; 256 words of n to a sector of drive B:, in the next cylinder
 * after eight. A try that fails tells of a changed disk. */
static const u8 writes_b[] = {
    0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x7c,
    0xfc,                               /* es, ds, ss: 0; sp: 7C00h; cld */
    0xff, 0x06, 0x35, 0x7c, 0xa1, 0x35, 0x7c,   /* next: ax = ++n */
    0xbf, 0x00, 0x80, 0xb9, 0x00, 0x01, 0xf3, 0xab,
    0x88, 0xc1, 0x80, 0xe1, 0x07, 0x41, /* sector (n & 7) + 1 */
    0xc1, 0xe8, 0x03, 0x24, 0x1f, 0x88, 0xc5,   /* of cylinder n / 8 % 32 */
    0xb8, 0x01, 0x03, 0xbb, 0x00, 0x80, 0xba, 0x01, 0x00, 0xcd, 0x13,
    0xeb, 0xd7,                         /* INT 13h, 03h; jmp next */
    0x00, 0x00                          /* n */
};

enum { FLOPPY = 1474560 };

/* What comes into a drive is watched as what was there from the beginning. */
START_TEST(so_is_one_that_was_inserted)
{
    struct pc_config c = machine_config(&heard);
    struct pc_medium m = { .path = disk };
    struct pc_moment at;
    char other[PATH * 2], why[PC_WHY] = "";
    uint64_t then;
    struct pc *pc;

    snprintf(other, sizeof other, "%s/b.img", dir);
    ck_assert(file_boot(boot, writes_b, sizeof writes_b, FLOPPY));
    ck_assert(file_make(disk, "", 0, FLOPPY) && file_make(other, "", 0, FLOPPY));
    c.drive[PC_FDA].path = boot;
    c.drive[PC_FDB].path = other;
    pc = pc_new(&c, why);
    ck_assert_msg(pc && pc_history(pc, 64 << 20), "%s", why);
    pc_run(pc, 4000 * MS, 0);
    ck_assert_msg(pc_insert(pc, PC_FDB, &m, why), "%s", why);
    pc_run(pc, 4000 * MS, 0);
    at = pc_moment(pc);
    then = file_hash(disk, FLOPPY);
    pc_run(pc, 4000 * MS, 0);
    ck_assert(file_hash(disk, FLOPPY) != then);
    ck_assert_msg(pc_seek_moment(pc, &at, why), "%s", why);
    ck_assert(pc_key(pc, 0x1c, true));
    ck_assert(file_hash(disk, FLOPPY) == then);
    pc_free(pc);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("disks");
    Suite *s = suite_create("history_disk");
    SRunner *r;
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, the_disk_is_what_it_was, 0, 2);
    tcase_add_test(tc, so_is_one_that_was_inserted);
    suite_add_tcase(s, tc);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
