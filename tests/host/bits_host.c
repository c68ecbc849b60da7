/* bits_host.c - bit strings in memory against the host's own processor.
 *
 * Usage: bits_host [cases] [seed]
 * BT, BTS, BTR and BTC with the bit's index in a register, of 16 and of 32
 * bits, as far as it reaches: the operand's own address may be anywhere, and
 * with the index added it comes round to a small window. The host runs the
 * same in its 64-bit mode with addresses of 32 bits. Hosts other than x86-64
 * under Linux skip. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/exec.h"
#include "tests/lib/random.h"

#if !defined(__x86_64__) || !defined(__linux__)

int main(void)
{
    puts("bits_host: skipped, not x86-64 under Linux");
    return 77;
}

#else

#include <sys/mman.h>

enum { WINDOW = 0x40000000, SIZE = 0x4000, CODE = 0x1000, RAM_SIZE = 0x2000,
       EXTEND = 0x66, ADDRESS = 0x67 };

static u64 seed;
static u8 ram[RAM_SIZE], window[SIZE];
static struct cpu cpu;
static struct mem mem;
static struct region low, high;
static struct bus bus;
static struct clk clk;

struct bit_case { u8 op; bool wide; u32 base, index, disp; };

/* ---- the host ---- */

static u8 *text;

static u32 put_insn(u8 *p, const struct bit_case *k, bool narrow, u32 n)
{
    if (!k->wide)
        p[n++] = EXTEND;
    if (narrow)
        p[n++] = ADDRESS;
    p[n++] = 0x0f;
    p[n++] = k->op;
    p[n++] = 0xb7;                      /* [edi + disp32], esi */
    memcpy(p + n, &k->disp, 4);
    return n + 4;
}

/* The carry flag; the arguments come in EDI and ESI. */
static u32 host_run(const struct bit_case *k)
{
    static const u8 result[] = { 0x0f, 0x92, 0xc0, 0x0f, 0xb6, 0xc0, 0xc3 };
    u32 (*run)(u32 base, u32 index);

    memcpy(text + put_insn(text, k, true, 0), result, sizeof result);
    memcpy(&run, &text, sizeof run);
    return run(k->base, k->index);
}

static bool host_init(void)
{
    void *want = (void *)(uintptr_t)WINDOW;

    text = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return text != MAP_FAILED &&
           mmap(want, SIZE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == want;
}

static u8 *host_window(void) { return (u8 *)(uintptr_t)WINDOW; }

/* ---- ours ---- */

static bool cpu_make(void)
{
    clk.ps_per_insn = 1000;
    bus_init(&bus, &clk, NULL);
    mem.clk = &clk;
    mem.a20_mask = ~0u;
    low = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &low, 0, RAM_SIZE);
    high = (struct region){ .name = "window", .host = window };
    mem_attach(&mem, &high, WINDOW, SIZE);
    return !cpu_init(&cpu, cpu_model_find("pentium"), &mem, &bus, &clk, NULL);
}

static u32 cpu_carry(const struct bit_case *k)
{
    cpu_reset(&cpu);
    put_insn(ram + CODE, k, false, 0);
    cpu.s.cr[0] = CR0_PE;
    for (int n = ES; n <= GS; n++)
        cpu.s.seg[n] = (struct seg){ 0, ~0u, 8, (u16)(SEG_P | SEG_S | SEG_RW |
            SEG_A | SEG_DB | SEG_G | (n == CS ? SEG_CODE : 0)) };
    cpu.s.eip = CODE;
    cpu.s.gpr[EDI] = k->base;
    cpu.s.gpr[ESI] = k->index;
    cpu_loaded(&cpu);
    cpu_step(&cpu);
    cpu_sync(&cpu);
    return cpu.fault >= 0 ? 2 : cpu.s.eflags & CF;
}

/* ---- cases ---- */

/* An index that is far or near, and a base from which it leads to the
 * window. */
static struct bit_case some_case(void)
{
    static const u8 ops[] = { 0xa3, 0xab, 0xb3, 0xbb };
    struct bit_case k = { ops[random_below(&seed, 4)], random_below(&seed, 2),
                          0, random32(&seed), random32(&seed) };
    u32 at = WINDOW + 8 + random_below(&seed, SIZE - 16), to;

    if (random_below(&seed, 4) == 0)
        k.index = random_below(&seed, 200) - 100;
    if (random_below(&seed, 4) == 0)
        k.disp = random_below(&seed, 256) - 128;
    to = k.wide ? (u32)((s32)k.index >> 5) * 4
                : (u32)((s16)k.index >> 4) * 2;
    k.base = at - to - k.disp;
    return k;
}

static bool agree(const struct bit_case *k)
{
    u32 host = host_run(k), ours = cpu_carry(k);

    if (host == ours && memcmp(window, host_window(), SIZE) == 0)
        return true;
    printf("0f %02x, %s, [%08x + %08x], %08x: carry %u, not %u\n", k->op,
           k->wide ? "dword" : "word", k->base, k->disp, k->index, ours, host);
    memcpy(window, host_window(), SIZE);
    return false;
}

int main(int argc, char **argv)
{
    u32 cases = argc > 1 ? (u32)strtoul(argv[1], NULL, 0) : 100000, bad = 0;

    seed = argc > 2 ? strtoull(argv[2], NULL, 0) * 2 + 1 : 1;
    if (!host_init() || !cpu_make()) {
        puts("bits_host: skipped, the host lends no memory there");
        return 77;
    }
    for (u32 n = 0; n < SIZE; n++)
        window[n] = host_window()[n] = (u8)random32(&seed);
    for (u32 n = 0; n < cases && bad < 20; n++) {
        const struct bit_case k = some_case();

        bad += !agree(&k);
    }
    printf("bits_host: %u cases, %u differ\n", cases, bad);
    cpu_free(&cpu);
    return bad != 0;
}

#endif
