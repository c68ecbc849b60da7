/* test_embed.c - records with copies of their media: a copy is the medium, and
 * a replay needs nothing else. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/block/cd/disc.h"
#include "machine/block/floppy/surface.h"
#include "machine/board.h"
#include "machine/core/bytes.h"
#include "machine/media/embed.h"
#include "tests/lib/imd_image.h"
#include "tests/lib/machine.h"
#include "tests/lib/migration.h"
#include "tests/lib/random.h"

#define COUNT(t) (int)(sizeof t / sizeof t[0])

enum { FLOPPY = 1474560, HARD_DISK = 4 << 20, FRAMES_OF_DATA = 50,
       FRAMES_OF_SONG = 75 };

static char dir[PATH];
static struct why words;

static void set_up(void)
{
    ck_assert(folder_make(dir));
}

static void tear_down(void)
{
    folder_remove(dir);
}

static const char *in_dir(const char *name)
{
    static char path[8][PATH * 2];
    static int n;

    n = (n + 1) % 8;
    snprintf(path[n], sizeof path[n], "%s/%s", dir, name);
    return path[n];
}

/* ---- media ---- */

static const char *raw_made(const char *name, off_t size, int seed)
{
    static u8 bytes[300000];
    const char *path = in_dir(name);
    u64 state = (u64)seed;

    for (size_t n = 0; n < sizeof bytes; n++)
        bytes[n] = n / 4096 % 3 ? 0 : (u8)random32(&state);
    ck_assert(file_make(path, bytes, sizeof bytes, size));
    return path;
}

static const char *raw_image(void)
{
    return raw_made("a.img", FLOPPY - 700, 5);
}

static const char *qcow2_image(void)
{
    const char *from = raw_made("b.img", HARD_DISK, 6), *to = in_dir("b.qcow2");
    const char *argv[] = { "convert", "-O", "qcow2", from, to };
    char why[PC_WHY];

    ck_assert(!pc_image(5, argv, &(struct pc_image_io){ .now = 0 }, why));
    return to;
}

/* Two tracks, one with sectors of other sizes and errors. */
static const char *imd_image(void)
{
    static const struct listed plain[] = {
        { 0, 0, 1, 2, SOUND }, { 0, 0, 2, 2, SOUND }, { 0, 0, 3, 2, SOUND },
    };
    static const struct listed odd[] = {
        { 0, 1, 9, 0, SOUND }, { 7, 3, 77, 3, DELETED }, { 0, 1, 2, 2, BAD_CRC },
    };
    const char *path = in_dir("a.imd");

    image_begin();
    TRACK(MFM250, 0, 0, plain);
    TRACK(MFM250, 0, 1, odd);
    ck_assert(file_make(path, image.p, image.len, 0));
    return path;
}

static const char *iso_image(void)
{
    static u8 bytes[40 * FRAME_DATA];
    const char *path = in_dir("a.iso");

    memcpy(bytes + 16 * FRAME_DATA, "\1CD001\1", 7);
    memset(bytes + 30 * FRAME_DATA, 0x5a, 1000);
    ck_assert(file_make(path, bytes, sizeof bytes, 0));
    return path;
}

/* A track of data, a gap that no file has, a song. */
static const char *cue_image(void)
{
    static const char sheet[] =
        "FILE \"a.bin\" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n"
        "  TRACK 02 AUDIO\n    PREGAP 00:02:00\n    INDEX 01 00:00:50\n";
    static u8 bytes[(FRAMES_OF_DATA + FRAMES_OF_SONG) * FRAME];
    const char *path = in_dir("a.cue");

    for (size_t n = 0; n < sizeof bytes; n++)
        bytes[n] = (u8)(n * n >> 7);
    for (int n = 0; n < FRAMES_OF_DATA; n++)
        bytes[n * FRAME + 15] = 1;
    ck_assert(file_make(in_dir("a.bin"), bytes, sizeof bytes, 0));
    ck_assert(file_make(path, sheet, sizeof sheet - 1, 0));
    return path;
}

static const struct { const char *(*make)(void); bool tracks, disc; } kinds[] = {
    { raw_image, false, false }, { qcow2_image, false, false },
    { imd_image, true, false }, { iso_image, false, true },
    { cue_image, false, true },
};

/* ---- a copy is the medium ---- */

static void same_sectors(struct block *a, struct block *b, u64 from, u64 to)
{
    u8 x[SECTOR], y[SECTOR];

    for (u64 n = from; n < to; n++) {
        enum err e = block_read(a, n, x, 1), f = block_read(b, n, y, 1);

        ck_assert_msg(e == f, "sector %llu: %d, %d", (unsigned long long)n, e,
                      f);
        ck_assert_msg(e || !memcmp(x, y, SECTOR), "sector %llu",
                      (unsigned long long)n);
    }
}

static void same_disc(struct block *a, struct block *b)
{
    u8 x[FRAME], y[FRAME];

    ck_assert_int_eq(a->disc->tracks, b->disc->tracks);
    ck_assert_uint_eq(a->disc->frames, b->disc->frames);
    for (int n = 0; n < a->disc->tracks; n++) {
        const struct disc_track *t = &a->disc->track[n],
                                *u = &b->disc->track[n];

        ck_assert(t->first == u->first && t->start == u->start &&
                  t->end == u->end && t->mode == u->mode &&
                  t->number == u->number);
    }
    for (u32 n = 0; n < a->disc->frames; n++) {
        ck_assert(!disc_read_raw(a, n, x) && !disc_read_raw(b, n, y));
        ck_assert_msg(!memcmp(x, y, FRAME), "frame %u", n);
    }
}

static struct block *opened(const char *path)
{
    struct block *b;

    ck_assert_msg(!block_open_image(&b, path, true, &words), "%s", words.text);
    if (b->sectors < FLOPPY / SECTOR && !b->disc && !b->tracks)
        block_lengthen(b, FLOPPY / SECTOR);
    return b;
}

START_TEST(a_copy_is_the_medium)
{
    struct block *a = opened(kinds[_i].make()), *b;
    struct buf copy = { 0 };

    ck_assert_msg(!embed_put(&copy, a, &words), "%s", words.text);
    ck_assert_uint_lt(copy.len, a->sectors * SECTOR / 2);
    ck_assert_msg(!embed_open(&b, "a", copy.p, copy.len, &words), "%s",
                  words.text);
    buf_free(&copy);                    /* it has its own */
    ck_assert_uint_eq(a->sectors, b->sectors);
    ck_assert(b->readonly && a->tracks == kinds[_i].tracks &&
              !a->disc == !kinds[_i].disc && !b->disc == !a->disc);
    ck_assert(a->tracks == b->tracks && a->odd_size == b->odd_size &&
              a->cylinders == b->cylinders && a->heads == b->heads &&
              a->spt == b->spt);
    same_sectors(a, b, 0, a->sectors);
    if (a->tracks)
        same_sectors(a, b, SURFACE_AT, SURFACE_END);
    if (a->disc)
        same_disc(a, b);
    block_close(a);
    block_close(b);
}
END_TEST

/* ---- damage ---- */

static void read_all(struct block *b)
{
    u8 bytes[FRAME];

    for (u64 n = 0; n < b->sectors && n < 10000; n += 7)
        block_read(b, n, bytes, 1);
    for (u32 n = 0; b->disc && n < b->disc->frames && n < 500; n++)
        disc_read_raw(b, n, bytes);
    block_close(b);
}

static void damage(struct buf *copy, u64 *seed, bool sum)
{
    for (u32 k = 1 + random_below(seed, 4); k > 0; k--) {
        u64 most = random32(seed) & 1 ? copy->len : 60;

        copy->p[random32(seed) % (most < copy->len ? most : copy->len)] =
            (u8)random32(seed);
    }
    if (random32(seed) % 4 == 0)
        copy->len -= random32(seed) % copy->len;
    if (sum && copy->len > 5) {
        copy->p[0] = 1;
        put_le32(copy->p + 1, (u32)crc32_z(0, copy->p + 5, copy->len - 5));
    }
}

/* By chance, and by an enemy, whose sums fit. */
START_TEST(damage_is_refused)
{
    struct block *a = opened(kinds[_i].make()), *b;
    struct buf good = { 0 };
    u64 seed = 77 + (u64)_i;
    const char *many = getenv("DAMAGED");
    int damages = many ? atoi(many) : 160;

    ck_assert(!embed_put(&good, a, &words));
    block_close(a);
    for (int n = 0; n < damages; n++) {
        struct buf copy = { 0 };
        bool same;

        buf_put_bytes(&copy, good.p, good.len);
        damage(&copy, &seed, n & 1);
        same = copy.len == good.len && !memcmp(copy.p, good.p, good.len);
        if (!embed_open(&b, "a.img", copy.p, copy.len, &words)) {
            ck_assert(n & 1 || same);
            read_all(b);
        } else {
            ck_assert_msg(strstr(words.text, "a.img: "), "%s", words.text);
        }
        buf_free(&copy);
    }
    buf_free(&good);
}
END_TEST

START_TEST(what_is_too_large)
{
    struct block *a = opened(raw_image());
    struct buf copy = { 0 };

    a->sectors = EMBED_MOST / SECTOR + 1;
    ck_assert(embed_put(&copy, a, &words));
    ck_assert_msg(strstr(words.text, "a.img: more than 16 GB"), "%s",
                  words.text);
    buf_free(&copy);
    block_close(a);
}
END_TEST

/* ---- a replay needs nothing else ---- */

static bool put(void *ctx, const void *bytes, size_t n)
{
    buf_put_bytes(ctx, bytes, n);
    return true;
}

static struct pc *made(const struct pc_config *c)
{
    char why[PC_WHY] = "";
    struct pc *pc = pc_new(c, why);

    ck_assert_msg(pc, "%s", why);
    return pc;
}

static struct pc_config writer(void)
{
    static struct heard heard;
    struct pc_config c = machine_config(&heard);
    const char *disk = in_dir("hd.img");

    ck_assert(file_boot(disk, guest_writer, sizeof guest_writer, HARD_DISK));
    c.ps_per_insn = 125000;
    c.drive[PC_HDA].path = disk;
    c.drive[PC_HDB].path = cue_image();
    c.drive[PC_HDB].cdrom = true;
    c.drive[PC_HDC].path = "";
    c.drive[PC_HDC].cdrom = true;
    c.drive[PC_FDA].path = raw_image();
    c.drive[PC_FDB].path = "";
    c.boot = "c";
    return c;
}

static void recording(struct pc *pc, bool embed, struct buf *to)
{
    char why[PC_WHY] = "";

    ck_assert_msg(pc_record(pc, embed, put, to, why), "%s", why);
}

static uint64_t ended(struct pc *pc)
{
    uint64_t hash;

    pc_record_end(pc);
    hash = machine_hash(pc);            /* media are kept elsewhere */
    pc_free(pc);
    return hash;
}

static void ends_so(const struct buf *record, const char *engine, uint64_t hash)
{
    struct pc_replay_file *f;
    struct pc_config c;
    char why[PC_WHY] = "";
    struct pc *pc;

    ck_assert_msg(pc_replay_config(record->p, record->len, &f, why), "%s", why);
    c = *pc_replay_machine(f);
    c.engine = engine;
    pc = made(&c);
    ck_assert_msg(pc_replay(pc, f, why), "%s", why);
    while (!pc_replay_info(pc).over)
        pc_run(pc, 1000 * MS, 0);
    ck_assert_msg(pc_replay_info(pc).complete, "%s", pc_replay_info(pc).text);
    ck_assert(machine_hash(pc) == hash);
    pc_free(pc);
    free(f);
}

static void change(struct pc *pc, enum pc_drive d, const char *path,
                   bool readonly)
{
    const struct pc_medium m = { .path = path, .readonly = readonly,
                                 .snapshot = !readonly };
    char why[PC_WHY] = "";

    pc_eject(pc, d);
    pc_run(pc, 100 * MS, 0);
    ck_assert_msg(!path || pc_insert(pc, d, &m, why), "%s", why);
    pc_run(pc, 200 * MS, 0);
}

/* Changes of media before the record begins, and while it is made; all files
 * are gone afterwards. */
START_TEST(a_replay_needs_no_image)
{
    struct pc_config c = writer();
    struct buf record = { 0 };
    struct pc *pc;
    uint64_t hash;

    if (_i == 0)
        c.drive[PC_FDA].path = imd_image();
    c.drive[PC_FDA].readonly = _i == 0;
    pc = made(&c);
    if (_i) {
        pc_run(pc, 500 * MS, 0);
        change(pc, PC_FDA, _i == 1 ? raw_made("c.img", 737280, 8) : NULL,
               false);
        change(pc, PC_HDC, iso_image(), true);
    }
    recording(pc, true, &record);
    pc_run(pc, 1200 * MS, 0);
    change(pc, PC_FDB, raw_made("e.img", FLOPPY, 10), true);
    change(pc, PC_HDC, cue_image(), true);
    change(pc, PC_FDB, raw_made("d.img", FLOPPY, 9), false);
    pc_run(pc, 700 * MS, 0);
    hash = ended(pc);
    tear_down();
    ends_so(&record, "fast", hash);
    if (_i == 1)
        ends_so(&record, "plain", hash);
    buf_free(&record);
    set_up();
}
END_TEST

/* Without copies, too, drives are as they were: CD-ROM drives, empty ones, and
 * a disk that can't be written to. */
START_TEST(drives_are_what_they_were)
{
    struct pc_config c = writer();
    struct buf record = { 0 };
    struct pc *pc;
    uint64_t hash;

    c.drive[PC_HDA].readonly = true;
    pc = made(&c);
    if (_i) {
        pc_run(pc, 500 * MS, 0);
        change(pc, PC_HDC, iso_image(), true);
        change(pc, PC_FDA, NULL, true);
        change(pc, PC_FDB, raw_made("d.img", FLOPPY, 9), true);
    }
    recording(pc, false, &record);
    pc_run(pc, 2200 * MS, 0);
    hash = ended(pc);
    ends_so(&record, "fast", hash);
    buf_free(&record);
}
END_TEST

/* A damaged copy is refused with words that name the medium. */
START_TEST(a_record_with_a_damaged_copy)
{
    const struct pc_config c = writer();
    struct pc *pc = made(&c);
    struct pc_replay_file *f;
    struct buf record = { 0 };
    char why[PC_WHY] = "";
    u32 size;

    recording(pc, true, &record);
    ended(pc);
    record.p[record.len / 2] ^= 4;
    ck_assert(!pc_replay_config(record.p, record.len, &f, why));
    ck_assert_msg(strstr(why, "head is damaged"), "%s", why);
    size = get_le32(record.p + 12);
    put_le32(record.p + 16 + size, (u32)crc32_z(0, record.p + 16, size));
    ck_assert_msg(pc_replay_config(record.p, record.len, &f, why), "%s", why);
    ck_assert(!pc_new(pc_replay_machine(f), why));
    ck_assert_msg(strstr(why, "its copy in the record is damaged"), "%s", why);
    free(f);
    buf_free(&record);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("embed");
    TCase *t = tcase_create("embed");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, a_copy_is_the_medium, 0, COUNT(kinds));
    tcase_add_loop_test(t, damage_is_refused, 0, COUNT(kinds));
    tcase_add_test(t, what_is_too_large);
    tcase_add_loop_test(t, a_replay_needs_no_image, 0, 3);
    tcase_add_loop_test(t, drives_are_what_they_were, 0, 2);
    tcase_add_test(t, a_record_with_a_damaged_copy);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
