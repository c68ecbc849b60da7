/* f80.h - the 80-bit arithmetic of the x87, exact, as a pure library.
 *
 * Reference: Intel 64 and IA-32 Software Developer's Manual, volume 1 chapter 8
 * and the instruction pages of volume 2; Intel387 DX Programmer's Reference.
 * Integer arithmetic only: every host computes the same bits. Formats that the
 * 387 calls unsupported (unnormals, pseudo-NaNs, pseudo-infinities) are invalid
 * operands, pseudo-denormals are denormals.
 *
 * Not modelled: the 8087's and 287's projective infinity and their arithmetic
 * on unnormals. Transcendental results are the portable routine's: correct to
 * well under one unit in the last place, not any one vendor's last bit.
 */
#ifndef F80_H
#define F80_H

#include "machine/core/core.h"

/* A register: bit 63 of mant is the explicit integer bit. */
struct f80 {
    u64 mant;
    u16 se;                             /* sign in bit 15, biased exponent */
};

/* Exceptions, placed as in the status and control words. */
enum {
    F80_IE = 1, F80_DE = 2, F80_ZE = 4, F80_OE = 8, F80_UE = 16, F80_PE = 32
};

/* Condition codes, placed as in the status word. */
enum { F80_C0 = 0x100, F80_C1 = 0x200, F80_C2 = 0x400, F80_C3 = 0x4000 };

enum f80_rc { F80_NEAREST, F80_DOWN, F80_UP, F80_CHOP };
enum f80_pc { F80_PC24, F80_PC_RESERVED, F80_PC53, F80_PC64 };

/* What an operation reads of the control word and tells the status word.
 * rc, pc and mask belong to the caller: set them when the control word
 * changes. An operation ORs into flags, so zero it first; it always sets c1.
 * cc goes in and out: put C0 C2 C3 of the status word there and take them back,
 * an operation changes only those bits that the processor changes. */
struct f80_env {
    u8 rc;                              /* enum f80_rc: CW bits 10-11 */
    u8 pc;                              /* enum f80_pc: CW bits 8-9 */
    u8 mask;                            /* CW bits 0-5: 1 = masked */
    u8 flags;                           /* F80_IE ... F80_PE, accumulated */
    bool c1;                            /* rounded away from zero */
    u16 cc;                             /* C0 C2 C3 of the status word */
};

/* True when an unmasked IE, DE or ZE stopped the operation: the value it
 * returned is meaningless, the registers and the stack top stay as they were.
 * Unmasked OE, UE and PE do deliver a result to a register. */
static inline bool f80_stopped(const struct f80_env *e)
{
    return (e->flags & ~e->mask & (F80_IE | F80_DE | F80_ZE)) != 0;
}

static inline bool f80_is_inf(struct f80 a)
{
    return (a.se & 0x7fff) == 0x7fff && a.mant == (u64)1 << 63;
}

static inline struct f80 f80_chs(struct f80 a)
{
    return (struct f80){ a.mant, (u16)(a.se ^ 0x8000) };
}

static inline struct f80 f80_abs(struct f80 a)
{
    return (struct f80){ a.mant, (u16)(a.se & 0x7fff) };
}

/* The real indefinite: what masked invalid operations and stack faults give. */
static inline struct f80 f80_indefinite(void)
{
    return (struct f80){ 0xc000000000000000u, 0xffff };
}

/* Arithmetic: a + b, a - b, a * b, a / b. Obeys rc and pc. */
struct f80 f80_add(struct f80_env *e, struct f80 a, struct f80 b);
struct f80 f80_sub(struct f80_env *e, struct f80 a, struct f80 b);
struct f80 f80_mul(struct f80_env *e, struct f80 a, struct f80 b);
struct f80 f80_div(struct f80_env *e, struct f80 a, struct f80 b);
struct f80 f80_sqrt(struct f80_env *e, struct f80 a);

/* b - a and b / a: FSUBR and FDIVR. */
static inline struct f80 f80_subr(struct f80_env *e, struct f80 a, struct f80 b)
{
    return f80_sub(e, b, a);
}
static inline struct f80 f80_divr(struct f80_env *e, struct f80 a, struct f80 b)
{
    return f80_div(e, b, a);
}
typedef struct f80 f80_binary(struct f80_env *e, struct f80 a, struct f80 b);
typedef struct f80 f80_unary(struct f80_env *e, struct f80 a);

/* FCOM, FTST (b = +0), FCOMI and FUCOM...: C3 C2 C0, also left in e->cc.
 * For FCOMI they are ZF PF CF. When f80_stopped, the caller leaves the stack
 * as it was. The condition codes are set all the same. */
u16 f80_compare(struct f80_env *e, struct f80 a, struct f80 b);
u16 f80_compare_quiet(struct f80_env *e, struct f80 a, struct f80 b);

/* FXAM of a register that is not empty: C3 C2 C1 C0. (Empty is C3|C0|C1:sign,
 * which only the tag word knows.) */
u16 f80_examine(struct f80 a);

/* FPREM, FPREM1: a by b. C2 in cc says not finished; C0 C3 and c1 are the low
 * quotient bits 2, 1, 0. An invalid or NaN operand clears C2 and leaves the
 * other two. */
struct f80 f80_prem(struct f80_env *e, struct f80 a, struct f80 b);
struct f80 f80_prem1(struct f80_env *e, struct f80 a, struct f80 b);

/* FRNDINT; FSCALE: a times 2 to the chopped b; FXTRACT: returns the
 * significand (the new ST0) and sets *exponent (which replaces the operand). */
struct f80 f80_rndint(struct f80_env *e, struct f80 a);
struct f80 f80_scale(struct f80_env *e, struct f80 a, struct f80 b);
struct f80 f80_xtract(struct f80_env *e, struct f80 a, struct f80 *exponent);

/* Loads. FLD m32/m64 signal IE on signalling NaNs and DE on denormals; silicon
 * pushes the value even when DE is unmasked, so here an unmasked IE alone stops
 * the push. FILD (any width) and FBLD (10 bytes, least significant first) are
 * exact and signal nothing. */
struct f80 f80_from_f32(struct f80_env *e, u32 v);
struct f80 f80_from_f64(struct f80_env *e, u64 v);
struct f80 f80_from_i64(int64_t v);
struct f80 f80_from_bcd(const u8 bcd[10]);

/* The memory operand of FADD m32 and its kind, with st the register operand:
 * a signalling NaN stays one, a denormal signals DE where the instruction
 * would. divr says FDIVR, where a division by a zero st hides DE. Check
 * f80_stopped before going on to the operation proper (compares need not). */
struct f80 f80_operand_f32(struct f80_env *e, struct f80 st, u32 v, bool divr);
struct f80 f80_operand_f64(struct f80_env *e, struct f80 st, u64 v, bool divr);

/* Stores. False: an unmasked exception, memory and stack stay as they were.
 * The destination is written only on true. */
bool f80_to_f32(struct f80_env *e, struct f80 a, u32 *v);
bool f80_to_f64(struct f80_env *e, struct f80 a, u64 *v);
bool f80_to_i16(struct f80_env *e, struct f80 a, u16 *v);
bool f80_to_i32(struct f80_env *e, struct f80 a, u32 *v);
bool f80_to_i64(struct f80_env *e, struct f80 a, u64 *v);
bool f80_to_bcd(struct f80_env *e, struct f80 a, u8 bcd[10]);

/* FLD1 ... FLDZ in opcode order D9 E8 ... D9 EE; rounded by rc (387 and on). */
enum f80_const {
    F80_1, F80_L2T, F80_L2E, F80_PI, F80_LG2, F80_LN2, F80_ZERO
};
struct f80 f80_constant(const struct f80_env *e, enum f80_const which);

/* Transcendentals. f80_yl2x(st1, st0) and so on follow the instruction:
 * y is ST1, x is ST0. Outside +-2^63 the trigonometric ones set C2 in cc and
 * return x unchanged; the caller then pushes nothing. Otherwise they clear C2.
 * PE is set whenever the operands are not special. f80_ptan's 1.0 (or NaN) to
 * push comes in *one; f80_sincos returns the sine (replaces ST0) and stores the
 * cosine to push in *cosine. */
struct f80 f80_2xm1(struct f80_env *e, struct f80 x);
struct f80 f80_yl2x(struct f80_env *e, struct f80 y, struct f80 x);
struct f80 f80_yl2xp1(struct f80_env *e, struct f80 y, struct f80 x);
struct f80 f80_patan(struct f80_env *e, struct f80 y, struct f80 x);
struct f80 f80_ptan(struct f80_env *e, struct f80 x, struct f80 *one);
struct f80 f80_sin(struct f80_env *e, struct f80 x);
struct f80 f80_cos(struct f80_env *e, struct f80 x);
struct f80 f80_sincos(struct f80_env *e, struct f80 x, struct f80 *cosine);

#endif
