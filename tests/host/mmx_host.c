/* mmx_host.c - MMX against the host's own, on random operands.
 *
 * usage: mmx_host [ROUNDS] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/exec.h"
#include "tests/lib/random.h"

#if defined(__x86_64__) || defined(__i386__)

#define HOST(name)                                                          \
    static u64 host_##name(u64 x, u64 y)                                    \
    {                                                                       \
        u64 r;                                                              \
                                                                            \
        __asm__ volatile("movq %1, %%mm1\n\tmovq %2, %%mm2\n\t"             \
                         #name " %%mm2, %%mm1\n\tmovq %%mm1, %0\n\temms"    \
                         : "=m"(r) : "m"(x), "m"(y)                         \
                         : "mm1", "mm2", "memory");                         \
        return r;                                                           \
    }
#define OPERATIONS(X)                                                       \
    X(0x60, punpcklbw) X(0x61, punpcklwd) X(0x62, punpckldq)                \
    X(0x63, packsswb) X(0x64, pcmpgtb) X(0x65, pcmpgtw) X(0x66, pcmpgtd)    \
    X(0x67, packuswb) X(0x68, punpckhbw) X(0x69, punpckhwd)                 \
    X(0x6a, punpckhdq) X(0x6b, packssdw) X(0x74, pcmpeqb) X(0x75, pcmpeqw)  \
    X(0x76, pcmpeqd) X(0xd1, psrlw) X(0xd2, psrld) X(0xd3, psrlq)           \
    X(0xd5, pmullw) X(0xd8, psubusb) X(0xd9, psubusw) X(0xdb, pand)         \
    X(0xdc, paddusb) X(0xdd, paddusw) X(0xdf, pandn) X(0xe1, psraw)         \
    X(0xe2, psrad) X(0xe5, pmulhw) X(0xe8, psubsb) X(0xe9, psubsw)          \
    X(0xeb, por) X(0xec, paddsb) X(0xed, paddsw) X(0xef, pxor)              \
    X(0xf1, psllw) X(0xf2, pslld) X(0xf3, psllq) X(0xf5, pmaddwd)           \
    X(0xf8, psubb) X(0xf9, psubw) X(0xfa, psubd) X(0xfc, paddb)             \
    X(0xfd, paddw) X(0xfe, paddd)

#define DEFINE(code, name) HOST(name)
OPERATIONS(DEFINE)

static const struct { u8 code; const char *name; u64 (*host)(u64, u64); }
operations[] = {
#define ENTRY(code, name) { code, #name, host_##name },
    OPERATIONS(ENTRY)
};
enum { COUNT = sizeof operations / sizeof *operations };

/* Lanes at the edges as often as any; small numbers for shifts. */
static u64 operand(u64 *s)
{
    static const u8 edge[] = { 0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x40, 0 };
    u64 v = random64(s), kind = random64(s) & 7, r = 0;

    if (kind == 0)
        return v % 70;
    for (int n = 0; kind < 5 && n < 64; n += 8)
        r |= (u64)edge[v >> n & 7] << n;
    return kind < 5 ? r : v;
}

static struct cpu cpu;
static struct mem mem;
static struct bus bus;
static struct clk clk;
static struct cpu_model model;

static bool machine(void)
{
    model = *cpu_model_find("pentium2");
    clk.ps_per_insn = 1000;
    bus_init(&bus, &clk, NULL);
    mem.clk = &clk;
    mem.a20_mask = ~0u;
    return cpu_init(&cpu, &model, &mem, &bus, &clk, NULL) == ERR_OK;
}

static bool prepare(u8 code, struct insn *i)
{
    u8 bytes[] = { 0x0f, code, 0xca };

    return insn_decode(&cpu, bytes, sizeof bytes, i) == DECODE_OK;
}

static long compare(int n, long rounds, u64 *seed)
{
    struct insn i;
    long bad = 0;

    if (!prepare(operations[n].code, &i))
        return 1;
    for (long k = 0; k < rounds; k++) {
        u64 x = operand(seed), y = operand(seed), want;

        cpu.s.st_mant[1] = x;
        cpu.s.st_mant[2] = y;
        i.run(&cpu, &i);
        want = operations[n].host(x, y);
        if (cpu.s.st_mant[1] != want && bad++ < 5)
            printf("%s %016" PRIx64 ", %016" PRIx64 ": %016" PRIx64
                   ", host %016" PRIx64 "\n", operations[n].name, x, y,
                   cpu.s.st_mant[1], want);
    }
    return bad;
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 100000, bad = 0;
    u64 seed = 88172645463325252u;

    if (!machine())
        return 2;
    for (int n = 0; n < COUNT; n++)
        bad += compare(n, rounds, &seed);
    printf("mmx_host: %ld cases, %ld differ\n", rounds * COUNT, bad);
    cpu_free(&cpu);
    return bad != 0;
}

#else
int main(void)
{
    puts("mmx_host: no MMX on this host");
    return 77;
}
#endif
