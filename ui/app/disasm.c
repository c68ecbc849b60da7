/* disasm.c - isabox disasm FILE [-16|-32] [ORG]. */
#include "ui/app/disasm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"
#include "ui/app/options.h"

enum { INSN = 16 };

struct job {
    const char *path, *cpu;
    int bits;
    uint32_t org;
    FILE *f;
};

static int disasm_fail(const char *why)
{
    fprintf(stderr, "isabox: %s\n", why);
    return 2;
}

static bool is_org(const char *arg, uint32_t *org)
{
    char *end;
    unsigned long v = strtoul(arg, &end, 0);

    *org = (uint32_t)v;
    return end != arg && !*end && v <= 0xffffffff && *arg != '-';
}

static bool parse(struct job *j, int argc, char **argv, char *why)
{
    static const char *const flags[] = { "-16", "-32", "-cpu", NULL };

    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];

        if (!strcmp(a, "-16") || !strcmp(a, "-32"))
            j->bits = atoi(a + 1);
        else if (!strcmp(a, "-cpu") && i + 1 < argc)
            j->cpu = argv[++i];
        else if (*a == '-' && a[1])
            return opt_unknown(why, "disasm: unknown flag", a, flags);
        else if (!j->path)
            j->path = a;
        else if (!is_org(a, &j->org))
            return opt_bad(why, "disasm: ORG '%.40s' is no address", a);
    }
    return j->path || opt_bad(why, "usage: isabox disasm FILE [-16|-32] "
                              "[-cpu MODEL] [ORG]");
}

/* The last model knows the most. */
static const char *richest(void)
{
    int n = 0;

    while (pc_cpu_name(n + 1))
        n++;
    return pc_cpu_name(n);
}

/* A window of bytes slides over the file. */
static void disasm_list(const struct job *j, struct pc *pc)
{
    uint8_t b[INSN];
    size_t n = fread(b, 1, sizeof b, j->f);
    uint32_t at = j->org;
    char text[100];

    while (n) {
        int len = pc_disasm(pc, j->bits, b, n, at, text, sizeof text);

        printf("%08X  ", at);
        for (int i = 0; i < 8 || i < len; i++)
            printf(i < len ? "%02X" : "  ", b[i % INSN]);
        printf("  %s\n", text);
        memmove(b, b + len, n - (size_t)len);
        n -= (size_t)len;
        n += fread(b + n, 1, sizeof b - n, j->f);
        at += (uint32_t)len;
    }
}

int disasm_main(int argc, char **argv)
{
    struct job j = { .bits = 16, .cpu = richest() };
    struct pc_config config;
    struct pc *pc;
    char why[PC_WHY];

    if (!parse(&j, argc, argv, why))
        return disasm_fail(why);
    pc_config_init(&config);
    config.cpu = j.cpu;
    config.ram_kib = 640;
    if (!(pc = pc_new(&config, why)))
        return disasm_fail(why);
    j.f = fopen(j.path, "rb");
    if (j.f)
        disasm_list(&j, pc);
    else
        opt_bad(why, "%.150s: cannot be opened", j.path);
    pc_free(pc);
    return j.f ? fclose(j.f) : disasm_fail(why);
}
