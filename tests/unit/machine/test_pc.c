/* test_pc.c - the whole machine through pc.h: configuration, media, input,
 * state. */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "tests/lib/machine_dir.h"

#define CODE(...) (const uint8_t[]){ __VA_ARGS__ }, \
                  sizeof((const uint8_t[]){ __VA_ARGS__ })

/* A machine that boots these bytes. */
static struct pc *boot_code(struct heard *h, const void *code, size_t n)
{
    const char *path = in_dir("boot.img");
    struct pc_config c = machine_config(h);

    memset(h, 0, sizeof *h);
    ck_assert(file_boot(path, code, n, 1474560));
    c.drive[PC_FDA] = (struct pc_medium){ .path = path, .snapshot = true };
    c.exit_port = 0xf4;
    c.ctx = h;
    return make(&c);
}

static struct pc *boot_tour(bool cache_off)
{
    struct pc_config c = machine_config(NULL);

    c.out = NULL;
    c.builtin_disk = true;
    c.cache_off = cache_off;
    return make(&c);
}

static void refused(const struct pc_config *c, const char *words)
{
    char why[PC_WHY] = "";

    ck_assert_msg(!pc_new(c, why), "was not refused: %s", words);
    ck_assert_msg(strstr(why, words) != NULL, "'%s' lacks '%s'", why, words);
    ck_assert_msg(!pc_new(c, NULL), "refused only the first time");
}

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

        c.out = NULL;
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

/* What lies in a file of the folder. */
static const char *content(const char *name)
{
    static char text[200];
    FILE *f = fopen(in_dir(name), "rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

    if (f)
        fclose(f);
    text[n] = 0;
    return text;
}

/* Runs with room for so many bytes in any file. */
static void limit_files(rlim_t bytes)
{
    struct rlimit r;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &r);
    r.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &r);
}

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
    c.out = NULL;
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

/* Reads the second sector and sends its first byte to E9, 'E' for an error,
 * over and over. */
#define READER                                                            \
    0xb8, 0x01, 0x02, 0xbb, 0x00, 0x7e, 0xb9, 0x02, 0x00, 0xba, 0x00,     \
    0x00, 0xcd, 0x13, 0xb0, 0x45, 0x72, 0x03, 0xa0, 0x00, 0x7e, 0xe6,     \
    0xe9, 0xeb, 0xe7

static const char *letter_disk(const char *name, char letter, off_t size)
{
    uint8_t s[1024] = { READER };

    s[510] = 0x55, s[511] = 0xaa;
    s[512] = (uint8_t)letter;
    ck_assert(file_make(in_dir(name), s, sizeof s, size));
    return in_dir(name);
}

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

/* ---- input ---- */

/* Sends each key's character to E9. */
#define ECHO_KEYS 0xb4, 0x00, 0xcd, 0x16, 0xe6, 0xe9, 0xeb, 0xf8

START_TEST(keys_arrive_in_order)
{
    static const uint16_t code[] = { 0x1e, 0x30, 0x2e, 0x20, 0x12 };
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(ECHO_KEYS));

    pc_run(pc, 500 * MS, 0);
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < 5; i++) {
            ck_assert(pc_key(pc, code[i], true));
            ck_assert(pc_key(pc, code[i], false));
        }
    ck_assert_int_eq(pc_keys_pending(pc), 30);
    pc_run(pc, 500 * MS, 0);
    ck_assert_int_eq(pc_keys_pending(pc), 0);
    ck_assert_str_eq(h.text, "abcdeabcdeabcde");
    pc_free(pc);
}
END_TEST

/* A state saved with keys held and on their way: none stays down. */
START_TEST(release_after_load)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(ECHO_KEYS));
    char why[PC_WHY] = "";
    size_t n;
    void *bytes;

    pc_run(pc, 500 * MS, 0);
    pc_key(pc, 0x2a, true);             /* Shift, a */
    pc_key(pc, 0x1e, true);
    pc_run(pc, 100 * MS, 0);
    pc_key(pc, 0x30, true);             /* b, in the queue yet */
    bytes = pc_save_bytes(pc, &n);
    ck_assert_msg(pc_load_bytes(pc, bytes, n, why), "%s", why);
    free(bytes);
    pc_release(pc);
    pc_run(pc, 2000 * MS, 0);
    ck_assert_str_eq(h.text, "AB");     /* no key repeats */
    for (int i = 0; i < 2; i++) {
        pc_key(pc, i ? 0x30 : 0x1e, true);
        pc_key(pc, i ? 0x30 : 0x1e, false);
    }
    pc_run(pc, 100 * MS, 0);
    ck_assert_str_eq(h.text, "ABab");
    pc_free(pc);
}
END_TEST

START_TEST(full_queue)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xfa, 0xf4));    /* cli; hlt */
    struct pc_medium m = { .path = letter_disk("b.img", 'b', 1474560) };
    char why[PC_WHY];
    int n = 0;

    pc_run(pc, 500 * MS, 0);
    while (n < 10000 && pc_key(pc, 0x1e, n % 2 == 0))
        n++;
    ck_assert_int_ge(n, 100);
    ck_assert_int_lt(n, 10000);
    ck_assert(!pc_mouse(pc, 1, 1, 0, 0));
    ck_assert(!pc_receive(pc, PC_COM1, 'x'));
    ck_assert(!pc_insert(pc, PC_FDA, &m, why));
    ck_assert_ptr_nonnull(strstr(why, "queue is full"));
    pc_eject(pc, PC_FDA);
    pc_set_pace(pc, 1000);
    pc_run(pc, 2000 * MS, 0);           /* nobody takes them */
    ck_assert(!pc_key(pc, 0x1e, true) || pc_keys_pending(pc) > 0);
    pc_free(pc);
}
END_TEST

/* Polls COM1 and sends on to E9 what it receives. */
START_TEST(serial_arrives_in_order)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0xb8, 0xe3, 0x00, 0x31, 0xd2, 0xcd, 0x14,       /* 9600 bits/s */
        0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xf8, 0xba, 0xf8, 0x03,
        0xec, 0xe6, 0xe9, 0xeb, 0xf0));
    const char *p = "The quick brown fox";

    pc_run(pc, 500 * MS, 0);
    for (; *p; p++)
        ck_assert(pc_receive(pc, PC_COM1, (uint8_t)*p));
    ck_assert(!pc_receive(pc, PC_LPT1, 'x'));
    ck_assert(!pc_receive(pc, (enum pc_channel)99, 'x'));
    pc_run(pc, 500 * MS, 0);
    ck_assert_str_eq(h.text, "The quick brown fox");
    pc_free(pc);
}
END_TEST

/* The same at 115,200: as much at once as fits, at the line's pace, and a port
 * that nobody reads does not stop the other. */
START_TEST(serial_arrives_at_full_rate)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0xba, 0xfb, 0x03, 0xb0, 0x83, 0xee, 0xba, 0xf8, 0x03, 0xb8, 0x01,
        0x00, 0xef, 0xba, 0xfb, 0x03, 0xb0, 0x03, 0xee,
        0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xf8, 0xba, 0xf8, 0x03,
        0xec, 0xe6, 0xe9, 0xeb, 0xf0));
    size_t sent = 0;
    void *state;
    size_t n;

    pc_run(pc, 500 * MS, 0);
    while (pc_receive(pc, PC_COM2, 'x'))
        ;
    for (int slice = 0; slice < 20; slice++) {
        while (sent < HEARD && pc_receive(pc, PC_COM1, (uint8_t)(sent % 251)))
            sent++;
        pc_run(pc, 10 * MS, 0);
        state = pc_save_bytes(pc, &n);  /* what waits is part of it */
        ck_assert(pc_load_bytes(pc, state, n, NULL));
        free(state);
    }
    ck_assert_uint_gt(h.n, 0.95 * 11520 * 0.2);
    ck_assert_uint_le(h.n, 11520 * 0.2 + 1);
    for (size_t i = 0; i < h.n; i++)
        ck_assert_uint_eq((uint8_t)h.text[i], i % 251);
    pc_free(pc);
}
END_TEST

START_TEST(a_held_port)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xfa, 0xf4));

    for (size_t i = 0; i < 4; i++) {
        static const enum pc_channel channel[] = { PC_COM1, PC_COM2, PC_LPT1,
                                                   PC_DEBUGCON };
        enum pc_channel ch = channel[i];

        ck_assert(pc_hold(pc, ch, true));
        pc_run(pc, MS, 0);
        ck_assert_int_eq(pc_is_held(pc, ch), ch != PC_DEBUGCON);
        pc_hold(pc, ch, false);
        pc_run(pc, MS, 0);
        ck_assert(!pc_is_held(pc, ch));
    }
    pc_free(pc);
}
END_TEST

START_TEST(any_input_is_harmless)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(ECHO_KEYS));

    for (uint32_t k = 0; k < 0x10000; k += 97) {
        pc_key(pc, (uint16_t)k, k & 1);
        pc_mouse(pc, (int)(k << 16), INT32_MIN, INT32_MAX, k);
        pc_receive(pc, (enum pc_channel)(k % 4), (uint8_t)k);
        pc_run(pc, MS, 0);
    }
    pc_set_pace(pc, 0);
    pc_run(pc, MS, 0);
    pc_set_pace(pc, UINT32_MAX);
    pc_run(pc, MS, 0);
    pc_free(pc);
}
END_TEST

/* ---- why a run ends ---- */

START_TEST(run_reasons)
{
    static const struct { int stop, why; uint8_t code[16]; } rows[] = {
        /* mov al,5; out f4,al; hlt */
        { 0, PC_EXIT, { 0xb0, 0x05, 0xe6, 0xf4, 0xf4 } },
        /* mov al,fe; out 64,al; hlt */
        { PC_REBOOT, PC_REBOOT, { 0xb0, 0xfe, 0xe6, 0x64, 0xf4 } },
        /* lidt [7c08]; int3; six zero bytes at 7c08 */
        { PC_SHUTDOWN | PC_REBOOT, PC_SHUTDOWN | PC_REBOOT,
          { 0x0f, 0x01, 0x1e, 0x08, 0x7c, 0xcc } },
        /* hlt */
        { PC_FRAME, PC_FRAME, { 0xfa, 0xf4 } },
        { 0, PC_TIME, { 0xfa, 0xf4 } },
    };
    struct heard h;
    struct pc *pc = boot_code(&h, rows[_i].code, 16);

    if (rows[_i].stop & PC_FRAME)       /* POST's frames do not count */
        pc_run(pc, 500 * MS, 0);
    ck_assert_int_eq(pc_run(pc, 2000 * MS, rows[_i].stop), rows[_i].why);
    if (rows[_i].why == PC_EXIT)
        ck_assert_int_eq(pc_exit_code(pc), 11);
    if (rows[_i].why != PC_TIME)
        ck_assert_int_lt(pc_now(pc), 2000 * MS);
    pc_free(pc);
}
END_TEST

/* Borland's CRT unit: counts a tick and divides by 55. 'F': divide error. */
START_TEST(delay_loop_calibration)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x00, 0x00, 0x3f, 0x7c,
        0x8c, 0x0e, 0x02, 0x00, 0xb8, 0x40, 0x00, 0x8e, 0xc0, 0xbf,
        0x6c, 0x00, 0x26, 0x8a, 0x1d, 0x26, 0x3a, 0x1d, 0x74, 0xfb,
        0x26, 0x8a, 0x1d, 0xb8, 0xe4, 0xff, 0x99, 0x83, 0xe8, 0x01,
        0x83, 0xda, 0x00, 0x72, 0x05, 0x26, 0x3a, 0x1d, 0x74, 0xf3,
        0xf7, 0xd0, 0xf7, 0xd2, 0xb9, 0x37, 0x00, 0xf7, 0xf1, 0xb0,
        0x4f, 0xeb, 0x02, 0xb0, 0x46, 0xe6, 0xe9, 0xeb, 0xfe));

    pc_set_pace(pc, _i ? 2000 : pc_fastest_pace(pc));
    pc_run(pc, 2000 * MS, 0);
    ck_assert_int_eq(heard_last(&h), _i ? 'F' : 'O');
    pc_free(pc);
}
END_TEST

START_TEST(power_off)
{
    /* mov si,7c10; mov dx,8900; mov cx,8; rep outsb; cli; hlt */
    uint8_t code[64] = { 0xbe, 0x10, 0x7c, 0xba, 0x00, 0x89, 0xb9, 0x08,
                         0x00, 0xfc, 0xf3, 0x6e, 0xfa, 0xf4 };
    struct heard h;
    struct pc *pc;

    memcpy(code + 16, "Shutdown", 8);
    pc = boot_code(&h, code, sizeof code);
    ck_assert_int_eq(pc_run(pc, 2000 * MS, 0), PC_OFF);
    pc_free(pc);
}
END_TEST

START_TEST(reset_button)
{
    /* mov al,'B'; out e9,al; cli; hlt */
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xb0, 0x42, 0xe6, 0xe9, 0xfa, 0xf4));

    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "B");
    pc_reset(pc);
    ck_assert_int_eq(pc_run(pc, 1000 * MS, PC_REBOOT), PC_REBOOT);
    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "BB");
    pc_free(pc);
}
END_TEST

/* Ports 61 and 70 let it through; cli; hlt; then bit 6 of port 61 to port E9:
 * the switch ends the HLT, with the BIOS's handler in between. */
START_TEST(nmi_switch)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(0xb0, 0x00, 0xe6, 0x61, 0xe6, 0x70,
                                       0x31, 0xc0, 0x8e, 0xd8, 0xfa, 0xf4,
                                       0xe4, 0x61, 0x24, 0x40, 0xe6, 0xe9,
                                       0xfa, 0xf4));

    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "");
    pc_nmi(pc);
    pc_run(pc, 1000 * MS, 0);
    ck_assert_str_eq(h.text, "@");
    pc_free(pc);
}
END_TEST

/* Loops in which no instruction ever completes still let time pass: a fault
 * whose handler faults, a triple fault at the reset vector. */
START_TEST(fault_loops_end)
{
    static const uint8_t code[][24] = {
        /* xor ax,ax; mov ds,ax; mov word [24],7c0c; mov [26],ax; at 7c0c:
         * an undefined opcode, whose handler is itself */
        { 0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x18, 0x00, 0x0f, 0x7c, 0xa3,
          0x1a, 0x00, 0x90, 0x90, 0x0f, 0xff },
        /* div by zero, whose handler is the division */
        { 0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x00, 0x00, 0x0f, 0x7c, 0xa3,
          0x02, 0x00, 0x31, 0xc9, 0xf7, 0xf1 },
        /* int 0 .. whose handler is the same int */
        { 0x31, 0xc0, 0x8e, 0xd8, 0xc7, 0x06, 0x00, 0x01, 0x0f, 0x7c, 0xa3,
          0x02, 0x01, 0x90, 0x90, 0xcd, 0x40 },
        /* jmp to itself with the trap flag, vector 1 being the same jmp:
         * pushf; pop ax; or ah,1; push ax; popf; jmp $ */
        { 0x9c, 0x58, 0x80, 0xcc, 0x01, 0x50, 0x9d, 0xeb, 0xfe },
    };
    struct heard h;
    struct pc *pc = boot_code(&h, code[_i], 24);

    alarm(20);
    ck_assert_int_eq(pc_run(pc, 100 * MS, 0), PC_TIME);
    alarm(0);
    pc_free(pc);
}
END_TEST

START_TEST(garbage_bios)
{
    static const uint8_t fill[] = { 0x00, 0xff, 0xf4, 0xcc, 0x0f, 0x62 };
    struct heard h;
    struct pc_config c = machine_config(&h);
    static uint8_t rom[65536];
    struct pc *pc;

    memset(rom, fill[_i], sizeof rom);
    ck_assert(file_make(in_dir("rom"), rom, sizeof rom, 0));
    c.bios = in_dir("rom");
    pc = make(&c);
    alarm(20);
    ck_assert_int_eq(pc_run(pc, 50 * MS, 0), PC_TIME);
    alarm(0);
    pc_free(pc);
}
END_TEST

/* ---- the same machine again ---- */

enum { END_MS = 800 };

static uint64_t tour_hash(bool cache_off, int slice_ms)
{
    struct pc *pc = boot_tour(cache_off);
    uint64_t h;

    for (int t = 0; t < END_MS; t += slice_ms)
        pc_run(pc, t + slice_ms > END_MS ? END_MS * MS - pc_now(pc)
                                         : (t + slice_ms) * MS - pc_now(pc), 0);
    h = pc_hash(pc);
    pc_free(pc);
    return h;
}

START_TEST(same_run_same_hash)
{
    uint64_t h = tour_hash(false, END_MS);

    ck_assert(h == tour_hash(false, END_MS));
    ck_assert(h == tour_hash(true, END_MS));
    ck_assert(h == tour_hash(false, 10));   /* how often we look is nothing */
    ck_assert(h == tour_hash(false, 7));
}
END_TEST

START_TEST(looking_changes_nothing)
{
    struct pc *pc = boot_tour(false);
    struct pc_text *t = malloc(sizeof *t);
    uint64_t h = tour_hash(false, END_MS);
    size_t n;

    for (int i = 1; i <= 10; i++) {
        uint8_t mem[64];
        int64_t next;

        pc_run(pc, END_MS / 10 * i * MS - pc_now(pc), 0);
        pc_screen(pc);
        pc_text(pc, t);
        pc_hash(pc);
        pc_memory(pc, 0xfffffff0u, mem, sizeof mem);
        pc_idle(pc, &next);
        pc_leds(pc);
        free(pc_save_bytes(pc, &n));
    }
    ck_assert(h == pc_hash(pc));
    free(t);
    pc_free(pc);
}
END_TEST

START_TEST(two_machines)
{
    struct pc *a = boot_tour(false), *b = boot_tour(true);
    uint64_t h = tour_hash(false, END_MS);

    pc_key(b, 0x1e, true);              /* it goes its own way */
    for (int t = 10; t <= END_MS; t += 10) {
        pc_run(a, t * MS - pc_now(a), 0);
        pc_run(b, 9 * MS, 0);
    }
    ck_assert(pc_hash(a) == h);
    ck_assert(pc_hash(b) != h);
    pc_free(a);
    pc_run(b, 100 * MS, 0);
    pc_free(b);
}
END_TEST

/* ---- state ---- */

START_TEST(round_trip)
{
    static const int at[] = { 0, 1, 3, 20, 150, 600 };
    uint64_t end = tour_hash(false, END_MS), before;
    struct pc *a = boot_tour(false), *b = boot_tour(true);
    char why[PC_WHY] = "";

    pc_run(a, at[_i] * MS, 0);
    before = pc_hash(a);
    ck_assert_msg(pc_save(a, in_dir("state"), why), "%s", why);
    ck_assert(pc_hash(a) == before);
    pc_run(b, 333 * MS, 0);             /* what it was leaves no trace */
    ck_assert_msg(pc_load(b, in_dir("state"), why), "%s", why);
    ck_assert(pc_hash(b) == before);
    ck_assert(pc_now(b) == pc_now(a) && pc_icount(b) == pc_icount(a));
    pc_run(a, END_MS * MS - pc_now(a), 0);
    pc_run(b, END_MS * MS - pc_now(b), 0);
    ck_assert(pc_hash(a) == end);
    ck_assert_msg(pc_hash(b) == end, "saved at %d ms", at[_i]);
    ck_assert_int_eq(folder_count(dir), 1);
    pc_free(a);
    pc_free(b);
}
END_TEST

/* The x87 error line is still up, but port F0h has dropped the interrupt that
 * its edge made: a load must not make it again. */
START_TEST(fpu_error_round_trip)
{
    struct heard h;
    struct pc *pc = boot_code(&h, CODE(
        0xdb, 0xe3, 0xd9, 0x2e, 0x12, 0x7c, 0xd9, 0xe8, 0xd9, 0xee, 0xde,
        0xf9, 0xd9, 0xd0, 0xe6, 0xf0, 0xfa, 0xf4, 0x00, 0x03));
    char why[PC_WHY] = "";
    uint64_t before;
    size_t n;
    void *p;

    pc_run(pc, 500 * MS, 0);
    before = pc_hash(pc);
    p = pc_save_bytes(pc, &n);
    ck_assert_msg(pc_load_bytes(pc, p, n, why), "%s", why);
    ck_assert(pc_hash(pc) == before);
    free(p);
    pc_free(pc);
}
END_TEST

/* Loading into a machine that differs: words, and nothing has changed. */
START_TEST(other_machine)
{
    struct heard h = { .n = 0 };
    struct pc_config c = machine_config(&h);
    struct pc *a, *b;
    char why[PC_WHY] = "";
    uint64_t before;
    size_t n;
    void *bytes;

    c.builtin_disk = true;
    a = make(&c);
    pc_run(a, 300 * MS, 0);
    bytes = pc_save_bytes(a, &n);
    switch (_i) {
    case 0: c.ram_kib = 2048; break;
    case 1: c.cpu = "386"; break;
    case 2: c.no_fpu = true; break;
    case 3:
        c.builtin_disk = false;
        c.drive[PC_FDA].path = letter_disk("a.img", 'a', 1474560);
        break;
    }
    b = make(&c);
    pc_run(b, 50 * MS, 0);
    before = pc_hash(b);
    ck_assert(!pc_load_bytes(b, bytes, n, why));
    ck_assert_msg(strlen(why) > 10, "'%s'", why);
    ck_assert(pc_hash(b) == before);
    free(bytes);
    pc_free(a);
    pc_free(b);
}
END_TEST

START_TEST(bad_state_files)
{
    struct pc *pc = boot_tour(false);
    uint64_t before = pc_hash(pc);
    char why[PC_WHY] = "";
    size_t n;
    uint8_t *bytes = pc_save_bytes(pc, &n);

    ck_assert(!pc_load(pc, in_dir("none"), why));
    ck_assert_ptr_nonnull(strstr(why, "none: "));
    ck_assert(!pc_load(pc, dir, why));
    ck_assert(!pc_load(pc, "/dev/zero", why));
    ck_assert_ptr_nonnull(strstr(why, "/dev/zero: not a plain file"));
    file_make(in_dir("state"), "ISABOX", 6, 0);
    ck_assert(!pc_load(pc, in_dir("state"), why));
    ck_assert_ptr_nonnull(strstr(why, "not a state file"));
    for (size_t cut = 1; cut < n; cut = cut * 3 + 1)
        ck_assert(!pc_load_bytes(pc, bytes, n - cut, why));
    bytes[8]++;
    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    ck_assert_ptr_nonnull(strstr(why, "version"));
    bytes[8]--;
    bytes[n / 2] ^= 1;
    ck_assert(!pc_load_bytes(pc, bytes, n, why));
    bytes[n / 2] ^= 1;
    ck_assert(pc_hash(pc) == before);
    ck_assert(pc_load_bytes(pc, bytes, n, why));
    ck_assert(pc_hash(pc) == before);
    free(bytes);
    pc_free(pc);
}
END_TEST

/* ---- a save that fails leaves the older file ---- */

START_TEST(save_to_full_disk)
{
    struct pc *pc = boot_tour(false);
    char why[PC_WHY] = "";

    file_make(in_dir("state"), "the old one", 11, 0);
    limit_files(4096);
    ck_assert(!pc_save(pc, in_dir("state"), why));
    limit_files(RLIM_INFINITY);
    ck_assert_ptr_nonnull(strstr(why, "state: File too large"));
    ck_assert_str_eq(content("state"), "the old one");
    ck_assert_int_eq(folder_count(dir), 1);     /* no left-overs */
    ck_assert_int_eq(symlink("state", in_dir("link")), 0);
    limit_files(4096);
    ck_assert(!pc_save(pc, in_dir("link"), why));
    limit_files(RLIM_INFINITY);
    ck_assert_ptr_nonnull(strstr(why, "link: File too large"));
    ck_assert_str_eq(content("state"), "the old one");
    ck_assert_int_eq(symlink("/dev/full", in_dir("full")), 0);
    ck_assert(!pc_save(pc, in_dir("full"), why));
    ck_assert_ptr_nonnull(strstr(why, "full: not a plain file"));
    ck_assert_int_eq(mkfifo(in_dir("fifo"), 0600), 0);
    ck_assert(!pc_save(pc, in_dir("fifo"), why));       /* and no waiting */
    ck_assert_ptr_nonnull(strstr(why, "fifo: not a plain file"));
    ck_assert(!pc_load(pc, in_dir("fifo"), why));
    ck_assert_ptr_nonnull(strstr(why, "fifo: not a plain file"));
    ck_assert(!pc_save(pc, in_dir("no/such/folder"), why));
    ck_assert_ptr_nonnull(strstr(why, "folder: No such file"));
    ck_assert(!pc_save(pc, dir, why));
    ck_assert_ptr_nonnull(strstr(why, "directory"));
    pc_free(pc);
}
END_TEST

/* Neither a device nor somebody's file beside it is replaced. */
START_TEST(save_touches_only_its_file)
{
    struct pc *pc = boot_tour(false);
    char why[PC_WHY] = "";
    struct stat st;

    file_make(in_dir("state.new0"), "not yours", 9, 0);
    ck_assert_msg(pc_save(pc, in_dir("state"), why), "%s", why);
    ck_assert_str_eq(content("state.new0"), "not yours");
    ck_assert_int_eq(folder_count(dir), 2);
    ck_assert_int_eq(symlink("state", in_dir("link")), 0);
    ck_assert_msg(pc_save(pc, in_dir("link"), why), "%s", why);
    ck_assert(lstat(in_dir("link"), &st) == 0 && S_ISLNK(st.st_mode));
    pc_free(pc);
}
END_TEST

static void add_state(TCase *t)
{
    tcase_add_test(t, same_run_same_hash);
    tcase_add_test(t, looking_changes_nothing);
    tcase_add_test(t, two_machines);
    tcase_add_loop_test(t, round_trip, 0, 6);
    tcase_add_test(t, fpu_error_round_trip);
    tcase_add_loop_test(t, other_machine, 0, 4);
    tcase_add_test(t, bad_state_files);
    tcase_add_test(t, save_to_full_disk);
    tcase_add_test(t, save_touches_only_its_file);
    tcase_add_test(t, load_while_inserting);
}

/* ---- a run that is called back ---- */

static struct pc *called_back;

static void call_back(int sig)
{
    (void)sig;
    pc_hurry(called_back);
}

/* However often and whenever the host calls it back, it is the same run: here
 * through the BIOS's floppy reads, whose waits halt the CPU. */
START_TEST(called_back_any_time)
{
    const struct itimerval often = { { 0, 40 }, { 0, 40 } }, off = { 0 };
    struct pc_config c = machine_config(NULL);
    int64_t end = 60 * MS;
    struct pc *pc, *other;
    int times = 0;

    c.out = NULL;
    c.builtin_disk = true;
    pc = pc_new(&c, NULL);
    other = called_back = pc_new(&c, NULL);
    pc_run(pc, end, 0);
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = call_back }, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    while (pc_now(other) < end)
        times += pc_run(other, end - pc_now(other), 0) == PC_HURRIED;
    setitimer(ITIMER_REAL, &off, NULL);
    ck_assert_int_gt(times, 5);
    ck_assert_uint_eq(pc_hash(other), pc_hash(pc));
    pc_free(pc);
    pc_free(other);
}
END_TEST

static void add_run(TCase *t)
{
    tcase_add_test(t, insert_and_eject);
    tcase_add_test(t, keys_arrive_in_order);
    tcase_add_test(t, release_after_load);
    tcase_add_test(t, full_queue);
    tcase_add_test(t, serial_arrives_in_order);
    tcase_add_test(t, serial_arrives_at_full_rate);
    tcase_add_test(t, a_held_port);
    tcase_add_test(t, called_back_any_time);
    tcase_add_test(t, any_input_is_harmless);
    tcase_add_loop_test(t, run_reasons, 0, 5);
    tcase_add_loop_test(t, delay_loop_calibration, 0, 2);
    tcase_add_test(t, power_off);
    tcase_add_test(t, reset_button);
    tcase_add_test(t, nmi_switch);
    tcase_add_loop_test(t, fault_loops_end, 0, 4);
    tcase_add_loop_test(t, garbage_bios, 0, 6);
}

static void add_config(TCase *t)
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
}

int main(void)
{
    Suite *s = suite_create("pc");
    TCase *t[3] = { tcase_create("config"), tcase_create("run"),
                    tcase_create("state") };
    SRunner *r;
    int failed;

    add_config(t[0]);
    add_run(t[1]);
    add_state(t[2]);
    for (int i = 0; i < 3; i++) {
        tcase_add_checked_fixture(t[i], setup, teardown);
        tcase_set_timeout(t[i], 60);
        suite_add_tcase(s, t[i]);
    }
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
