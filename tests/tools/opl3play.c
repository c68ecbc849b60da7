/* opl3play.c - plays a list of register writes on the OPL3.
 *
 * opl3play TRACE.txt OUT.s16: lines "SAMPLE REG VALUE", the last one
 * "SAMPLES n"; writes n stereo samples, 16 bits, at the chip's own rate.
 * opl3play -check FILE.txt..: compares with FILE.s16 beside each; ends with
 * how many are equal, and fails unless all are. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/sound/opl3.h"

struct sound { s16 *p; size_t n; };

static void make(struct opl3 *o, struct sound *s, size_t upto)
{
    size_t n = upto > s->n ? upto - s->n : 0;
    s16 *p = realloc(s->p, (upto + 1) * 2 * sizeof *p);

    if (!p)
        exit(2);
    s->p = p;
    opl3_make(o, p + 2 * s->n, (u32)n);
    s->n += n;
}

static bool play(const char *path, struct sound *s)
{
    static struct opl3 o;
    struct clk clk = { 0 };
    struct dev_env env = { &clk, NULL, 1 };
    FILE *f = fopen(path, "r");
    char line[80];
    unsigned long at;
    unsigned reg, v;

    if (!f)
        return fprintf(stderr, "%s: cannot be opened\n", path), false;
    memset(&o, 0, sizeof o);
    opl3_init(&o, &env);
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "SAMPLES %lu", &at) == 1) {
            make(&o, s, at);
        } else if (sscanf(line, "%lu %x %x", &at, &reg, &v) == 3) {
            make(&o, s, at);
            opl3_write(&o, reg & 0x1ff, (u8)v);
        }
    }
    return fclose(f), true;
}

static bool put(const char *path, const struct sound *s)
{
    FILE *f = fopen(path, "wb");
    bool good = f != NULL;

    for (size_t i = 0; good && i < 2 * s->n; i++)
        good = putc(s->p[i] & 0xff, f) != EOF &&
               putc(s->p[i] >> 8 & 0xff, f) != EOF;
    if (f && fclose(f))
        good = false;
    if (!good)
        fprintf(stderr, "%s: cannot be written\n", path);
    return good;
}

static bool same(const char *path, const struct sound *s)
{
    char name[1024];
    FILE *f;
    size_t i = 0;
    int low, high = EOF;

    snprintf(name, sizeof name, "%.*s.s16", (int)strlen(path) - 4, path);
    f = fopen(name, "rb");
    if (!f)
        return fprintf(stderr, "%s: cannot be opened\n", name), false;
    while ((low = getc(f)) != EOF && (high = getc(f)) != EOF) {
        if (i >= 2 * s->n || s->p[i] != (s16)(low | high << 8))
            break;
        i++;
    }
    fclose(f);
    if (low == EOF && i == 2 * s->n)
        return true;
    return printf("%s: sample %zu differs\n", path, i / 2), false;
}

static int check(int count, char **path)
{
    int good = 0;

    for (int n = 0; n < count; n++) {
        struct sound s = { 0 };

        good += play(path[n], &s) && same(path[n], &s);
        free(s.p);
    }
    printf("%d of %d traces are equal to the last bit\n", good, count);
    return good != count;
}

int main(int argc, char **argv)
{
    struct sound s = { 0 };

    if (argc > 2 && !strcmp(argv[1], "-check"))
        return check(argc - 2, argv + 2);
    if (argc != 3) {
        fprintf(stderr, "usage: opl3play TRACE.txt OUT.s16 | "
                "opl3play -check TRACE.txt..\n");
        return 2;
    }
    return play(argv[1], &s) && put(argv[2], &s) ? 0 : 1;
}
