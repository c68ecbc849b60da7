/* ndisasm.c - our disassembler against nasm's, over random bytes.
 *
 * usage: ndisasm [-v] [COUNT [SEED]]
 *
 * COUNT instructions for each of 16 and 32 bits, from random bytes. Lengths
 * must be the same, and texts once both are in one form (ndisasm_same.h), but
 * for what `reasons` lists; each reason's count is printed, and any other
 * difference fails. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/random_code.h"

enum { BATCH = 65536 };

struct differ {
    struct cpu cpu;
    u64 seed;
    int bits;
    bool verbose;
    long same, others;
    u8 bytes[BATCH * SLOT];
};

struct pair {
    const u8 *bytes;
    const char *ours, *theirs;
    int our_len, their_len, bits;
    u32 at;
};

#include "tests/lib/ndisasm_same.h"
#include "tests/lib/ndisasm_why.h"

static void judge(struct differ *d, const struct pair *p)
{
    if (p->our_len == p->their_len && strcmp(p->ours, p->theirs) == 0) {
        d->same++;
        return;
    }
    for (size_t n = 0; n < COUNT_OF(reasons); n++)
        if (reasons[n].fits(p)) {
            reasons[n].count++;
            return;
        }
    if (d->others++ < 40 || d->verbose) {
        printf("%d bits:", d->bits);
        for (int n = 0; n < p->our_len || n < p->their_len; n++)
            printf(" %02x", p->bytes[n]);
        printf(": \"%s\", ndisasm \"%s\"\n", p->ours, p->theirs);
    }
}

/* A line is an offset, the bytes (continued on lines that begin with a
 * space) and the text. */
static void read_line(struct differ *d, char *line, int their_len)
{
    char ours[128], *text;
    unsigned long at = strtoul(line, NULL, 16);
    struct pair p = { .at = (u32)at, .bits = d->bits };

    text = strchr(line + 10, ' ');
    if (!text)
        return;
    text += strspn(text, " ");
    text[strcspn(text, "\n")] = 0;
    p.bytes = d->bytes + at;
    p.our_len = insn_disasm(&d->cpu, p.bytes, RANDOM, (u32)at, ours,
                            sizeof ours);
    p.ours = ours;
    p.theirs = text;
    p.their_len = their_len;
    judge(d, &p);
}

static int byte_count(const char *hex)
{
    return (int)strspn(hex, "0123456789ABCDEF") / 2;
}

static int listing(struct differ *d, FILE *f)
{
    char line[300], held[300] = "";
    int len = 0;

    while (fgets(line, sizeof line, f)) {
        if (line[0] == ' ') {
            len += byte_count(line + strspn(line, " -"));
            continue;
        }
        if (*held)
            read_line(d, held, len);
        *held = 0;
        if (strtoul(line, NULL, 16) % SLOT == 0) {
            strcpy(held, line);
            len = byte_count(line + 10);
        }
    }
    if (*held)
        read_line(d, held, len);
    return pclose(f);
}

static int batch(struct differ *d, int n)
{
    const char *dir = getenv("TMPDIR");
    char file[200], command[240];
    int fd, status = 1;
    FILE *f;

    snprintf(file, sizeof file, "%.180s/ndisasm-XXXXXX", dir ? dir : "/tmp");
    fd = mkstemp(file);
    if (fd < 0)
        return 1;
    random_code(d->bytes, n, &d->seed);
    snprintf(command, sizeof command, "ndisasm -b %d '%s'", d->bits, file);
    if (write(fd, d->bytes, (size_t)n * SLOT) == (ssize_t)n * SLOT &&
        (f = popen(command, "r")))
        status = listing(d, f);
    close(fd);
    unlink(file);
    return status;
}

static int run(struct differ *d, int bits, long count)
{
    d->bits = bits;
    d->cpu.mode = MODE_PROT | (bits == 32 ? MODE_CS32 : 0);
    for (long left = count; left > 0; left -= BATCH)
        if (batch(d, left < BATCH ? (int)left : BATCH))
            return 1;
    return 0;
}

static struct differ differ;
static struct mem mem;
static struct bus bus;
static struct clk clk = { .ps_per_insn = 1000 };

int main(int argc, char **argv)
{
    bool v = argc > 1 && strcmp(argv[1], "-v") == 0;
    long count = argc > 1 + v ? atol(argv[1 + v]) : 100000;
    struct cpu_model model = *cpu_model_find("pentium2");
    long known = 0;

    differ.verbose = v;
    differ.seed = argc > 2 + v ? strtoull(argv[2 + v], NULL, 0) : 1;
    if (system("ndisasm -v > /dev/null 2>&1") != 0) {
        puts("ndisasm is not installed");
        return 77;
    }
    if (cpu_init(&differ.cpu, &model, &mem, &bus, &clk, NULL) ||
        run(&differ, 16, count) || run(&differ, 32, count))
        return 1;
    cpu_free(&differ.cpu);
    for (size_t n = 0; n < COUNT_OF(reasons); n++) {
        printf("%8ld %s\n", reasons[n].count, reasons[n].why);
        known += reasons[n].count;
    }
    printf("%ld same, %ld explained, %ld differ\n", differ.same, known,
           differ.others);
    return differ.others != 0 || differ.same < count;
}
