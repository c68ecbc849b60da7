/* host_vendor.c - where processors of different vendors part: the rows.
 *
 * References: Intel SDM volume 2, REP; volume 1, 4.9.1.5 and 8.5.5; AMD64
 * Architecture Programmer's Manual volume 1, 6.8.1; volume 3, 1.2.6. */
#include "tests/lib/host_vendor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/exec.h"
#include "cpu/fpu/f80_int.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

enum { DENORMAL = -16382 };             /* numbers below 2 to that */

/* ---- what AMD's processors do instead ---- */

static u32 compare_flags(u32 a, u32 b, u32 width)
{
    u32 sign = 1u << (8 * width - 1), all = sign | (sign - 1);
    u32 d = (a - b) & all;
    u32 f = (a & all) < (b & all) ? CF : 0;

    f |= __builtin_parity(d & 0xff) ? 0 : PF;
    f |= (a ^ b ^ d) & AF;
    f |= d == 0 ? ZF : 0;
    f |= d & sign ? SF : 0;
    return f | ((a ^ b) & (a ^ d) & sign ? OF : 0);
}

static void last_turn(struct outcome *o)
{
    if (o->turns)
        o->flags = (o->flags & ~(u32)ARITH) |
                   compare_flags(o->left, o->right, o->width);
}

/* The result is the operand, a number below 2^limit but not 0. */
static bool kept(const struct outcome *o, int limit)
{
    struct f80_num a, r;

    if (f80_stopped(&o->e) || !o->st0.mant || !o->result.mant)
        return false;
    a = f80_unpack(o->st0);
    r = f80_unpack(o->result);
    return a.m >> 63 && a.exp < F80_BIAS + limit && r.m == a.m &&
           r.exp == a.exp && r.sign == a.sign;
}

/* The operand and a hair more or less, or exactly. */
static void round_again(struct outcome *o, int hair)
{
    struct f80_num a = f80_unpack(o->st0);
    u128 v = ((u128)a.m << 64) + (u128)hair;

    if (!(v >> 127)) {
        v <<= 1;
        a.exp--;
    }
    o->result = f80_round(&o->e, F80_PC64, a.sign, a.exp, (u64)(v >> 64),
                          (u64)v);
}

static void exact_operand(struct outcome *o)
{
    if (kept(o, DENORMAL) && (f80_is_inf(o->st1) || f80_is_zero(o->st1)))
        round_again(o, 0);
}

static void sine_of_tiny(struct outcome *o)
{
    if (kept(o, -68))
        round_again(o, -1);
}

static void tangent_of_tiny(struct outcome *o)
{
    if (kept(o, -68))
        round_again(o, 1);
}

/* ---- the rows ---- */

/* The form is the beginning of a mnemonic; the words are for the reader. */
static const struct row {
    const char *form, *intel, *amd, *source;
    void (*on_amd)(struct outcome *o);
} rows[] = {
    { "cmps", "REPE, REPNE that fault: the flags are those from before the "
      "instruction", "the flags are those of the last whole turn",
      "Intel SDM volume 2, REP; AMD: seen on family 1Ah (Zen 5), the APM is "
      "silent", last_turn },
    { "scas", "as cmps", "as cmps", "as cmps", last_turn },
    { "fprem", "FPREM, FPREM1 of a denormal by an infinity: the denormal, "
      "which is exact, and no UE", "a tiny result: with UE unmasked it is "
      "raised and the exponent biased", "Intel: seen on the hosts that this "
      "library was compared with; AMD: APM volume 1, 6.8.1, seen on family "
      "1Ah", exact_operand },
    { "fscale", "of a denormal by 0: as fprem", "as fprem", "as fprem",
      exact_operand },
    { "fsin", "FSIN, FSINCOS of what is below 2^-68: the argument, whatever "
      "RC says", "the argument less a hair, rounded by RC", "as fprem",
      sine_of_tiny },
    { "fptan", "as fsin", "the argument and a hair, rounded by RC", "as fprem",
      tangent_of_tiny },
};

void vendor_expect(enum vendor v, struct outcome *o)
{
    for (size_t n = 0; v == VENDOR_AMD && n < COUNT_OF(rows); n++)
        if (strncmp(o->mnem, rows[n].form, strlen(rows[n].form)) == 0)
            rows[n].on_amd(o);
}

/* ---- which vendor ---- */

enum { HYGON_EBX = 0x6f677948 };        /* "Hygo": AMD's design */

enum vendor host_vendor(void)
{
#if defined(__x86_64__) || defined(__i386__)
    unsigned max, b, c, d;

    if (__get_cpuid(0, &max, &b, &c, &d) &&
        (b == signature_AMD_ebx || b == HYGON_EBX))
        return VENDOR_AMD;
#endif
    return VENDOR_INTEL;
}

bool vendor_named(const char *name, enum vendor *v)
{
    static const char *const names[] = { "intel", "amd" };

    for (u32 n = 0; n < COUNT_OF(names); n++)
        if (strcmp(name, names[n]) == 0) {
            *v = (enum vendor)n;
            return true;
        }
    return false;
}

enum vendor vendor_option(int *argc, char ***argv)
{
    enum vendor v = host_vendor();

    if (*argc < 3 || strcmp((*argv)[1], "-vendor") != 0)
        return v;
    if (!vendor_named((*argv)[2], &v)) {
        fprintf(stderr, "no vendor '%s'\n", (*argv)[2]);
        exit(2);
    }
    *argc -= 2;
    *argv += 2;
    return v;
}
