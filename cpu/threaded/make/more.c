/* more.c - the second form of rarer instructions (ops_more.inc). */
#include "cpu/threaded/make/make.h"

static const struct fast_more *more_of(const struct maker *m)
{
    return m->k.width == 8 ? &fast_more_8 :
           m->k.width == 16 ? &fast_more_16 : &fast_more_32;
}

static struct fop *at_address(struct maker *m, fast_fn *run)
{
    fast_put_address(m);
    return fast_put(m, run);
}

void fast_make_shift_memory(struct maker *m, u32 n)
{
    const struct fast_more *f = more_of(m);

    if (m->k.form == SHIFT_C)
        at_address(m, f->shift_mc[m->k.op]);
    else
        at_address(m, f->shift_mi[m->k.op])->imm = n;
}

static void double_shift(struct maker *m)
{
    const struct fast_more *f = more_of(m);
    const struct insn *i = m->i;
    u32 op = m->k.op, n = i->imm & 31;
    bool by_cl = m->k.form == SHD_C;

    if (memory(i)) {
        at_address(m, by_cl ? f->shd_mc[op][i->reg]
                            : f->shd_mi[op][i->reg])->imm = n;
        return;
    }
    fast_put(m, m->forms->get[i->reg]);
    if (by_cl)
        fast_put(m, f->shd_c[op][i->rm]);
    else if (n)
        fast_put(m, f->shd_i[op][m->live != DEAD][i->rm])->imm = n;
}

static void bit_by_register(struct maker *m)
{
    const struct fast_more *f = more_of(m);
    const struct insn *i = m->i;

    if (memory(i)) {
        at_address(m, f->bit_at[!!(i->flags & I_A32)][i->reg]);
        fast_put(m, f->bit_mr[m->k.op][i->reg]);
    } else {
        fast_put(m, m->forms->get[i->reg]);
        fast_put(m, f->bit_rt[m->k.op][i->rm]);
    }
}

static void bit_by_immediate(struct maker *m)
{
    const struct fast_more *f = more_of(m);
    const struct insn *i = m->i;

    if (!m->k.op) {
        fast_put_operand(m, m->forms);
        fast_put(m, f->bt_ti);
    } else if (memory(i)) {
        at_address(m, f->bit_mi[m->k.op]);
    } else {
        fast_put(m, f->bit_ri[m->k.op][i->rm]);
    }
}

/* With an address, or nothing that is better than the plain handler. */
static void in_memory(struct maker *m, fast_fn *run)
{
    if (memory(m->i))
        at_address(m, run);
    else
        fast_put(m, fast_quiet);
}

/* An address with ESP in it takes the value after the pop. */
static void pop_to_memory(struct maker *m)
{
    u32 first = m->n;

    at_address(m, more_of(m)->pop_m[m->wide_stack]);
    if (m->i->base == ESP)
        m->op[first].disp += m->k.width / 8u;
}

static void compared_string(struct maker *m)
{
    bool wide = m->i->flags & I_A32;

    if (m->k.form == CMPS)
        fast_put(m, m->forms->movs1[wide]);
    fast_put(m, m->k.form == CMPS ? more_of(m)->cmps2[wide]
                                  : more_of(m)->scas[wide]);
}

void fast_make_more(struct maker *m)
{
    const struct fast_more *f = more_of(m);
    const struct insn *i = m->i;

    switch (m->k.form) {
    case XCHG_E_G:        at_address(m, f->xchg_m[i->reg]); break;
    case SETCC_E:         at_address(m, f->set_m[m->k.op]); break;
    case SHD_I: case SHD_C: double_shift(m); break;
    case BIT_E_G:         bit_by_register(m); break;
    case BIT_E_I:         bit_by_immediate(m); break;
    case XADD_E_G:        in_memory(m, f->xadd_m[i->reg]); break;
    case CMPXCHG_E_G:     in_memory(m, f->cmpxchg_m[i->reg]); break;
    case SCAS: case CMPS: compared_string(m); break;
    case POP_E:           pop_to_memory(m); break;
    case ENTER:           fast_put(m, f->enter[m->wide_stack]); break;
    case SCAN_G_E:
        fast_put_operand(m, m->forms);
        fast_put(m, f->scan[m->k.op][i->reg]);
        break;
    case CMOV_G_E:
        fast_put_operand(m, m->forms);
        fast_put(m, f->cmov[m->k.op][i->reg]);
        break;
    default:
        fast_put(m, fast_quiet);
    }
}
