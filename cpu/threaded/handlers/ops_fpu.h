/* ops_fpu.h - the x87 in the fast engine. */
#ifndef OPS_FPU_H
#define OPS_FPU_H

#include "cpu/threaded/micro_op.h"
#include "cpu/threaded/x87.h"

/* Two operands, the destination and the source; X_SUBR is source minus
 * destination. Those from X_SCALE on have no handler of their own. */
enum { X_ADD, X_SUB, X_SUBR, X_MUL, X_DIV, X_DIVR, X_INLINE,
       X_SCALE = X_INLINE, X_PREM, X_PREM1, X_YL2X, X_YL2XP1, X_PATAN };

/* One operand, by their function. */
enum { X_SQRT, X_RNDINT, X_2XM1, X_SIN, X_COS };

/* Memory operands. */
enum { X_M32, X_M64, X_I16, X_I32, X_I64, X_M80, X_TYPES };

/* In fop.scale of a comparison. */
enum { X_QUIET = 1 };

/* The handlers. imm: the number of the destination register, disp: of the
 * source, or X87_MEMORY; scale: the operation; imm of what works on memory:
 * where the selector is in struct cpu. [2]: without and with a pop. */
struct fast_fpu {
    fast_fn *arith[X_INLINE][2], *arith_m[X_INLINE], *binary[2], *unary;
    fast_fn *compare[3], *ftst, *fxam;
    fast_fn *operand[X_TYPES], *push[X_TYPES];  /* from memory at t */
    fast_fn *convert, *store[X_TYPES][2];
    fast_fn *fld, *fld1, *fldz, *constant, *fst[2], *fxch, *fchs, *fabs;
    fast_fn *ffree, *turn, *nop;
    fast_fn *fnstsw_ax, *fnstsw, *fnstcw, *fldcw, *sahf, *lahf, *where;
};
extern const struct fast_fpu fast_fpu;

/* Takes the place of fast_slow for these. */
COLD(fast_fpu_slow);

/* ---- what they call; all change nothing and say so when there is more to it
 * than a rounded result (x87.c) ---- */

bool x87_binary(struct cpu *c, const struct fop *i) KEEPS_REGS;
bool x87_zero(struct cpu *c, const struct fop *i) KEEPS_REGS;
bool x87_unary(struct cpu *c, const struct fop *i) KEEPS_REGS;
bool x87_compare(struct cpu *c, const struct fop *i) KEEPS_REGS;
bool x87_examine(struct cpu *c) KEEPS_REGS;
bool x87_constant(struct cpu *c, const struct fop *i) KEEPS_REGS;
bool x87_control(struct cpu *c, u32 v) KEEPS_REGS;

/* ST0 as a memory operand of type i->scale, to x87.out. */
bool x87_convert(struct cpu *c, const struct fop *i) KEEPS_REGS;

/* Whether n bytes at a physical address hold no code. */
bool x87_no_code(const struct cpu *c, u32 phys, u32 n) KEEPS_REGS;

/* A handler could not go on: makes the state whole up to here. True: the
 * reason may be gone now. */
bool x87_retry(struct cpu *c, const struct fop *i) KEEPS_REGS;

/* ---- making (make/fpu.c) ---- */

struct maker;

void fast_make_fpu(struct maker *m);

/* Whether an instruction has a handler here and sets the instruction pointer;
 * whether it has one, here or elsewhere, that leaves the pointer alone and
 * can't fault without fast_fpu_slow(). */
bool fast_fpu_points(const struct cpu *c, const struct insn *i);
bool fast_fpu_passes(const struct cpu *c, const struct insn *i);

#endif
