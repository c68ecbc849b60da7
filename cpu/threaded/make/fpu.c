/* fpu.c - the second form of x87 instructions.
 *
 * The instruction pointer and the opcode that FSTENV shows are stored once for
 * a run of instructions: behind the last before something that might look. */
#include "cpu/threaded/handlers/ops_fpu.h"

#include "cpu/fpu/f80.h"
#include "cpu/threaded/make/make.h"

bool fast_fpu_points(const struct cpu *c, const struct insn *i)
{
    const struct known *k = fast_known(c, i);

    return k->form >= F_ARITH && k->form < F_WAIT && fast_allowed(c, i, k);
}

bool fast_fpu_passes(const struct cpu *c, const struct insn *i)
{
    const struct known *k = fast_known(c, i);

    return fast_allowed(c, i, k) &&
           ((k->form >= F_WAIT && k->form < SYSTEM) || fast_harmless(i, k));
}

/* Whether the pointers must be stored behind this instruction. */
static bool shows(const struct maker *m)
{
    const struct insn *i = m->i;

    for (u32 n = m->idx + 1u; n < m->b->count; n++) {
        if (fast_fpu_points(m->c, ++i))
            return false;
        if (!fast_fpu_passes(m->c, i))
            return true;
    }
    return true;
}

/* To register `to` from register `from`, by operation op. */
static void with(struct maker *m, fast_fn *run, u32 to, u32 from, u32 op)
{
    struct fop *f = fast_put(m, run);

    f->imm = to;
    f->disp = from;
    f->scale = (u8)op;
}

/* What accesses memory. */
static void at_memory(struct maker *m, fast_fn *run)
{
    fast_put(m, run)->imm =
        (u32)(offsetof(struct cpu, s.seg) + m->i->seg * sizeof(struct seg) +
              offsetof(struct seg, sel));
}

static void make_fpu_from_memory(struct maker *m, fast_fn *run)
{
    fast_put_address(m);
    at_memory(m, run);
}

static void make_fpu_store(struct maker *m)
{
    u32 type = m->k.width;

    fast_put_address(m);
    if (type != X_M80)
        with(m, fast_fpu.convert, 0, 0, type);
    at_memory(m, fast_fpu.store[type][m->k.op]);
}

static void constant(struct maker *m)
{
    const struct fast_fpu *f = &fast_fpu;
    u32 op = m->k.op;

    with(m, op == F80_1 ? f->fld1 : op == F80_ZERO ? f->fldz : f->constant,
         0, 0, op);
}

static void make_fpu_compare(struct maker *m)
{
    u32 pops = m->k.op;

    with(m, fast_fpu.compare[pops], 0, pops == 2 ? 1 : m->i->rm, m->k.width);
}

/* Those that leave the pointers alone. */
static bool control(struct maker *m)
{
    const struct fast_fpu *f = &fast_fpu;

    switch (m->k.form) {
    case F_WAIT:    fast_put(m, f->nop); return true;
    case F_STSW_AX: fast_put(m, f->fnstsw_ax); return true;
    case F_STSW:    make_fpu_from_memory(m, f->fnstsw); return true;
    case F_STCW:    make_fpu_from_memory(m, f->fnstcw); return true;
    case F_LDCW:    make_fpu_from_memory(m, f->fldcw); return true;
    default:        return false;
    }
}

static void in_registers(struct maker *m)
{
    const struct fast_fpu *f = &fast_fpu;
    u32 op = m->k.op, rm = m->i->rm;

    switch (m->k.form) {
    case F_ARITH:    with(m, f->arith[op][0], 0, rm, op); break;
    case F_BINARY:
        with(m, f->binary[m->k.width], m->k.width, !m->k.width, op);
        break;
    case F_UNARY:    with(m, f->unary, 0, 0, op); break;
    case F_COMPARE:  make_fpu_compare(m); break;
    case F_FTST:     fast_put(m, f->ftst); break;
    case F_FXAM:     fast_put(m, f->fxam); break;
    case F_FLD:      with(m, f->fld, 0, rm, 0); break;
    case F_CONST:    constant(m); break;
    case F_FST:      with(m, f->fst[op], rm, 0, 0); break;
    case F_FXCH:     with(m, f->fxch, 0, rm, 0); break;
    case F_FCHS:     fast_put(m, f->fchs); break;
    case F_FABS:     fast_put(m, f->fabs); break;
    case F_FFREE:    with(m, f->ffree, rm, 0, 0); break;
    case F_TURN:     with(m, f->turn, op, 0, 0); break;
    default:         fast_put(m, f->nop);
    }
}

/* ST0 op STn to STn: seen from there a subtraction is reversed. */
static u32 turned(u32 op)
{
    return op == X_SUB ? X_SUBR : op == X_SUBR ? X_SUB : op == X_DIV ? X_DIVR :
           op == X_DIVR ? X_DIV : op;
}

void fast_make_fpu(struct maker *m)
{
    const struct fast_fpu *f = &fast_fpu;
    u32 op = m->k.op, to = turned(op), rm = m->i->rm;

    if (control(m))
        return;
    switch (m->k.form) {
    case F_ARITH_TO:  with(m, f->arith[to][0], rm, 0, to); break;
    case F_ARITH_POP: with(m, f->arith[to][1], rm, 0, to); break;
    case F_ARITH_MEM:
        make_fpu_from_memory(m, f->operand[m->k.width]);
        with(m, f->arith_m[op], 0, X87_MEMORY, op);
        break;
    case F_COMPARE_MEM:
        make_fpu_from_memory(m, f->operand[m->k.width]);
        with(m, f->compare[op], 0, X87_MEMORY, 0);
        break;
    case F_LOAD:      make_fpu_from_memory(m, f->push[m->k.width]); break;
    case F_STORE:     make_fpu_store(m); break;
    default:          in_registers(m);
    }
    if (shows(m))
        fast_put(m, f->where)->imm = m->i->imm2;
}
