/* test_identity.c - which media a state was saved with. */
#include <check.h>
#include <fcntl.h>
#include <zlib.h>

#include "tests/lib/machine_dir.h"
#include "devices/disk/fdc.h"
#include "machine/board.h"

static struct fdc_state *fdc_of(struct pc *pc)
{
    return slot_find(pc, "fdc")->dev;
}

/* A machine with a disk image of its own, at a standstill. */
static struct pc *with_disk(const char *name, bool snapshot)
{
    struct pc_config c = machine_config(NULL);

    c.builtin_disk = true;
    c.drive[PC_HDA] = (struct pc_medium){ .path = name ? in_dir(name) : NULL,
                                          .snapshot = snapshot };
    return make(&c);
}

/* 4 MB and more: sectors that no sample holds lie there. */
static void make_disk(const char *name)
{
    ck_assert(file_make(in_dir(name), "", 0, 9 << 20));
}

static void guest_writes(struct pc *pc, u64 sector, u8 byte)
{
    u8 s[SECTOR];

    memset(s, byte, sizeof s);
    ck_assert_int_eq(block_write(pc->disk[PC_HDA], sector, s, 1), ERR_OK);
}

static void host_writes(const char *name, off_t at, char byte)
{
    int fd = open(in_dir(name), O_WRONLY);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void loads(struct pc *pc, const void *bytes, size_t n)
{
    char why[PC_WHY] = "";

    ck_assert_msg(pc_load_bytes(pc, bytes, n, why), "%s", why);
}

static void refuses(struct pc *pc, const void *bytes, size_t n,
                    const char *words)
{
    char why[PC_WHY] = "";
    u64 hash = pc_hash(pc);

    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    ck_assert_msg(strstr(why, words), "%s", why);
    ck_assert(strstr(why, "hda: ") && strstr(why, "force"));
    ck_assert_uint_eq(pc_hash(pc), hash);       /* nothing changed */
}

/* The same process: not one write is missed, wherever it went. */
START_TEST(disk_moved_on)
{
    struct pc *pc;
    void *bytes, *later;
    char why[PC_WHY];
    size_t n, m;

    make_disk("c.img");
    pc = with_disk("c.img", false);
    bytes = pc_save_bytes(pc, &n);
    loads(pc, bytes, n);
    guest_writes(pc, 15001, 0);         /* zeros over zeros */
    refuses(pc, bytes, n, "c.img was written to after the state was saved");
    later = pc_save_bytes(pc, &m);
    loads(pc, later, m);
    loads(pc, later, m);
    ck_assert(pc_load_bytes_forced(pc, bytes, n, why));
    refuses(pc, bytes, n, "c.img was written to");
    loads(pc, later, m);
    free(bytes);
    free(later);
    pc_free(pc);
}
END_TEST

/* Another process: the sample tells, and what the guest used is part of it. */
START_TEST(disk_changed_between_runs)
{
    static const off_t at[] = { 0, 500, 700000, 15001 * 512, (9 << 20) - 1 };
    struct pc *pc;
    void *bytes;
    size_t n;

    make_disk("c.img");
    pc = with_disk("c.img", false);
    guest_writes(pc, 15001, 7);
    bytes = pc_save_bytes(pc, &n);
    pc_free(pc);
    pc = with_disk("c.img", false);
    loads(pc, bytes, n);
    guest_writes(pc, 12000, 0);         /* its history is the state's now */
    refuses(pc, bytes, n, "was written to");
    pc_free(pc);
    host_writes("c.img", at[_i], 1);
    pc = with_disk("c.img", false);
    refuses(pc, bytes, n, "c.img does not hold what c.img held");
    free(bytes);
    pc_free(pc);
}
END_TEST

START_TEST(another_disk)
{
    struct pc *pc;
    void *bytes;
    size_t n;

    make_disk("c.img");
    make_disk("copy.img");
    make_disk("other.img");
    host_writes("other.img", 600, 1);
    ck_assert(file_make(in_dir("small.img"), "", 0, 8 << 20));
    pc = with_disk("c.img", false);
    bytes = pc_save_bytes(pc, &n);
    pc_free(pc);
    pc = with_disk("copy.img", false);  /* the path is only a hint */
    loads(pc, bytes, n);
    pc_free(pc);
    pc = with_disk("other.img", false);
    refuses(pc, bytes, n, "other.img does not hold what c.img held");
    pc_free(pc);
    pc = with_disk("small.img", false);
    refuses(pc, bytes, n, "has 16384 sectors, the state's c.img had 18432");
    pc_free(pc);
    pc = with_disk(NULL, false);
    refuses(pc, bytes, n, "there is nothing, the state was saved with c.img");
    free(bytes);
    bytes = pc_save_bytes(pc, &n);
    pc_free(pc);
    pc = with_disk("c.img", false);
    refuses(pc, bytes, n, "there is c.img, the state was saved with nothing");
    free(bytes);
    pc_free(pc);
}
END_TEST

/* Writes in memory travel with the state; only the image has to be the same. */
START_TEST(snapshot_goes_back)
{
    struct pc *pc;
    void *bytes;
    size_t n;
    u8 s[SECTOR];

    make_disk("c.img");
    pc = with_disk("c.img", true);
    guest_writes(pc, 5, 1);
    bytes = pc_save_bytes(pc, &n);
    guest_writes(pc, 5, 2);
    guest_writes(pc, 15001, 2);
    loads(pc, bytes, n);
    ck_assert_int_eq(block_read(pc->disk[PC_HDA], 5, s, 1), ERR_OK);
    ck_assert_uint_eq(s[0], 1);
    pc_free(pc);
    host_writes("c.img", 100, 1);
    pc = with_disk("c.img", true);
    refuses(pc, bytes, n, "c.img does not hold");
    free(bytes);
    pc_free(pc);
}
END_TEST

/* Hashes know nothing of files: two images alike in two places. */
START_TEST(hash_without_paths)
{
    struct pc *a, *b;

    make_disk("c.img");
    make_disk("d.img");
    a = with_disk("c.img", false);
    b = with_disk("d.img", false);
    guest_writes(a, 7, 7);
    guest_writes(b, 7, 7);
    pc_run(a, 50000000, 0);
    pc_run(b, 50000000, 0);
    ck_assert_uint_eq(pc_hash(a), pc_hash(b));
    pc_free(a);
    pc_free(b);
}
END_TEST

/* ---- floppies ---- */

static struct pc *with_floppy(const char *name)
{
    struct pc_config c = machine_config(NULL);

    c.drive[PC_FDA].path = in_dir(name);
    return make(&c);
}

/* Every sector of a floppy is in the sample. A forced load is a disk change to
 * the guest. */
START_TEST(floppy_changed)
{
    struct pc_medium m = { .path = in_dir("b.img") };
    struct pc *pc;
    char why[PC_WHY];
    void *bytes;
    size_t n;

    ck_assert(file_make(in_dir("a.img"), "", 0, 1474560));
    ck_assert(file_make(in_dir("b.img"), "", 0, 1474560));
    host_writes("b.img", 1474559, 1);
    pc = with_floppy("a.img");
    fdc_of(pc)->drive[0].changed = false;
    bytes = pc_save_bytes(pc, &n);
    pc_eject(pc, PC_FDA);
    pc_run(pc, MS, 0);
    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    ck_assert_msg(strstr(why, "fda: there is nothing"), "%s", why);
    ck_assert(pc_insert(pc, PC_FDA, &m, why));
    pc_run(pc, MS, 0);
    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    ck_assert_msg(strstr(why, "fda: b.img does not hold"), "%s", why);
    ck_assert(pc_load_bytes_forced(pc, bytes, n, why));
    ck_assert(fdc_of(pc)->drive[0].changed);
    m.path = in_dir("a.img");           /* the right one comes back */
    ck_assert(pc_insert(pc, PC_FDA, &m, why));
    pc_run(pc, MS, 0);
    ck_assert_msg(pc_load_bytes(pc, bytes, n, why), "%s", why);
    ck_assert(!fdc_of(pc)->drive[0].changed);
    free(bytes);
    pc_free(pc);
}
END_TEST

/* ---- states of older programs, and hostile ones ---- */

static void heard_log(void *ctx, int64_t ns, enum pc_log_level level,
                      const char *who, const char *text)
{
    (void)ns; (void)level; (void)who;
    snprintf(ctx, 200, "%s", text);
}

/* Changes the names of chunks, and the check sum at the end. */
static void rename_chunks(u8 *p, size_t n, const char *from, const char *to)
{
    size_t k = strlen(from), body = n - 25;
    u32 crc;

    for (size_t i = 0; i + k < body; i++)
        if (!memcmp(p + i, from, k))
            memcpy(p + i, to, k);
    crc = (u32)crc32(0, p, (uInt)body);
    for (int i = 0; i < 4; i++)
        p[n - 4 + (size_t)i] = (u8)(crc >> 8 * i);
}

START_TEST(state_without_identity)
{
    struct pc_config c = machine_config(NULL);
    struct pc *pc;
    char text[200] = "";
    void *bytes;
    size_t n;

    make_disk("c.img");
    c.drive[PC_HDA].path = in_dir("c.img");
    c.log = heard_log;
    c.ctx = text;
    pc = make(&c);
    bytes = pc_save_bytes(pc, &n);
    rename_chunks(bytes, n, "medium", "xedium");
    guest_writes(pc, 0, 1);
    loads(pc, bytes, n);
    ck_assert_msg(strstr(text, "old one"), "%s", text);
    free(bytes);
    pc_free(pc);
}
END_TEST

/* Clusters beyond the disk and names without an end are only data. */
START_TEST(hostile_identity)
{
    struct pc *pc;
    struct media_id *ids = media_id_none();
    struct why why = { "" };

    ck_assert_ptr_nonnull(ids);
    make_disk("c.img");
    pc = with_disk("c.img", false);
    memset(&ids[PC_HDA], 0xff, sizeof ids[0]);
    ids[PC_HDA].kind = 1;
    ids[PC_HDA].sectors = pc->disk[PC_HDA]->sectors;
    ids[PC_HDA].name[198] = 0;
    ck_assert_int_eq(media_id_check(pc, ids, false, &why), ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(why.text, "does not hold"));
    free(ids);
    pc_free(pc);
}
END_TEST

START_TEST(fields)
{
    ck_assert_uint_eq(state_bytes(&media_id_table), sizeof(struct media_id));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("identity");
    TCase *t = tcase_create("identity");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, fields);
    tcase_add_test(t, disk_moved_on);
    tcase_add_loop_test(t, disk_changed_between_runs, 0, 5);
    tcase_add_test(t, another_disk);
    tcase_add_test(t, snapshot_goes_back);
    tcase_add_test(t, hash_without_paths);
    tcase_add_test(t, floppy_changed);
    tcase_add_test(t, state_without_identity);
    tcase_add_test(t, hostile_identity);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
