/* pcbed.h - machines that boot a few bytes or the tour, the disks they boot
 * from, and hosts without room. */
#ifndef PCBED_H
#define PCBED_H

#include <signal.h>
#include <sys/resource.h>

#include "tests/lib/machine_dir.h"

#define CODE(...) (const uint8_t[]){ __VA_ARGS__ }, \
                  sizeof((const uint8_t[]){ __VA_ARGS__ })

/* A machine that boots these bytes. */
static inline struct pc *boot_code(struct heard *h, const void *code, size_t n)
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

static inline struct pc *boot_tour(bool cache_off)
{
    struct pc_config c = machine_config(NULL);

    c.builtin_disk = true;
    c.cache_off = cache_off;
    return make(&c);
}

static inline void refused(const struct pc_config *c, const char *words)
{
    char why[PC_WHY] = "";

    ck_assert_msg(!pc_new(c, why), "was not refused: %s", words);
    ck_assert_msg(strstr(why, words) != NULL, "'%s' lacks '%s'", why, words);
    ck_assert_msg(!pc_new(c, NULL), "refused only the first time");
}

/* What lies in a file of the folder. */
static inline const char *content(const char *name)
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
static inline void limit_files(rlim_t bytes)
{
    struct rlimit r;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &r);
    r.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &r);
}

/* Reads the second sector and sends its first byte to E9, 'E' for an error,
 * over and over. */
#define READER                                                            \
    0xb8, 0x01, 0x02, 0xbb, 0x00, 0x7e, 0xb9, 0x02, 0x00, 0xba, 0x00,     \
    0x00, 0xcd, 0x13, 0xb0, 0x45, 0x72, 0x03, 0xa0, 0x00, 0x7e, 0xe6,     \
    0xe9, 0xeb, 0xe7

static inline const char *letter_disk(const char *name, char letter, off_t size)
{
    uint8_t s[1024] = { READER };

    s[510] = 0x55, s[511] = 0xaa;
    s[512] = (uint8_t)letter;
    ck_assert(file_make(in_dir(name), s, sizeof s, size));
    return in_dir(name);
}

/* Runs a suite of one case, each test in a folder of its own; what main()
 * returns. */
static inline int run_case(const char *name, void (*add)(TCase *t))
{
    Suite *s = suite_create(name);
    TCase *t = tcase_create(name);
    SRunner *r = srunner_create(s);
    int failed;

    add(t);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

#endif
