/* test_lack.c - what the library does where the host has no more memory, or a
 * file fails.
 *
 * Each job is done once, and its calls are counted. Then it is done again and
 * again, and each time another one of them fails, alone or with all behind it.
 * The job must come to the same end or say in words why not; afterwards, with
 * a host that has all again, what was there before must be there. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "machine/core/state.h"
#include "machine/iso/isodisc.h"
#include "tests/lib/lack.h"
#include "tests/lib/folderbed.h"
#include "tests/lib/seeds.h"

enum { TRIES = 12, SOME = 60 << 10 };
static char why[PC_WHY];

/* A job's end that is as good as none: it was refused, in words. */
static const u64 refused = 0;

/* What is wrong is told with a host that lacks nothing. */
static void must(bool ok, const char *what)
{
    if (ok)
        return;
    lack.what = ALL_THERE;
    ck_abort_msg("%s, at call %ld%s", what, lack.at, lack.on ? " and on" : "");
}

static u64 refuse(void)
{
    must(why[0], "it failed without a word");
    return refused;
}

/* ---- machines ---- */

static struct pc *machine(const char *e)
{
    static const char *const cards[] = { SMALL_CARD, "sb16", "gus" };
    struct pc_config c = machine_config(NULL);

    c.engine = e;
    c.rtc_start = 1767268800;
    c.builtin_disk = true;
    c.builtin_start = PC_TOUR_MENU;
    c.device = cards;
    c.devices = sizeof cards / sizeof cards[0];
    c.drive[PC_HDA].path = in_dir("c.qcow2");
    why[0] = 0;
    return pc_new(&c, why);
}

/* Wants memory of its own. */
static u64 hash_of(struct pc *pc)
{
    enum lacking was = lack.what;
    u64 hash;

    lack.what = ALL_THERE;
    hash = pc_hash(pc);
    lack.what = was;
    return hash;
}

/* A key that there is no room for is refused, and so is the job. */
static u64 run_on(struct pc *pc, int ms)
{
    bool taken;

    pc_run(pc, ms * MS, 0);
    taken = pc_key(pc, 0x1c, true) && pc_key(pc, 0x1c, false);
    pc_run(pc, ms * MS, 0);
    return taken ? hash_of(pc) : refused;
}

static u64 whole_run(const char *e)
{
    struct pc *pc = machine(pc_has_engine(e) ? e : NULL);
    u64 hash;

    if (!pc)
        return refuse();
    hash = run_on(pc, 700);
    pc_free(pc);
    return hash;
}

static u64 plain_run(void) { return whole_run("plain"); }
static u64 fast_run(void) { return whole_run("fast"); }
static u64 compiled_run(void) { return whole_run("compiled"); }

/* Saved and loaded. A machine that could not be loaded is what it was. */
static u64 state_run(void)
{
    struct pc *pc = machine(NULL);
    u64 hash, before;

    if (!pc)
        return refuse();
    hash = run_on(pc, 300);
    if (hash == refused) {
    } else if (pc_save(pc, in_dir("a.state"), why)) {
        run_on(pc, 200);
        before = hash_of(pc);
        if (!pc_load(pc, in_dir("a.state"), why)) {
            must(before == hash_of(pc), "a load that failed changed it");
            hash = refuse();
        } else
            must(hash == hash_of(pc), "it loads as another machine");
    } else
        hash = refuse();
    pc_free(pc);
    return hash;
}

/* A state file is the older one or the new one. Sectors that could not be read
 * when it was saved can be now, which takes force. */
static void state_stays(void)
{
    struct pc *pc = machine(NULL);

    ck_assert_msg(pc && pc_load_forced(pc, in_dir("a.state"), why), "%s", why);
    pc_free(pc);
}

/* Back and on from there; what remains is the same. */
static u64 travel(struct pc *pc)
{
    u64 hash = run_on(pc, 400);
    s64 at = pc_now(pc);

    if (hash == refused || run_on(pc, 600) == refused)
        return refused;
    if (!pc_seek(pc, at, why))
        return refuse();
    must(hash_of(pc) == hash, "its past is another one");
    return run_on(pc, 300);
}

static u64 history_run(void)
{
    struct pc *pc = machine(NULL);
    u64 hash = refused;

    if (!pc)
        return refuse();
    if (pc_history(pc, 16 << 20))
        hash = travel(pc);
    pc_free(pc);
    return hash;
}

static struct buf record;

static bool record_put(void *ctx, const void *bytes, size_t n)
{
    enum lacking was = lack.what;

    (void)ctx;
    lack.what = ALL_THERE;              /* the test's own memory */
    buf_put_bytes(&record, bytes, n);
    lack.what = was;
    return true;
}

static u64 replay_to_end(void)
{
    struct pc_replay_file *f = NULL;
    struct pc *pc;
    u64 hash = refused;

    if (!pc_replay_config(record.p, record.len, &f, why))
        return refuse();
    pc = pc_new(pc_replay_machine(f), why);
    if (!pc || !pc_replay(pc, f, why)) {
        refuse();
    } else if (pc_run(pc, 5000 * MS, 0) & PC_REPLAYED) {
        must(!pc_replay_info(pc).diverged, "the replay diverged");
        hash = hash_of(pc);
    }
    if (pc)
        pc_free(pc);
    free(f);
    return hash;
}

static u64 record_run(void)
{
    struct pc *pc = machine(NULL);
    bool whole;

    if (!pc)
        return refuse();
    record.len = 0;
    if (!pc_record(pc, false, record_put, NULL, why)) {
        pc_free(pc);
        return refuse();
    }
    whole = run_on(pc, 300) != refused && pc_recording(pc);
    pc_record_end(pc);
    pc_free(pc);
    return whole ? replay_to_end() : refused;
}

/* ---- the image tool ---- */

/* A word that begins with @ is a file of the test's folder. */
static int tool(const char *const *word)
{
    const struct pc_image_io io = { .now = 1767268800 };
    const char *argv[12];
    int n = 0;

    for (; word[n]; n++)
        argv[n] = word[n][0] == '@' ? in_dir(word[n] + 1) : word[n];
    why[0] = 0;
    n = pc_image(n, argv, &io, why);
    must(n != 2 || why[0], word[0]);
    return n;
}
#define TOOL(...) tool((const char *const[]){ __VA_ARGS__, NULL })

static const char *format;              /* of the job */

/* Files go in, the image becomes another one, and they come out again. */
static u64 tool_run(void)
{
    if (TOOL("put", "@a.img", "@big", "@small", "/") ||
        TOOL("convert", "-O", "qcow2", "@a.img", "@b.img") ||
        TOOL("resize", "@b.img", "+4M") ||
        TOOL("get", "@b.img", "/big", "/small", "@out"))
        return refuse();
    must(file_same(in_dir("out/big"), in_dir("big")) &&
         file_same(in_dir("out/small"), in_dir("small")), "wrong files");
    return 1;
}

static void lay_files(void)
{
    static char bytes[SOME];

    for (int i = 0; i < SOME; i++)
        bytes[i] = (char)(i * 31 + i / 512);
    ck_assert(file_make(in_dir("old"), bytes + 9, SOME / 2, 0));
    ck_assert(file_make(in_dir("big"), bytes, SOME, 0));
    ck_assert(file_make(in_dir("small"), "some words\n", 11, 0));
}

static void clear_out(void)
{
    remove(in_dir("out/big"));
    remove(in_dir("out/small"));
    remove(in_dir("out/old"));
    rmdir(in_dir("out"));
    mkdir(in_dir("out"), 0700);
}

static void lay_image(void)
{
    remove(in_dir("a.img"));
    remove(in_dir("b.img"));
    clear_out();
    lay_files();
    ck_assert_msg(!TOOL("create", "-f", format, "--fat", "@a.img", "6M"), "%s",
                  why);
    ck_assert_msg(!TOOL("put", "@a.img", "@old", "/"), "%s", why);
}

/* What was in the image before is in it; it has no worse than leaks. */
static void image_stays(void)
{
    clear_out();
    ck_assert_msg(TOOL("check", "@a.img") != 2, "%s", why);
    ck_assert_msg(!TOOL("get", "@a.img", "/old", "@out"), "%s: %s", format,
                  why);
    ck_assert(file_same(in_dir("out/old"), in_dir("old")));
}

static u64 commit_run(void)
{
    if (TOOL("put", "@top.img", "@big", "/") || TOOL("commit", "@top.img"))
        return refuse();
    return 1;
}

static void lay_overlay(void)
{
    lay_image();
    remove(in_dir("top.img"));
    ck_assert_msg(!TOOL("create", "-f", "qcow2", "-b", "@a.img", "-F", format,
                        "@top.img"), "%s", why);
}

static void overlay_stays(void)
{
    clear_out();
    ck_assert_msg(!TOOL("get", "@top.img", "/old", "@out"), "%s", why);
    ck_assert(file_same(in_dir("out/old"), in_dir("old")));
}

/* ---- a folder as a drive ---- */

static void lay_folder(void)
{
    host_clear(in_dir("in"));
    mkdir(in_dir("in"), 0700);
    host_text("in/old.txt", "old");
    host_text("in/stays.txt", "stays");
    host_text("in/A long name.text", "long");
}

/* What a guest does there has all that it needs. */
static bool guest_works(struct block *b)
{
    enum lacking was = lack.what;
    bool worked;

    lack.what = ALL_THERE;
    worked = guest_text(b, "NEW.TXT", "new") &&
             guest_text(b, "old.txt", "changed") && guest_mkdir(b, "DIR") &&
             guest_mv(b, "A long name.text", "DIR/Another name.text");
    lack.what = was;
    return worked;
}

static u64 folder_run(void)
{
    struct why words = { "" };
    struct folder_how how;
    static char fat[PATH + 100];
    struct block *b = NULL;
    enum err e;

    snprintf(fat, sizeof fat, "fat:rw:%s/in", dir);
    how = folder_parse(fat);
    if (folder_open(&b, &how, &words)) {
        must(words.text[0], "no folder, and no word");
        return refused;
    }
    must(guest_works(b), "the guest could not work");
    e = block_flush(b);
    block_close(b);
    if (e)
        return refused;
    must(!strcmp(host_has("in/NEW.TXT", NULL), "new") &&
             !strcmp(host_has("in/old.txt", NULL), "changed"),
         "a flush that worked has brought nothing");
    return 1;
}

/* Each file is the older or the new one, under one name at least. */
static void folder_stays(void)
{
    bool old, new, long_one, other;
    const char *text = host_has("in/old.txt", &old);

    ck_assert(!strcmp(text, "old") || !strcmp(text, "changed"));
    text = host_has("in/NEW.TXT", &new);
    ck_assert(!new || !strcmp(text, "new"));
    ck_assert_str_eq(host_has("in/stays.txt", NULL), "stays");
    host_has("in/A long name.text", &long_one);
    text = host_has(long_one ? "in/A long name.text"
                             : "in/DIR/Another name.text", &other);
    ck_assert_str_eq(text, "long");
}

/* ---- a folder as a disc ---- */

static u64 disc_run(void)
{
    struct why words = { "" };
    struct block *b = NULL;
    u8 part[4 * SECTOR];
    u64 hash = 1;
    enum err e = isodisc_open(&b, in_dir("in"), NULL, &words);

    must(!e || words.text[0], "no disc, and no word");
    for (u64 at = 0; !e && at < b->sectors; at += 4) {
        e = block_read(b, at, part, 4);
        hash = hash_bytes(hash, part, sizeof part);
    }
    block_close(b);
    return e ? refused : hash;
}

/* Dates are on the disc. */
static void lay_disc(void)
{
    static const char *const all[] = { "in/old.txt", "in/stays.txt",
                                       "in/A long name.text", "in" };

    lay_folder();
    for (size_t i = 0; i < COUNT_OF(all); i++)
        host_set_time(in_dir(all[i]), (struct dos_time){ 0x2345, 0x1234 });
}

/* ---- all of it ---- */

static void nothing(void)
{
}

static const struct job {
    const char *name;
    void (*begin)(void);
    u64 (*run)(void);
    void (*after)(void);
    const char *format;
    bool seen;                          /* the guest sees files that fail */
} jobs[] = {
    { "plain", nothing, plain_run, nothing, NULL, true },
    { "fast", nothing, fast_run, nothing, NULL, true },
    { "compiled", nothing, compiled_run, nothing, NULL, true },
    { "state", nothing, state_run, state_stays, NULL, true },
    { "history", nothing, history_run, nothing, NULL, true },
    { "record", nothing, record_run, nothing, NULL, true },
    { "image raw", lay_image, tool_run, image_stays, "raw", false },
    { "image qcow2", lay_image, tool_run, image_stays, "qcow2", false },
    { "image vpc", lay_image, tool_run, image_stays, "vpc", false },
    { "image vdi", lay_image, tool_run, image_stays, "vdi", false },
    { "image vmdk", lay_image, tool_run, image_stays, "vmdk", false },
    { "commit", lay_overlay, commit_run, overlay_stays, "qcow2", false },
    { "folder", lay_folder, folder_run, folder_stays, NULL, false },
    { "disc", lay_disc, disc_run, nothing, NULL, false },
};

/* One time through with the n-th call failing; 0: none does. */
static u64 go(const struct job *j, enum lacking what, long n, bool on)
{
    u64 got;

    format = j->format;
    j->begin();
    lack.what = what;
    lack.at = n;
    lack.on = on;
    lack.calls = 0;
    got = j->run();
    lack.what = ALL_THERE;
    j->after();
    return got;
}

/* LACKS=all: each call of every job; else some that are spread over them. */
static void lack_often(const struct job *j, enum lacking what)
{
    const char *all = getenv("LACKS");
    u64 want = go(j, what, 0, false), got;
    long calls = lack.calls, step, ends = 0, tries = 0;

    ck_assert_msg(want != refused, "%s: %s", j->name, why);
    step = all ? 1 : 1 + calls / (long)seeds_for(TRIES);
    for (long n = 1; n <= calls; n += step)
        for (int on = 0; on < 2; on++) {
            got = go(j, what, n, on);
            ck_assert_msg(got == want || got == refused ||
                              (j->seen && what == NO_HOST),
                          "%s: another end, %s call %ld of %ld%s", j->name,
                          what == NO_MEMORY ? "memory" : "host", n, calls,
                          on ? " and on" : "");
            ends += got == want;
            tries++;
        }
    if (all)
        printf("%s: %ld calls for %s, %ld runs, %ld to the end\n", j->name,
               calls, what == NO_MEMORY ? "memory" : "files", tries, ends);
}

static void before(void)
{
    setup();
    ck_assert_msg(!TOOL("create", "-f", "qcow2", "--fat", "@c.qcow2", "8M"),
                  "%s", why);
}

START_TEST(memory_is_short)
{
    lack_often(&jobs[_i], NO_MEMORY);
}
END_TEST

START_TEST(files_fail)
{
    lack_often(&jobs[_i], NO_HOST);
}
END_TEST

int main(void)
{
    const int n = sizeof jobs / sizeof jobs[0];
    Suite *s = suite_create("lack");
    TCase *t = tcase_create("lack");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 3600);
    tcase_add_checked_fixture(t, before, teardown);
    tcase_add_loop_test(t, memory_is_short, 0, n);
    tcase_add_loop_test(t, files_fail, 0, n);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
