/* mmx.c - MMX: lanes of 8, 16 and 32 bits in the x87's significands.
 *
 * MMn is the physical register n: an instruction that runs makes the stack's
 * top 0 and all registers valid, and writing one sets its sign and exponent
 * to ones; EMMS leaves them empty.
 *
 * Reference: SDM volume 1, chapter 9; volume 3, chapter 12; volume 2. */
#include "cpu/fpu/fpu.h"

/* ---- entry, operands, exit ---- */

/* False: a pending x87 error waits for its interrupt. */
static inline bool mmx_begin(struct cpu *c, const struct insn *i)
{
    fpu_settle(c);
    if (unlikely((c->s.cr[0] & CR0_EM) || !c->fpu))
        cpu_raise(c, EX_UD);
    if (unlikely((c->s.cr[0] & CR0_TS) || (c->s.fsw & FSW_ES)))
        return fpu_may_run(c, i);
    return true;
}

static inline void mmx_end(struct cpu *c)
{
    fpu_set_top(c, 0);
    c->s.ftw = 0;
}

static inline void mmx_put(struct cpu *c, u32 n, u64 v)
{
    mmx_end(c);
    c->s.st_mant[n] = v;
    c->s.st_se[n] = 0xffff;
}

static inline u64 load_Qq(struct cpu *c, const struct insn *i)
{
    return i->flags & I_MEM ? fpu_ld64(c, i, ea(c, i)) : c->s.st_mant[i->rm];
}

static inline u64 load_Qd(struct cpu *c, const struct insn *i)
{
    return i->flags & I_MEM ? ld32(c, i->seg, ea(c, i)) : c->s.st_mant[i->rm];
}

/* x: the destination, y: the source. */
typedef u64 operation(u64 x, u64 y);

static inline void run_Pq_Qq(struct cpu *c, const struct insn *i, operation *f)
{
    if (mmx_begin(c, i))
        mmx_put(c, i->reg, f(c->s.st_mant[i->reg], load_Qq(c, i)));
}

static inline void run_Pq_Qd(struct cpu *c, const struct insn *i, operation *f)
{
    if (mmx_begin(c, i))
        mmx_put(c, i->reg, f(c->s.st_mant[i->reg], load_Qd(c, i)));
}

static inline void run_Qq_Ib(struct cpu *c, const struct insn *i, operation *f)
{
    if (mmx_begin(c, i))
        mmx_put(c, i->rm, f(c->s.st_mant[i->rm], i->imm));
}

/* ---- moves ---- */

HANDLER1(op_movd_Pq_Ed)
{
    if (mmx_begin(c, i))
        mmx_put(c, i->reg, get_e32(c, i));
}

HANDLER1(op_movd_Ed_Pq)
{
    if (!mmx_begin(c, i))
        return;
    put_e32(c, i, (u32)c->s.st_mant[i->reg]);
    mmx_end(c);
}

HANDLER1(op_movq_Pq_Qq)
{
    if (mmx_begin(c, i))
        mmx_put(c, i->reg, load_Qq(c, i));
}

HANDLER1(op_movq_Qq_Pq)
{
    if (!mmx_begin(c, i))
        return;
    if (i->flags & I_MEM) {
        u32 at = ea(c, i);

        fpu_probe(c, i, at, 8);
        fpu_st64(c, i, at, c->s.st_mant[i->reg]);
        mmx_end(c);
    } else {
        mmx_put(c, i->rm, c->s.st_mant[i->reg]);
    }
}

HANDLER1(op_emms)
{
    if (!mmx_begin(c, i))
        return;
    mmx_end(c);
    c->s.ftw = 0xffff;
}

/* ---- lane by lane ---- */

static inline s32 mmx_clamp(s32 v, s32 low, s32 high)
{
    return v < low ? low : v > high ? high : v;
}

/* a and b are the lanes of the destination and the source as type T. */
#define LANES(name, W, T, value)                                            \
    static u64 do_##name(u64 x, u64 y)                                      \
    {                                                                       \
        u64 r = 0;                                                          \
                                                                            \
        for (int n = 0; n < 64; n += W) {                                   \
            T a = (T)(x >> n), b = (T)(y >> n);                             \
                                                                            \
            r |= (u64)(u##W)(value) << n;                                   \
        }                                                                   \
        return r;                                                           \
    }                                                                       \
    HANDLER1(op_##name) { run_Pq_Qq(c, i, do_##name); }

LANES(paddb, 8, u8, a + b)
LANES(paddw, 16, u16, a + b)
LANES(paddd, 32, u32, a + b)
LANES(psubb, 8, u8, a - b)
LANES(psubw, 16, u16, a - b)
LANES(psubd, 32, u32, a - b)
LANES(paddsb, 8, s8, mmx_clamp(a + b, INT8_MIN, INT8_MAX))
LANES(paddsw, 16, s16, mmx_clamp(a + b, INT16_MIN, INT16_MAX))
LANES(psubsb, 8, s8, mmx_clamp(a - b, INT8_MIN, INT8_MAX))
LANES(psubsw, 16, s16, mmx_clamp(a - b, INT16_MIN, INT16_MAX))
LANES(paddusb, 8, u8, mmx_clamp(a + b, 0, UINT8_MAX))
LANES(paddusw, 16, u16, mmx_clamp(a + b, 0, UINT16_MAX))
LANES(psubusb, 8, u8, mmx_clamp(a - b, 0, UINT8_MAX))
LANES(psubusw, 16, u16, mmx_clamp(a - b, 0, UINT16_MAX))
LANES(pmullw, 16, s16, a * b)
LANES(pmulhw, 16, s16, (u32)(a * b) >> 16)
LANES(pcmpeqb, 8, u8, a == b ? 0xff : 0)
LANES(pcmpeqw, 16, u16, a == b ? 0xffff : 0)
LANES(pcmpeqd, 32, u32, a == b ? 0xffffffff : 0)
LANES(pcmpgtb, 8, s8, a > b ? 0xff : 0)
LANES(pcmpgtw, 16, s16, a > b ? 0xffff : 0)
LANES(pcmpgtd, 32, s32, a > b ? 0xffffffff : 0)

#define WHOLE(name, RUN, value)                                             \
    static u64 do_##name(u64 x, u64 y) { return value; }                    \
    HANDLER1(op_##name) { RUN(c, i, do_##name); }

WHOLE(pand, run_Pq_Qq, x & y)
WHOLE(pandn, run_Pq_Qq, ~x & y)
WHOLE(por, run_Pq_Qq, x | y)
WHOLE(pxor, run_Pq_Qq, x ^ y)

/* Two products that are added; only four times -32768 overflow. */
static inline u64 dot(u64 x, u64 y)
{
    s32 low = (s16)x * (s16)y, high = (s16)(x >> 16) * (s16)(y >> 16);

    return (u32)low + (u32)high;
}
WHOLE(pmaddwd, run_Pq_Qq, (u32)dot(x, y) | dot(x >> 32, y >> 32) << 32)

/* ---- shifts: a count of 64 bits, the same for all lanes ---- */

#define SHIFT(name, W, T, past, value)                                      \
    static u64 do_##name(u64 x, u64 y)                                      \
    {                                                                       \
        u32 by = y < W ? (u32)y : (past);                                   \
        u64 r = 0;                                                          \
                                                                            \
        for (int n = 0; n < 64 && by < W; n += W) {                         \
            T a = (T)(x >> n);                                              \
                                                                            \
            r |= (u64)(u##W)(value) << n;                                   \
        }                                                                   \
        return r;                                                           \
    }                                                                       \
    HANDLER1(op_##name) { run_Pq_Qq(c, i, do_##name); }                     \
    HANDLER1(op_##name##_I) { run_Qq_Ib(c, i, do_##name); }

SHIFT(psrlw, 16, u16, 16, a >> by)
SHIFT(psrld, 32, u32, 32, a >> by)
SHIFT(psrlq, 64, u64, 64, a >> by)
SHIFT(psllw, 16, u16, 16, (u32)a << by)
SHIFT(pslld, 32, u32, 32, a << by)
SHIFT(psllq, 64, u64, 64, a << by)
SHIFT(psraw, 16, s16, 15, a >> by)      /* past the width: all signs */
SHIFT(psrad, 32, s32, 31, a >> by)

/* ---- from one width to another ---- */

/* Lanes of W bits from half of x and half of y, one of each in turn. */
static inline u64 interleave(u64 x, u64 y, int w)
{
    u64 r = 0, mask = ~(u64)0 >> (64 - w);

    for (int n = 0; n < 32; n += w)
        r |= (x >> n & mask) << 2 * n | (y >> n & mask) << (2 * n + w);
    return r;
}

WHOLE(punpcklbw, run_Pq_Qd, interleave(x, y, 8))
WHOLE(punpcklwd, run_Pq_Qd, interleave(x, y, 16))
WHOLE(punpckldq, run_Pq_Qd, interleave(x, y, 32))
WHOLE(punpckhbw, run_Pq_Qq, interleave(x >> 32, y >> 32, 8))
WHOLE(punpckhwd, run_Pq_Qq, interleave(x >> 32, y >> 32, 16))
WHOLE(punpckhdq, run_Pq_Qq, interleave(x >> 32, y >> 32, 32))

static inline u64 pack_words(u64 v, s32 low, s32 high)
{
    u64 r = 0;

    for (int n = 0; n < 4; n++)
        r |= (u64)(u8)mmx_clamp((s16)(v >> 16 * n), low, high) << 8 * n;
    return r;
}

static inline u64 pack_dwords(u64 v)
{
    return (u16)mmx_clamp((s32)v, INT16_MIN, INT16_MAX) |
           (u64)(u16)mmx_clamp((s32)(v >> 32), INT16_MIN, INT16_MAX) << 16;
}

WHOLE(packsswb, run_Pq_Qq, pack_words(x, INT8_MIN, INT8_MAX) |
                           pack_words(y, INT8_MIN, INT8_MAX) << 32)
WHOLE(packuswb, run_Pq_Qq, pack_words(x, 0, UINT8_MAX) |
                           pack_words(y, 0, UINT8_MAX) << 32)
WHOLE(packssdw, run_Pq_Qq, pack_dwords(x) | pack_dwords(y) << 32)
