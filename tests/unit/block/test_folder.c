/* test_folder.c - a folder of the host as a disk: what a guest writes there
 * comes to the host whole, and nowhere else. */
#define _XOPEN_SOURCE 700
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/core/bytes.h"
#include "tests/lib/folderbed.h"

/* ---- what a killed run has left ---- */

enum { LEVELS = 24, LONG = 200 };       /* a path of more than PATH_MAX */

static bool in_folder(int fd, const char *name)
{
    return faccessat(fd, name, F_OK, 0) == 0;
}

START_TEST(what_was_half_written_goes)
{
    static const char half[] = ".isabox-new-7";
    char deep[LONG + 1];
    int fd[LEVELS + 1];
    struct block *b;

    memset(deep, 'd', LONG);
    deep[LONG] = 0;
    fd[0] = open(in_dir("in"), O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < LEVELS; i++) {
        ck_assert_int_eq(mkdirat(fd[i], deep, 0755), 0);
        fd[i + 1] = openat(fd[i], deep, O_RDONLY | O_DIRECTORY);
        ck_assert_int_ge(fd[i + 1], 0);
        close(openat(fd[i + 1], half, O_WRONLY | O_CREAT, 0644));
    }
    mkdirat(fd[0], half, 0755);         /* not a file of ours */
    host_text("in/kept.txt", "kept");
    block_close(folder_disk(""));
    for (int i = 1; i <= LEVELS; i++)
        ck_assert_msg(in_folder(fd[i], half), "%d", i);
    b = folder_disk("rw:");
    for (int i = 1; i <= LEVELS; i++)
        ck_assert_msg(!in_folder(fd[i], half), "%d", i);
    ck_assert(in_folder(fd[0], half) && in_folder(fd[0], "kept.txt"));
    block_close(b);
    for (int i = LEVELS; i >= 0; i--) {
        if (i < LEVELS)
            unlinkat(fd[i], deep, AT_REMOVEDIR);
        unlinkat(fd[i], half, i ? 0 : AT_REMOVEDIR);
        close(fd[i]);
    }
}
END_TEST

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

static int attr_on_host(const char *folder, const char *name)
{
    int fd = open(in_dir(folder), O_RDONLY | O_DIRECTORY);
    int attr = dosattr_get(fd, name, false);

    close(fd);
    return attr;
}

/* They are there in the next run, too, where the host can keep them. */
START_TEST(attributes_stay)
{
    struct block *b;
    struct stat st;

    host_text("in/plain.txt", "plain");
    host_text("in/set.txt", "set");
    mkdir(in_dir("in/dir"), 0755);
    b = folder_disk("rw:");
    ck_assert(guest_write(b, "HIDDEN.SYS", "h", 1,
                          FAT_HIDDEN | FAT_SYSTEM | FAT_READONLY));
    ck_assert(guest_set_attr(b, "set.txt", FAT_HIDDEN));
    ck_assert(guest_set_attr(b, "dir", FAT_HIDDEN));
    block_close(b);
    ck_assert_int_eq(stat(in_dir("in/HIDDEN.SYS"), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0222, 0);
    if (attr_on_host("in", "set.txt") < 0)
        return;                         /* not on this file system */
    ck_assert_int_eq(attr_on_host("in", "plain.txt"), -1);
    b = folder_disk("rw:");
    ck_assert_int_eq(guest_attr(b, "HIDDEN.SYS"), 7);
    ck_assert_int_eq(guest_attr(b, "set.txt"), FAT_HIDDEN);
    ck_assert_int_eq(guest_attr(b, "plain.txt"), FAT_ARCHIVE);
    ck_assert_int_eq(guest_attr(b, "dir"), FAT_FOLDER | FAT_HIDDEN);
    ck_assert(guest_set_attr(b, "HIDDEN.SYS", FAT_ARCHIVE | FAT_READONLY));
    ck_assert(guest_text(b, "set.txt", "anew"));
    block_close(b);
    b = folder_disk("");
    ck_assert_int_eq(guest_attr(b, "HIDDEN.SYS"), FAT_ARCHIVE | FAT_READONLY);
    ck_assert_int_eq(guest_attr(b, "set.txt"), FAT_ARCHIVE);
    block_close(b);
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
    ck_assert_uint_eq(told.len, 0);     /* it is no fault: it waits */
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
    guest_patch(b, "B.TXT", 28, "\0\0\0", 4); /* as while it is written */
    block_flush(b);
    ck_assert_str_eq(host_has("in/B.TXT", NULL), "b");
    cluster_of(b, "a.txt", a);              /* a ring */
    block_flush(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "abc");
    block_close(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "abc");
}
END_TEST

static u32 changes_left;

static bool power_lasts(void *ctx, enum tree_change what, const char *path)
{
    (void)ctx, (void)what, (void)path;
    return changes_left && changes_left--;
}

/* Two files get each other's name, and a third one's place is taken: at each
 * moment all contents are there. */
START_TEST(swapped_files_are_safe)
{
    struct block *b;
    bool one, two;

    host_text("in/a.txt", "one");
    host_text("in/b.txt", "two");
    b = folder_disk("rw:");
    ck_assert(guest_mv(b, "a.txt", "swap"));
    ck_assert(guest_mv(b, "b.txt", "a.txt"));
    ck_assert(guest_mv(b, "swap", "b.txt"));
    folder_tree(b)->may = power_lasts;
    changes_left = _i;
    block_flush(b);
    one = !strcmp(host_has("in/a.txt", NULL), "one") ||
          !strcmp(host_has("in/b.txt", NULL), "one");
    two = !strcmp(host_has("in/a.txt", NULL), "two") ||
          !strcmp(host_has("in/b.txt", NULL), "two");
    ck_assert_msg(one && two, "lost after %d changes", _i);
    folder_tree(b)->may = NULL;
    block_close(b);
    ck_assert_str_eq(host_has("in/a.txt", NULL), "two");
    ck_assert_str_eq(host_has("in/b.txt", NULL), "one");
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

int main(void)
{
    Suite *s = suite_create("folder");
    TCase *t = tcase_create("folder");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, folder_setup, folder_teardown);
    tcase_add_test(t, what_was_half_written_goes);
    tcase_add_test(t, it_arrives);
    tcase_add_test(t, attributes_stay);
    tcase_add_test(t, names_of_the_host_stay);
    tcase_add_test(t, without_rw_nothing_arrives);
    tcase_add_test(t, nothing_leads_out);
    tcase_add_test(t, links_are_not_followed);
    tcase_add_test(t, half_files_wait);
    tcase_add_loop_test(t, swapped_files_are_safe, 0, 6);
    tcase_add_test(t, damage_deletes_nothing);
    tcase_add_test(t, both_change_a_file);
    tcase_add_test(t, going_back);
    tcase_add_test(t, rewinding);
    tcase_add_test(t, the_host_changes);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
