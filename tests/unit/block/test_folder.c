/* test_folder.c - a folder of the host as a disk: what a guest writes there
 * comes to the host whole, and nowhere else, whatever is damaged or cut off. */
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
#include "machine/folder/folder.h"
#include "tests/lib/guestfat.h"
#include "tests/lib/machine_dir.h"
#include "tests/lib/random.h"

static u64 seed;
static struct buf told;

static void hear(void *ctx, struct block *b, const char *line)
{
    (void)ctx, (void)b;
    buf_put_bytes(&told, line, strlen(line));
    buf_put(&told, '\n', 1);
}

/* ---- the host's side ---- */

static void host_text(const char *name, const char *text)
{
    FILE *f = fopen(in_dir(name), "wb");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

/* What a file holds; "" when it is not there, which is told by `there`. */
static const char *host_has(const char *name, bool *there)
{
    static char text[4096];
    FILE *f = fopen(in_dir(name), "rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

    text[n] = 0;
    if (there)
        *there = f != NULL;
    if (f)
        fclose(f);
    return text;
}

static bool is_there(const char *name)
{
    struct stat st;

    return lstat(in_dir(name), &st) == 0;
}

static struct block *folder_disk(const char *options)
{
    static char path[PATH + 100];
    struct block *b = NULL;
    struct folder_how how;

    snprintf(path, sizeof path, "fat:%s%s/in", options, dir);
    how = folder_parse(path);
    ck_assert_msg(!folder_open(&b, &how, &guest_why), "%s", guest_why.text);
    b->tell = hear;
    return b;
}

static void folder_setup(void)
{
    setup();
    mkdir(in_dir("in"), 0755);
    mkdir(in_dir("out"), 0755);
    host_text("out/canary", "sings");
    told = (struct buf){ 0 };
}

/* All that is below a folder. */
static void host_clear(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;
    char name[PATH + 400];

    while (d && (e = readdir(d))) {
        struct stat st;

        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        if (fat_is_dots(e->d_name) || lstat(name, &st))
            continue;
        if (S_ISDIR(st.st_mode))
            host_clear(name);
        remove(name);
    }
    if (d)
        closedir(d);
}

static void folder_teardown(void)
{
    bool there;

    ck_assert_str_eq(host_has("out/canary", &there), "sings");
    ck_assert_int_eq(rmdir(in_dir("out")), -1);
    unlink(in_dir("out/canary"));
    ck_assert_int_eq(rmdir(in_dir("out")), 0);      /* nothing else in it */
    buf_free(&told);
    host_clear(in_dir("in"));
    teardown();
}

/* ---- what a guest does ---- */

START_TEST(it_arrives)
{
    struct block *b;
    struct stat st;

    host_text("in/old.txt", "old");
    host_text("in/gone.txt", "gone");
    host_text("in/A long name.text", "long");
    mkdir(in_dir("in/empty"), 0755);
    b = folder_disk("rw:");
    ck_assert(guest_text(b, "NEW.TXT", "new"));
    ck_assert(guest_text(b, "old.txt", "changed"));
    ck_assert(guest_rm(b, "gone.txt"));
    ck_assert(guest_rm(b, "empty"));
    ck_assert(guest_mkdir(b, "DIR"));
    ck_assert(guest_mv(b, "A long name.text", "DIR/Another name.text"));
    ck_assert(guest_write(b, "DIR/RO.TXT", "ro", 2, FAT_READONLY));
    ck_assert_str_eq(host_has("in/old.txt", NULL), "old");
    ck_assert_int_eq(block_flush(b), ERR_OK);
    ck_assert_str_eq(host_has("in/NEW.TXT", NULL), "new");
    ck_assert_str_eq(host_has("in/old.txt", NULL), "changed");
    ck_assert_str_eq(host_has("in/DIR/Another name.text", NULL), "long");
    ck_assert_str_eq(host_has("in/DIR/RO.TXT", NULL), "ro");
    ck_assert(!is_there("in/gone.txt") && !is_there("in/empty"));
    ck_assert(!is_there("in/A long name.text"));
    ck_assert_int_eq(stat(in_dir("in/DIR/RO.TXT"), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0222, 0);
    ck_assert_uint_eq(host_dos_time(st.st_mtim.tv_sec).date, 0x5a21);
    ck_assert(guest_mv(b, "DIR", "MOVED"));
    ck_assert(guest_rm(b, "MOVED/RO.TXT"));
    block_close(b);
    ck_assert_str_eq(host_has("in/MOVED/Another name.text", NULL), "long");
    ck_assert(!is_there("in/DIR") && !is_there("in/MOVED/RO.TXT"));
    ck_assert_uint_eq(told.len, 0);
}
END_TEST

/* A DOS program writes anew under the short name; the host's name stays. */
START_TEST(names_of_the_host_stay)
{
    struct block *b;

    host_text("in/A long name.text", "long");
    host_text("in/MixedCase.c", "mixed");
    b = folder_disk("rw:");
    ck_assert(guest_rm(b, "A long name.text"));
    ck_assert(guest_text(b, "ALONGN~1.TEX", "new"));
    ck_assert(guest_text(b, "MIXEDC~1.C", "changed"));
    block_close(b);
    ck_assert_str_eq(host_has("in/A long name.text", NULL), "new");
    ck_assert_str_eq(host_has("in/MixedCase.c", NULL), "changed");
    ck_assert(!is_there("in/ALONGN~1.TEX"));
}
END_TEST

START_TEST(without_rw_nothing_arrives)
{
    struct block *b;

    host_text("in/old.txt", "old");
    b = folder_disk("");
    ck_assert(guest_text(b, "NEW.TXT", "new"));
    ck_assert(guest_rm(b, "old.txt"));
    block_flush(b);
    block_close(b);
    ck_assert_str_eq(host_has("in/old.txt", NULL), "old");
    ck_assert(!is_there("in/NEW.TXT"));
}
END_TEST

/* Names that a directory should not have. */
START_TEST(nothing_leads_out)
{
    static const char *const raw[] = {
        "..         ", "../OUT  X  ", "/TMP    X  ", "\0\0\0\0\0\0\0\0\0\0\0",
        "CON        ", "NUL     TXT", "\x01\x02\x1f\x7f    \n\r\t",
        "           ", ".          ", "..\\OUT  X  ", "\x05\xff\x80     ~~~",
    };
    struct block *b = folder_disk("rw:");
    char name[20];

    for (size_t i = 0; i < COUNT_OF(raw); i++) {
        snprintf(name, sizeof name, "F%d.TXT", (int)i);
        ck_assert(guest_text(b, name, "from a guest"));
    }
    for (size_t i = COUNT_OF(raw); i-- > 0;) {
        snprintf(name, sizeof name, "F%d.TXT", (int)i);
        guest_patch(b, name, 0, raw[i], 11);
    }
    block_flush(b);
    ck_assert(!is_there("OUT.X") && !is_there("X") && !is_there("in/CON"));
    ck_assert(!is_there("in/NUL.TXT"));
    block_close(b);
}
END_TEST

/* Somebody puts a link where a folder was: nothing goes through it. */
START_TEST(links_are_not_followed)
{
    struct block *b;

    mkdir(in_dir("in/sub"), 0755);
    host_text("in/sub/a.txt", "a");
    host_text("in/file", "f");
    ck_assert_int_eq(symlink(in_dir("out/canary"), in_dir("in/link")), 0);
    b = folder_disk("rw:");
    ck_assert(!guest_read(b, "link", &told));
    ck_assert_int_eq(rename(in_dir("in/sub"), in_dir("in/moved")), 0);
    ck_assert_int_eq(symlink(in_dir("out"), in_dir("in/sub")), 0);
    unlink(in_dir("in/file"));
    ck_assert_int_eq(symlink(in_dir("out/canary"), in_dir("in/file")), 0);
    ck_assert(guest_text(b, "sub/a.txt", "evil"));
    ck_assert(guest_text(b, "sub/CANARY", "evil"));
    ck_assert(guest_text(b, "file", "evil"));
    ck_assert(guest_text(b, "LINK", "evil"));
    block_flush(b);
    ck_assert(guest_rm(b, "sub/a.txt"));
    block_close(b);
    ck_assert(!is_there("out/a.txt") && !is_there("out/CANARY"));
    unlink(in_dir("in/sub"));
}
END_TEST

/* ---- what is not whole ---- */

static u32 cluster_of(struct block *b, const char *path, u32 value)
{
    struct fat_entry e;
    struct fat f;

    guest_open(&f, b);
    ck_assert(!fat_find(&f, path, &e, &guest_why));
    if (value) {
        fat_set(&f, e.cluster, value == 1 ? 0 : value);
        fat_sync(&f, &guest_why);
    }
    fat_close(&f);
    return e.cluster;
}

START_TEST(half_files_wait)
{
    struct block *b;
    u8 big[4] = { 0, 0, 1, 0 }, small[4] = { 3, 0, 0, 0 }, cluster[2];
    u32 a, c;

    host_text("in/a.txt", "abc");
    b = folder_disk("rw:");
    a = cluster_of(b, "a.txt", 0);
    guest_patch(b, "a.txt", 28, big, 4);    /* its chain is too short */
    ck_assert(guest_text(b, "B.TXT", "b"));
    block_flush(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "abc");
    ck_assert_str_eq(host_has("in/B.TXT", NULL), "b");
    guest_patch(b, "a.txt", 28, small, 4);
    ck_assert(guest_text(b, "C.TXT", "c"));
    c = cluster_of(b, "C.TXT", 0);
    put_le16(cluster, a);
    guest_patch(b, "C.TXT", 26, cluster, 2);        /* crossed */
    block_flush(b);
    ck_assert(!is_there("in/C.TXT"));
    ck_assert_str_eq(host_has("in/a.txt", NULL), "abc");
    put_le16(cluster, c);
    guest_patch(b, "C.TXT", 26, cluster, 2);
    block_flush(b);
    ck_assert_str_eq(host_has("in/C.TXT", NULL), "c");
    cluster_of(b, "a.txt", a);              /* a ring */
    block_flush(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "abc");
    block_close(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "abc");
}
END_TEST

/* An entry that vanishes while its clusters stay is damage, no deletion; and
 * a disk that is formatted anew is another one. */
START_TEST(damage_deletes_nothing)
{
    static u8 zeros[64 * SECTOR];
    struct block *b;
    struct fat f;
    u8 s[SECTOR];

    host_text("in/a.txt", "abc");
    host_text("in/b.txt", "bcd");
    b = folder_disk("rw:");
    guest_open(&f, b);
    block_write(b, f.first + f.root_at, zeros, f.root_sectors);
    block_flush(b);
    ck_assert(is_there("in/a.txt") && is_there("in/b.txt"));
    block_read(b, f.first, s, 1);
    s[39] ^= 0xff;                          /* the serial number */
    block_write(b, f.first, s, 1);
    for (u32 i = 0; i < f.table_sectors * 2; i++)
        block_write(b, f.first + f.table_at + i, zeros, 1);
    fat_close(&f);
    block_close(b);
    ck_assert(is_there("in/a.txt") && is_there("in/b.txt"));
    buf_put(&told, 0, 1);
    ck_assert_ptr_nonnull(strstr((char *)told.p, "formatted"));
}
END_TEST

/* ---- both sides ---- */

START_TEST(both_change_a_file)
{
    struct block *b;

    host_text("in/a.txt", "abc");
    host_text("in/d.txt", "del");
    b = folder_disk("rw:");
    host_text("in/a.txt", "the host's");
    host_text("in/d.txt", "the host's");
    host_text("in/NEW.TXT", "the host's");
    ck_assert(guest_text(b, "a.txt", "the guest's"));
    ck_assert(guest_text(b, "NEW.TXT", "the guest's"));
    ck_assert(guest_rm(b, "d.txt"));
    block_flush(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "the host's");
    ck_assert_str_eq(host_has("in/a.guest.txt", NULL), "the guest's");
    ck_assert_str_eq(host_has("in/NEW.TXT", NULL), "the host's");
    ck_assert_str_eq(host_has("in/NEW.guest.TXT", NULL), "the guest's");
    ck_assert_str_eq(host_has("in/d.txt", NULL), "the host's");
    ck_assert(guest_text(b, "a.txt", "once more"));
    block_close(b);
    ck_assert_str_eq(host_has("in/a.guest.txt", NULL), "once more");
    ck_assert_str_eq(host_has("in/a.txt", NULL), "the host's");
    buf_put(&told, 0, 1);
    ck_assert_ptr_nonnull(strstr((char *)told.p, "a.txt was changed by the "
                                                 "guest and on the host"));
}
END_TEST

/* A state is loaded: the host's files stay, and what the guest writes from
 * there on goes out. */
START_TEST(going_back)
{
    struct buf state = { 0 };
    struct block *b;

    host_text("in/a.txt", "first");
    b = folder_disk("rw:");
    b->ops->save(b, &state);
    ck_assert(guest_text(b, "a.txt", "second"));
    ck_assert(guest_text(b, "LATER.TXT", "later"));
    state.cap = state.len;
    state.len = 0;
    ck_assert_int_eq(b->ops->load(b, &state, &guest_why), ERR_OK);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "second");
    ck_assert_str_eq(host_has("in/LATER.TXT", NULL), "later");
    block_flush(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "second");
    ck_assert_str_eq(host_has("in/LATER.TXT", NULL), "later");
    ck_assert(guest_text(b, "LATER.TXT", "again"));
    ck_assert(guest_text(b, "a.txt", "third"));
    block_close(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "third");
    ck_assert_str_eq(host_has("in/LATER.TXT", NULL), "again");
    ck_assert(!is_there("in/a.guest.txt"));
    /* In another process, with a folder that somebody worked in since. */
    host_text("in/a.txt", "the host's");
    b = folder_disk("rw:");
    state.len = 0;
    ck_assert_int_eq(b->ops->load(b, &state, &guest_why), ERR_OK);
    ck_assert(guest_text(b, "a.txt", "the guest's"));
    block_close(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "the host's");
    ck_assert_str_eq(host_has("in/a.guest.txt", NULL), "the guest's");
    buf_free(&state);
}
END_TEST

/* The history pokes clusters, and the machine goes on there or comes back. */
START_TEST(rewinding)
{
    static u8 was[8 * SECTOR], is[8 * SECTOR];
    struct block *b;
    struct fat f;
    u64 dir_at;
    u8 mask, now;

    host_text("in/a.txt", "abc");
    b = folder_disk("rw:");
    guest_open(&f, b);
    dir_at = (f.first + f.root_at) / 8;
    fat_close(&f);
    mask = b->ops->peek(b, dir_at, was);
    ck_assert(guest_text(b, "B.TXT", "b"));
    now = b->ops->peek(b, dir_at, is);
    b->ops->poke(b, dir_at, mask, was);
    ck_assert_str_eq(host_has("in/B.TXT", NULL), "b");
    guest_patch(b, "a.txt", 0, "X", 1);     /* replayed in the past */
    block_flush(b);
    ck_assert(is_there("in/a.txt"));
    b->ops->poke(b, dir_at, now, is);
    b->ops->arrived(b, false);
    block_flush(b);
    ck_assert(is_there("in/B.TXT"));
    b->ops->poke(b, dir_at, mask, was);
    b->ops->arrived(b, true);
    block_flush(b);
    ck_assert_str_eq(host_has("in/B.TXT", NULL), "b");
    ck_assert(guest_text(b, "C.TXT", "c"));
    block_close(b);
    ck_assert_str_eq(host_has("in/C.TXT", NULL), "c");
    ck_assert_str_eq(host_has("in/B.TXT", NULL), "b");
}
END_TEST

/* ---- the host's changes ---- */

static enum err write_through_disk(void *ctx, u64 sector, const void *buf,
                                   u32 n)
{
    return block_write(ctx, sector, buf, n);
}

static void look_again(struct block *b)
{
    struct block_put put = { write_through_disk, b };

    ck_assert_msg(!b->ops->refresh(b, &put, &guest_why), "%s",
                  guest_why.text);
}

static const char *guest_has(struct block *b, const char *path)
{
    static char text[100];
    struct buf has = { 0 };

    *text = 0;
    if (guest_read(b, path, &has) && has.len < sizeof text)
        snprintf(text, sizeof text, "%.*s", (int)has.len, (char *)has.p);
    buf_free(&has);
    return text;
}

START_TEST(the_host_changes)
{
    struct block *b;

    host_text("in/a.txt", "abc");
    host_text("in/gone.txt", "gone");
    mkdir(in_dir("in/dir"), 0755);
    host_text("in/dir/x", "x");
    b = folder_disk("rw:");
    ck_assert(guest_text(b, "OWN.TXT", "the guest's"));
    ck_assert(guest_text(b, "BOTH.TXT", "the guest's"));
    host_text("in/BOTH.TXT", "the host's");
    host_text("in/a.txt", "changed");
    host_text("in/new one.txt", "new");
    unlink(in_dir("in/gone.txt"));
    unlink(in_dir("in/dir/x"));
    rmdir(in_dir("in/dir"));
    mkdir(in_dir("in/dir2"), 0755);
    host_text("in/dir2/y", "y");
    ck_assert_str_eq(guest_has(b, "a.txt"), "abc");
    look_again(b);
    ck_assert_str_eq(guest_has(b, "a.txt"), "changed");
    ck_assert_str_eq(guest_has(b, "new one.txt"), "new");
    ck_assert_str_eq(guest_has(b, "dir2/y"), "y");
    ck_assert_str_eq(guest_has(b, "gone.txt"), "");
    ck_assert_str_eq(guest_has(b, "dir/x"), "");
    ck_assert_str_eq(guest_has(b, "OWN.TXT"), "the guest's");
    ck_assert_str_eq(guest_has(b, "BOTH.TXT"), "the host's");
    ck_assert_str_eq(guest_has(b, "BOTH.guest.TXT"), "the guest's");
    ck_assert_str_eq(host_has("in/BOTH.TXT", NULL), "the host's");
    ck_assert_str_eq(host_has("in/BOTH.guest.TXT", NULL), "the guest's");
    ck_assert(guest_text(b, "new one.txt", "from here"));
    ck_assert(guest_text(b, "a.txt", "from here"));
    block_close(b);
    ck_assert_str_eq(host_has("in/new one.txt", NULL), "from here");
    ck_assert_str_eq(host_has("in/a.txt", NULL), "from here");
}
END_TEST

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

        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        if (e->d_name[0] == '.' || lstat(name, &st))
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
    Suite *s = suite_create("folder");
    TCase *t = tcase_create("folder");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, getenv("POWER_CUTS") || getenv("DAMAGED") ? 3600 : 60);
    tcase_add_checked_fixture(t, folder_setup, folder_teardown);
    tcase_add_test(t, it_arrives);
    tcase_add_test(t, names_of_the_host_stay);
    tcase_add_test(t, without_rw_nothing_arrives);
    tcase_add_test(t, nothing_leads_out);
    tcase_add_test(t, links_are_not_followed);
    tcase_add_test(t, half_files_wait);
    tcase_add_test(t, damage_deletes_nothing);
    tcase_add_test(t, both_change_a_file);
    tcase_add_test(t, going_back);
    tcase_add_test(t, rewinding);
    tcase_add_test(t, the_host_changes);
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
