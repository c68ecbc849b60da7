/* rewinds.c - a user types, winds back, goes on with other keys, many times.
 * In the end the machine must be what another one is that was never wound and
 * was given the keys that have remained; and so must its disks.
 *
 *   rewinds [-engine NAME] [-seed N] GUEST TIMES [IMAGE [IMAGE]]
 *
 * GUEST is dos or elks, whose floppy IMAGE is, linux, which starts from the
 * first of two hard disks, or tour: every page of the built-in disk. Images are
 * not changed: the machines get copies, and write to these. The one that is
 * never wound runs on the fast engine. Prints a line; ends with 1 where the two
 * are not the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/pc.h"
#include "tests/lib/random.h"

#define MS INT64_C(1000000)
enum { DISK_NAME = 200, KEYS = 60000, MOST_BACK_MS = 2000, ESC = 1,
       ENTER = 0x1c, SHIFT = 0x2a, PAGES = 20, HISTORY_MB = 64 };

struct guest {
    const char *name, *cpu;
    uint32_t megs;
    int64_t boot_ms;
    int first;                          /* drive of the first image */
    const char *login;                  /* what is typed once, or NULL */
    const char *words[8];
};

static const struct guest guests[] = {
    { "dos", "486", 2, 3000, PC_FDA, NULL,
      { "dir\n", "echo one>two\n", "del two\n", "copy kernel.sys k\n",
        "del k\n", "type autoexec.bat\n" } },
    { "elks", "386", 2, 9000, PC_FDA, "root\n",
      { "ls /bin\n", "echo one>/two\n", "rm /two\n", "cp /bin/ls /k\n",
        "rm /k\n", "sync\n", "ps\n" } },
    { "linux", "pentium2", 64, 20000, PC_HDA, NULL,
      { "ls /bin\n", "ps\n", "sync\n", "md5sum /dev/sdb\n",
        "dd if=/bin/busybox of=/dev/sdb bs=4k count=9 seek=7\n",
        "dd if=/dev/sda of=/dev/sdb bs=4k count=20 seek=3\n",
        "cat /proc/interrupts\n" } },
    { "tour", "486", 4, 2500, PC_HDA, NULL, { NULL } },
};

struct typed {                          /* what has remained */
    struct { int64_t ns; uint16_t code; bool down; } key[KEYS];
    int n;
};

struct wound {                          /* the machine that is wound */
    struct pc *pc;
    const struct guest *g;
    struct typed *t;
    u64 seed;
    int winds;
};

static void give_up(const char *why)
{
    fprintf(stderr, "rewinds: %s\n", why);
    exit(2);
}

static struct pc *make(const struct guest *g, char disk[2][DISK_NAME],
                       const char *engine, uint64_t history)
{
    struct pc_config c;
    char why[PC_WHY];
    struct pc *pc;

    pc_config_init(&c);
    c.machine = "pc";
    c.cpu = g->cpu;
    c.ram_kib = g->megs << 10;
    c.engine = engine;
    c.rtc_start = 1767268800;
    c.boot = g->first == PC_HDA ? "c" : "a";
    if (!g->words[0]) {
        c.builtin_disk = true;
        c.builtin_start = PC_TOUR_MENU;
        c.boot = "a";
    }
    for (int n = 0; n < 2; n++)
        if (*disk[n])
            c.drive[g->first + n].path = disk[n];
    pc = pc_new(&c, why);
    if (!pc)
        give_up(why);
    if (!pc_history(pc, history))
        give_up("no memory for a history");
    return pc;
}

static void run(struct pc *pc, int64_t ms)
{
    int64_t end = pc_now(pc) + ms * MS;

    while (pc_now(pc) < end)
        pc_run(pc, end - pc_now(pc), 0);
}

/* ---- keys ---- */

/* What was pressed ahead of the place was never pressed. */
static void press(struct wound *w, uint16_t code, bool down)
{
    struct typed *t = w->t;

    while (t->n && t->key[t->n - 1].ns > pc_now(w->pc))
        t->n--;
    if (t->n == KEYS)
        give_up("too many keys");
    t->key[t->n].ns = pc_now(w->pc);
    t->key[t->n].code = code;
    t->key[t->n++].down = down;
    if (!pc_key(w->pc, code, down) || pc_in_past(w->pc))
        give_up("a key is not taken");
}

static void stroke(struct wound *w, uint16_t code)
{
    press(w, code, true);
    run(w->pc, 30);
    press(w, code, false);
    run(w->pc, 30);
}

static void type(struct wound *w, const char *word)
{
    static const char keys[] = "..1234567890-=..qwertyuiop[]..asdfghjkl;'..."
                               "zxcvbnm,./... ";

    for (; *word; word++) {
        if (*word == '>')
            press(w, SHIFT, true);
        stroke(w, *word == '\n' ? ENTER : *word == '>' ? 0x34
                      : (uint16_t)(strchr(keys, *word) - keys));
        if (*word == '>')
            press(w, SHIFT, false);
    }
}

/* Whatever a page does with it: letters, digits, arrows; none that leaves the
 * menu, and no Alt. */
static void type_at_random(struct wound *w)
{
    static const uint16_t codes[] = { 2, 3, 4, 5, 6, 7, 0xe048, 0xe050, 0xe04b,
                                      0xe04d, 0x39, 0x13, 0x14, 0x20, 0x21,
                                      0x30, 0x17, 0x32, 0x19, 0x0d, 0x3b };

    for (u32 n = 1 + random_below(&w->seed, 4); n; n--)
        stroke(w, codes[random_below(&w->seed, sizeof codes /
                                                   sizeof *codes)]);
}

/* ---- winding ---- */

static void wind(struct wound *w, u32 most)
{
    struct pc_moment first, last;
    char why[PC_WHY];
    int64_t to;

    pc_history_range(w->pc, &first, &last);
    to = last.ns - (int64_t)random_below(&w->seed, most) * MS;
    if (!pc_seek(w->pc, to < first.ns ? first.ns : to, why))
        give_up(why);
    w->winds++;
}

/* Back, a third of the times with another look and back again. */
static void wind_some(struct wound *w)
{
    wind(w, MOST_BACK_MS);
    if (random_below(&w->seed, 3) == 0) {
        run(w->pc, random_below(&w->seed, 300));
        wind(w, MOST_BACK_MS / 2);
    }
}

static void session(struct wound *w, int times)
{
    u32 words = 0;

    while (w->g->words[words])
        words++;
    if (w->g->login)
        type(w, w->g->login);
    run(w->pc, 1500);
    while (w->winds < times) {
        type(w, w->g->words[random_below(&w->seed, words)]);
        run(w->pc, random_below(&w->seed, 900));
        if (random_below(&w->seed, 4))
            wind_some(w);
    }
}

/* Page by page, by its letter; S, the self test, is the last. */
static void tour(struct wound *w, int times)
{
    static const uint16_t letters[PAGES] = {
        0x1e, 0x30, 0x2e, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26,
        0x32, 0x31, 0x18, 0x19, 0x10, 0x13, 0x14, 0x1f,
    };

    for (int page = 0; page < PAGES; page++) {
        stroke(w, ESC);
        run(w->pc, 500);
        stroke(w, letters[page]);
        run(w->pc, 700);
        while (w->winds < times * (page + 1) / PAGES) {
            type_at_random(w);
            run(w->pc, random_below(&w->seed, 600));
            wind(w, 900);
        }
    }
}

/* ---- comparing ---- */

/* What a machine that was never wound comes to. */
static uint64_t straight(const struct guest *g, const struct typed *t,
                         char disk[2][DISK_NAME], int64_t end)
{
    struct pc *pc = make(g, disk, "fast", 0);
    uint64_t hash;

    for (int i = 0; i < t->n; i++) {
        while (pc_now(pc) < t->key[i].ns)
            pc_run(pc, t->key[i].ns - pc_now(pc), 0);
        pc_key(pc, t->key[i].code, t->key[i].down);
    }
    while (pc_now(pc) < end)
        pc_run(pc, end - pc_now(pc), 0);
    hash = pc_hash(pc);
    pc_free(pc);
    return hash;
}

static void shell(const char *command, const char *a, const char *b)
{
    char line[700];

    snprintf(line, sizeof line, "%s '%s' '%s'", command, a, b);
    if (system(line) != 0)
        give_up(line);
}

/* Copies of the images, for either machine. */
static void make_disks(char disk[2][DISK_NAME], char **image, int n,
                       int machine)
{
    for (int i = 0; i < 2; i++) {
        *disk[i] = 0;
        if (i >= n)
            continue;
        snprintf(disk[i], DISK_NAME, "%s/isabox-rewinds.%d.%d.%d",
                 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", (int)getpid(),
                 machine, i);
        shell("install -m 600", image[i], disk[i]);
    }
}

static bool same_file(const char *a, const char *b)
{
    char line[5 * DISK_NAME];

    snprintf(line, sizeof line, "cmp -s '%s' '%s'", a, b);
    return system(line) == 0;
}

static bool same_disks(char a[2][DISK_NAME], char b[2][DISK_NAME],
                       char **image, int *written)
{
    bool same = true;

    for (int i = 0; i < 2; i++) {
        if (!*a[i])
            continue;
        same &= same_file(a[i], b[i]);
        *written += !same_file(a[i], image[i]);
        unlink(a[i]);
        unlink(b[i]);
    }
    return same;
}

static int rewinds(struct wound *w, const char *engine, int times, char **image,
                   int images)
{
    char disk[2][DISK_NAME], other[2][DISK_NAME];
    uint64_t hash, never;
    int64_t end;
    bool disks;
    int written = 0;

    make_disks(disk, image, images, 0);
    make_disks(other, image, images, 1);
    w->pc = make(w->g, disk, engine, (uint64_t)HISTORY_MB << 20);
    run(w->pc, w->g->boot_ms);
    (w->g->words[0] ? session : tour)(w, times);
    stroke(w, ENTER);                   /* the present is here from now on */
    run(w->pc, 4000);
    end = pc_now(w->pc);
    hash = pc_hash(w->pc);
    pc_free(w->pc);
    never = straight(w->g, w->t, other, end);
    disks = same_disks(disk, other, image, &written);
    printf("%s, %s: %d rewinds, %d keys remained, %.1f s, %d disks written to: "
           "%s\n", w->g->name, engine, w->winds, w->t->n, (double)end / 1e9,
           written,
           hash != never ? "ANOTHER STATE" : !disks ? "ANOTHER DISK"
                                                    : "the same");
    return hash != never || !disks;
}

int main(int argc, char **argv)
{
    struct wound w = { .seed = 77, .t = calloc(1, sizeof *w.t) };
    const char *engine = "compiled";
    int n = 1;

    for (; n + 1 < argc && argv[n][0] == '-'; n += 2)
        if (!strcmp(argv[n], "-engine"))
            engine = argv[n + 1];
        else
            w.seed = strtoul(argv[n + 1], NULL, 10) + 1;
    for (size_t i = 0; n < argc && i < sizeof guests / sizeof *guests; i++)
        if (!strcmp(argv[n], guests[i].name))
            w.g = &guests[i];
    if (!w.t || !w.g || n + 2 > argc || argc > n + 4) {
        fprintf(stderr, "usage: rewinds [-engine NAME] [-seed N] dos|elks|"
                "linux|tour TIMES [IMAGE [IMAGE]]\n");
        return 2;
    }
    return rewinds(&w, engine, atoi(argv[n + 1]), argv + n + 2, argc - n - 2);
}
