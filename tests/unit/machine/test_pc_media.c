/* test_pc_media.c - the whole machine through pc.h: what it is made of, its
 * files, disks that run full, change and go. */
#include <check.h>

#include "tests/lib/pcbed.h"

/* ---- configuration ---- */

START_TEST(config_errors)
{
    static const struct {
        const char *cpu, *boot;
        uint32_t abi, kib;
        const char *words;
    } rows[] = {
        { "486", "a", PC_ABI + 1, 1024, "pc.h" },
        { "z80", "a", PC_ABI, 1024, "no such CPU model: z80" },
        { "", "a", PC_ABI, 1024, "no such CPU model" },
        { "486", "a", PC_ABI, 639, "memory of 639 KB" },
        { "486", "a", PC_ABI, 636, "640 KB to 512 MB" },
        { "486", "a", PC_ABI, 1025, "memory of 1025 KB: not a multiple" },
        { "486", "a", PC_ABI, 524289, "640 KB to 512 MB" },
        { "486", "a", PC_ABI, UINT32_MAX, "640 KB to 512 MB" },
        { "486", "x", PC_ABI, 1024, "boot order 'x'" },
        { "486", "", PC_ABI, 1024, "boot order ''" },
        { "486", "acac", PC_ABI, 1024, "boot order 'acac'" },
    };
    struct heard h;
    struct pc_config c = machine_config(&h);

    c.cpu = rows[_i].cpu;
    c.boot = rows[_i].boot;
    c.abi = rows[_i].abi;
    c.ram_kib = rows[_i].kib;
    refused(&c, rows[_i].words);
}
END_TEST
enum { CONFIG_ERRORS = 11 };

START_TEST(config_extremes)
{
    static const uint32_t kib[] = { 640, 644, 1020, 1028, 16 << 10, 512 << 10 };
    struct heard h;
    struct pc_config c = machine_config(&h);
    struct pc *pc;

    c.ram_kib = kib[_i];
    c.cpu = NULL;
    c.boot = NULL;
    pc = make(&c);
    ck_assert_int_eq(pc_run(pc, 20 * MS, 0), PC_TIME);
    ck_assert_int_ge(pc_now(pc), 20 * MS);
    pc_free(pc);
}
END_TEST

START_TEST(every_model_starts)
{
    for (int n = 0; pc_cpu_name(n); n++) {
        struct pc_config c = machine_config(NULL);
        struct pc_text t;
        struct pc *pc;

        c.cpu = pc_cpu_name(n);
        c.builtin_disk = true;
        pc = make(&c);
        pc_run(pc, n ? 300 * MS : 600 * MS, 0);     /* at 4.77 MHz */
        ck_assert_msg(pc_text(pc, &t), "%s", c.cpu);
        ck_assert_msg(t.cell[0][2].ch == 'i', "%s: no greeting", c.cpu);
        pc_free(pc);
    }
}
END_TEST

/* ---- files ---- */

enum { MISSING, EMPTY, SHORT, DIRECTORY, READONLY, FIFO, HUGE_FLOPPY,
       FILE_ERRORS };

static const char *bad_file(int kind)
{
    const char *p = in_dir("bad-file.img");

    if (kind == EMPTY)
        file_make(p, "", 0, 0);
    else if (kind == SHORT)
        file_make(p, "short", 5, 0);
    else if (kind == DIRECTORY)
        mkdir(p, 0777);
    else if (kind == FIFO)
        mkfifo(p, 0666);
    else if (kind != MISSING)
        file_boot(p, "", 0, kind == HUGE_FLOPPY ? 10 << 20 : 1474560);
    if (kind == READONLY)
        chmod(p, 0444);
    return p;
}

START_TEST(media_errors)
{
    static const char *const words[FILE_ERRORS] = {
        "bad-file.img: no such file", "bad-file.img: file is empty",
        "bad-file.img: file is too short", "bad-file.img: is a directory",
        "bad-file.img: file is read-only", "bad-file.img: is not a file",
        "bad-file.img: larger than any floppy"
    };
    struct heard h = { .n = 0 };
    struct pc_config c = machine_config(&h);
    const char *path = bad_file(_i);

    for (int d = 0; d < PC_DRIVES; d++) {
        memset(c.drive, 0, sizeof c.drive);
        c.drive[d].path = path;
        if (_i == HUGE_FLOPPY && d >= PC_HDA)
            break;
        refused(&c, words[_i]);
    }
    if (_i == READONLY) {               /* these two are ways out */
        c.drive[PC_HDA] = (struct pc_medium){ .path = path, .readonly = true };
        c.drive[PC_FDA] = (struct pc_medium){ .path = path, .snapshot = true };
        memset(&c.drive[PC_HDD], 0, sizeof c.drive[0]);
        pc_free(make(&c));
    }
}
END_TEST

START_TEST(locked_medium)
{
    struct heard h;
    struct pc_config c = machine_config(&h);
    struct pc *one, *two;

    file_boot(in_dir("disk.img"), "", 0, 1474560);
    c.drive[PC_FDA].path = in_dir("disk.img");
    one = make(&c);
    refused(&c, "disk.img: file is in use");
    c.drive[PC_FDA].readonly = true;
    refused(&c, "disk.img: file is in use");
    pc_free(one);
    one = make(&c);                     /* readers share */
    two = make(&c);
    c.drive[PC_FDA].readonly = false;
    refused(&c, "disk.img: file is in use");
    pc_free(two);
    pc_free(one);
    pc_free(make(&c));                  /* nobody is left */
}
END_TEST

START_TEST(rom_errors)
{
    static const int kinds[] = { MISSING, EMPTY, DIRECTORY, HUGE_FLOPPY };
    struct heard h;
    struct pc_config c = machine_config(&h);
    const char *path = bad_file(kinds[_i]);

    c.bios = path;
    refused(&c, "bad-file.img");
    c.bios = NULL;
    c.vga_bios = path;
    refused(&c, "bad-file.img");
}
END_TEST

START_TEST(nvram)
{
    struct heard h;
    struct pc_config c = machine_config(&h);
    char name[400];
    struct stat st;

    c.nvram = in_dir("cmos");
    pc_free(make(&c));                  /* made when it is missing */
    ck_assert_int_eq(stat(in_dir("cmos"), &st), 0);
    ck_assert_int_eq(st.st_size, 128);
    pc_free(make(&c));
    file_make(in_dir("cmos"), "short", 5, 0);
    refused(&c, "cmos: ");
    ck_assert_int_eq(stat(in_dir("cmos"), &st), 0);
    ck_assert_int_eq(st.st_size, 5);    /* and is left alone */
    c.nvram = dir;
    refused(&c, dir);
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = 0;
    c.nvram = name;
    refused(&c, "xxx");
}
END_TEST

/* A guest that counts its runs in CMOS byte 50h; the clock's date is the
 * host's, not the file's. */
START_TEST(nvram_is_kept)
{
    struct heard h;
    struct pc_config c = machine_config(&h);
    struct pc *pc = boot_code(&h, CODE(
        0xb0, 0x50, 0xe6, 0x70, 0xe4, 0x71, 0xfe, 0xc0, 0xe6, 0xe9,
        0x88, 0xc4, 0xb0, 0x50, 0xe6, 0x70, 0x88, 0xe0, 0xe6, 0x71,
        0xb0, 0x09, 0xe6, 0x70, 0xe4, 0x71, 0xe6, 0xe9, 0xeb, 0xfe));

    pc_free(pc);
    c.drive[PC_FDA] =
        (struct pc_medium){ .path = in_dir("boot.img"), .snapshot = true };
    c.nvram = in_dir("cmos");
    for (int i = 1; i <= 3; i++) {
        h.n = 0;
        c.rtc_start = i == 3 ? INT64_C(1000000000) : 0;
        pc = make(&c);
        ck_assert_int_eq(pc_run(pc, 3000 * MS, 0), PC_TIME);
        pc_free(pc);
        ck_assert_uint_eq(h.n, 2);
        ck_assert_int_eq(h.text[0], i);
        ck_assert_int_eq(h.text[1], i == 3 ? 0x01 : 0x70);
    }
}
END_TEST

static void hear_error(void *ctx, int64_t now, enum pc_log_level level,
                       const char *who, const char *text)
{
    (void)now, (void)who;
    if (level == PC_LOG_ERROR)
        snprintf(ctx, HEARD, "%s", text);
}

/* A full disk at the end of a run leaves what was there, and says so. */
START_TEST(nvram_on_full_disk)
{
    char text[HEARD] = "", old[128];
    struct pc_config c = machine_config(NULL);
    struct pc *pc;

    memset(old, 'o', sizeof old);
    file_make(in_dir("cmos"), old, sizeof old, 0);
    c.nvram = in_dir("cmos");
    c.log = hear_error;
    c.ctx = text;
    pc = make(&c);
    limit_files(100);
    pc_free(pc);
    limit_files(RLIM_INFINITY);
    ck_assert_ptr_nonnull(strstr(text, "cmos: File too large"));
    ck_assert_uint_eq(strspn(content("cmos"), "o"), sizeof old);
    ck_assert_int_eq(folder_count(dir), 1);
}
END_TEST

/* A pipe without a reader holds nobody up, a device is no NVRAM, a link
 * stays one and what it leads to keeps its permissions. */
START_TEST(nvram_is_a_plain_file)
{
    struct pc_config c = machine_config(NULL);
    struct stat st;

    ck_assert_int_eq(mkfifo(in_dir("pipe"), 0600), 0);
    c.nvram = in_dir("pipe");
    refused(&c, "pipe: not a plain file");
    c.nvram = "/dev/null";
    refused(&c, "/dev/null: not a plain file");
    ck_assert_int_eq(unlink(in_dir("pipe")), 0);
    ck_assert(file_make(in_dir("cmos"), "", 0, 0));
    ck_assert_int_eq(chmod(in_dir("cmos"), 0640), 0);
    ck_assert_int_eq(symlink("cmos", in_dir("link")), 0);
    c.nvram = in_dir("link");
    pc_free(make(&c));
    ck_assert(lstat(in_dir("link"), &st) == 0 && S_ISLNK(st.st_mode));
    ck_assert(lstat(in_dir("cmos"), &st) == 0 && S_ISREG(st.st_mode));
    ck_assert_int_eq(st.st_mode & 0777, 0640);
    ck_assert_int_eq(st.st_size, 128);
}
END_TEST

/* INT 13h writes a sector of head 1, once more when the disk was changed; 'O',
 * or AH on an error, to E9. */
#define WRITER(drive)                                                     \
    0xb8, 0x01, 0x03, 0xb9, 0x01, 0x00, 0xba, drive, 0x01, 0xcd, 0x13,    \
    0x73, 0x09, 0x80, 0xfc, 0x06, 0x74, 0xee, 0x88, 0xe0, 0xeb, 0x02,     \
    0xb0, 0x4f, 0xe6, 0xe9, 0xeb, 0xfe

static int troubles;
static struct pc_trouble last_trouble;

static void count_trouble(void *ctx, const struct pc_trouble *t)
{
    (void)ctx;
    troubles++;
    last_trouble = *t;
}

/* A machine whose guest writes beyond what the host has room for. */
static struct pc *on_full_disk(struct heard *h, bool floppy, uint8_t action)
{
    static const uint8_t hd[] = { WRITER(0x80) }, fd[] = { WRITER(0x01) };
    struct pc_config c = machine_config(h);

    memset(h, 0, sizeof *h);
    troubles = 0;
    ck_assert(file_boot(in_dir("boot.img"), floppy ? fd : hd, sizeof hd,
                        1474560));
    ck_assert(file_make(in_dir("x.img"), "", 0, floppy ? 1474560 : 1 << 20));
    c.drive[PC_FDA] =
        (struct pc_medium){ .path = in_dir("boot.img"), .snapshot = true };
    c.drive[floppy ? PC_FDB : PC_HDA] = (struct pc_medium){
        .path = in_dir("x.img"), .on_write_error = action };
    c.boot = "a";
    c.trouble = count_trouble;
    return make(&c);
}

/* The guest learns of it, or not, as it is told. */
START_TEST(medium_on_full_disk)
{
    static const struct { uint8_t action; bool full; char heard; } t[] = {
        { PC_ERROR_REPORT, true, 0x20 }, { PC_ERROR_IGNORE, true, 'O' },
        { PC_ERROR_REPORT, false, 'O' },
    };
    struct heard h;
    struct pc *pc = on_full_disk(&h, false, t[_i].action);

    limit_files(t[_i].full ? 4096 : RLIM_INFINITY);
    ck_assert_int_eq(pc_run(pc, 3000 * MS, 0), PC_TIME);
    limit_files(RLIM_INFINITY);
    pc_free(pc);
    ck_assert_uint_eq(h.n, 1);
    ck_assert_int_eq((uint8_t)h.text[0], t[_i].heard);
    ck_assert_int_eq(troubles != 0, t[_i].full);
}
END_TEST

/* It is the default that the machine stops; with room again the write is
 * done, and the guest has seen nothing. On a floppy too, and over a state. */
START_TEST(medium_waits_for_room)
{
    struct heard h;
    struct pc *pc = on_full_disk(&h, _i & 1, _i & 2 ? PC_ERROR_STOP
                                                    : PC_ERROR_DEFAULT);
    char why[PC_WHY] = "";
    void *bytes;
    size_t n;

    limit_files(4096);
    ck_assert_int_eq(pc_run(pc, 9000 * MS, 0), PC_TROUBLE);
    ck_assert_int_eq(pc_run(pc, 9000 * MS, 0), PC_TROUBLE);
    bytes = pc_save_bytes(pc, &n);
    limit_files(RLIM_INFINITY);
    ck_assert_int_eq(troubles, 2);
    ck_assert(last_trouble.write && last_trouble.full);
    ck_assert_int_eq(last_trouble.drive, _i & 1 ? PC_FDB : PC_HDA);
    ck_assert_int_eq(last_trouble.action, PC_ERROR_STOP);
    ck_assert_str_eq(last_trouble.text, "File too large");
    ck_assert_uint_eq(h.n, 0);
    ck_assert_msg(pc_load_bytes_forced(pc, bytes, n, why), "%s", why);
    free(bytes);
    ck_assert_int_eq(pc_run(pc, 3000 * MS, 0), PC_TIME);
    ck_assert_str_eq(h.text, "O");
    ck_assert(pc_close(pc, why));
}
END_TEST

/* Another program cuts the file off while the guest reads it. */
START_TEST(medium_shrinks)
{
    struct heard h = { .n = 0 };
    struct pc_config c = machine_config(&h);
    struct pc *pc;

    file_boot(in_dir("hd.img"), "", 0, 1 << 20);
    c.drive[PC_HDA].path = in_dir("hd.img");
    pc = make(&c);
    ck_assert_int_eq(truncate(in_dir("hd.img"), 100), 0);
    ck_assert_int_eq(pc_run(pc, 500 * MS, 0), PC_TIME);
    pc_free(pc);
}
END_TEST

/* ---- floppy changes ---- */

static void expect_letter(struct pc *pc, struct heard *h, char letter)
{
    h->n = 0;
    for (int i = 0; i < 20 && heard_last(h) != letter; i++)
        pc_run(pc, 200 * MS, 0);
    ck_assert_msg(heard_last(h) == letter, "'%c' after '%c'", letter,
                  heard_last(h));
}

START_TEST(insert_and_eject)
{
    struct heard h = { .n = 0 };
    struct pc_config c = machine_config(&h);
    struct pc_medium m = { .path = letter_disk("b.img", 'b', 1474560) };
    char why[PC_WHY] = "";
    struct pc *pc;

    c.drive[PC_FDA].path = letter_disk("a.img", 'a', 1474560);
    pc = make(&c);
    expect_letter(pc, &h, 'a');
    pc_eject(pc, PC_FDA);
    expect_letter(pc, &h, 'E');
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    ck_assert(pc_insert(pc, PC_FDA, &m, why));      /* in its place */
    expect_letter(pc, &h, 'b');
    pc_eject(pc, PC_FDA);                           /* without time between */
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    expect_letter(pc, &h, 'b');
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    expect_letter(pc, &h, 'b');                     /* the same over itself */
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    pc_eject(pc, PC_FDA);                           /* the last word counts */
    expect_letter(pc, &h, 'E');
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    expect_letter(pc, &h, 'b');
    m.path = in_dir("none.img");
    ck_assert(!pc_insert(pc, PC_FDA, &m, why));
    ck_assert_ptr_nonnull(strstr(why, "none.img: no such file"));
    expect_letter(pc, &h, 'b');                     /* the old one stays */
    m.path = letter_disk("big.img", 'c', 2949120);
    ck_assert(!pc_insert(pc, PC_FDA, &m, why));
    ck_assert_ptr_nonnull(strstr(why, "big.img: does not fit"));
    ck_assert(!pc_insert(pc, PC_FDB, &m, why));     /* no such drive */
    ck_assert(!pc_insert(pc, PC_HDA, &m, why));
    m.path = letter_disk("a.img", 'd', 737280);     /* free again */
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    expect_letter(pc, &h, 'd');
    pc_free(pc);
}
END_TEST

/* A disk that is on its way when a state is loaded neither blocks the drive
 * nor falls into it. */
START_TEST(load_while_inserting)
{
    struct heard h = { .n = 0 };
    struct pc_config c = machine_config(&h);
    struct pc_medium m = { .path = letter_disk("b.img", 'b', 1474560) };
    char why[PC_WHY] = "";
    size_t n;
    void *bytes;
    struct pc *pc;

    c.drive[PC_FDA].path = letter_disk("a.img", 'a', 1474560);
    pc = make(&c);
    pc_run(pc, 100 * MS, 0);
    bytes = pc_save_bytes(pc, &n);
    ck_assert(pc_insert(pc, PC_FDA, &m, why));
    ck_assert_msg(pc_load_bytes(pc, bytes, n, why), "%s", why);
    free(bytes);
    expect_letter(pc, &h, 'a');
    ck_assert_msg(pc_insert(pc, PC_FDA, &m, why), "%s", why);
    bytes = pc_save_bytes(pc, &n);      /* on its way within the state */
    expect_letter(pc, &h, 'b');
    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    ck_assert_msg(pc_load_bytes_forced(pc, bytes, n, why), "%s", why);
    free(bytes);
    expect_letter(pc, &h, 'b');         /* no disk from nowhere, none lost */
    pc_free(pc);
}
END_TEST

static void add_media(TCase *t)
{
    tcase_add_loop_test(t, config_errors, 0, CONFIG_ERRORS);
    tcase_add_loop_test(t, config_extremes, 0, 6);
    tcase_add_test(t, every_model_starts);
    tcase_add_loop_test(t, media_errors, 0, FILE_ERRORS);
    tcase_add_test(t, locked_medium);
    tcase_add_loop_test(t, rom_errors, 0, 4);
    tcase_add_test(t, nvram);
    tcase_add_test(t, nvram_is_kept);
    tcase_add_test(t, nvram_on_full_disk);
    tcase_add_test(t, nvram_is_a_plain_file);
    tcase_add_loop_test(t, medium_on_full_disk, 0, 3);
    tcase_add_loop_test(t, medium_waits_for_room, 0, 4);
    tcase_add_test(t, medium_shrinks);
    tcase_add_test(t, insert_and_eject);
    tcase_add_test(t, load_while_inserting);
}

int main(void)
{
    return run_case("media", add_media);
}
