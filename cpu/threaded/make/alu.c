/* alu.c - the second form of arithmetic: with flags, without, or with
 * flags that are put off (make.h, enum fate). */
#include "cpu/threaded/make/make.h"

#include "cpu/threaded/handlers/ops_jump.h"

/* The instruction's flags are put off; ADD, SUB and CMP have forms
 * for that. */
static bool make_holds(const struct maker *m)
{
    return m->live == HELD &&
           (m->k.op == ADD || m->k.op == SUB || m->k.op == CMP);
}

/* Register r with t, by register t's value, with an immediate. */
static fast_fn *make_rt(const struct maker *m, u32 r)
{
    u32 op = m->k.op;

    if (make_holds(m))
        return op == CMP ? m->held->cmp_rt[r] : m->held->rt[op == SUB][r];
    return op == CMP ? m->forms->cmp_rt[r] :
           op == TEST ? m->forms->test_rt[r]
                      : m->forms->rt[m->live != DEAD][op][r];
}

static fast_fn *make_ri(struct maker *m, u32 r)
{
    u32 op = m->k.op;

    if (m->patched) {
        fast_put(m, fast_control.imm_patched);
        return make_rt(m, r);
    }
    if (make_holds(m))
        return op == CMP ? m->held->cmp_ri[r] : m->held->ri[op == SUB][r];
    return op == CMP ? m->forms->cmp_ri[r] :
           op == TEST ? m->forms->test_ri[r]
                      : m->forms->ri[m->live != DEAD][op][r];
}

/* Memory with register r or an immediate. */
static void make_compare_memory(struct maker *m, u32 r)
{
    const struct fast_forms *f = m->forms;
    bool holds = make_holds(m);

    fast_put_operand(m, f);
    if (m->k.form == E_G)
        fast_put(m, m->k.op == TEST ? f->test_rt[r] :
               holds ? m->held->cmp_tr[r] : f->cmp_tr[r]);
    else
        fast_put(m, m->k.op == TEST ? f->test_ti :
               holds ? m->held->cmp_ti : f->cmp_ti);
}

static void make_arith_memory(struct maker *m, u32 r)
{
    u32 op = m->k.op;

    fast_put_address(m);
    if (m->k.form == E_G)
        fast_put(m, make_holds(m) ? m->held->mr[op == SUB][r]
                             : m->forms->mr[op][r]);
    else
        fast_put(m, make_holds(m) ? m->held->mi[op == SUB] : m->forms->mi[op]);
}

/* An operation of a register with itself; false: it has no form of its own. */
static bool make_itself(struct maker *m)
{
    const struct insn *i = m->i;

    switch (m->k.op) {
    case OR: case AND: case TEST:
        fast_put(m, m->live ? m->held->tst[i->rm] : fast_control.nop);
        return true;
    case XOR: case SUB:
        fast_put(m, m->held->zero[m->live != DEAD][i->rm]);
        return true;
    default:
        return false;
    }
}

/* Notes flags of the result in register r. */
static void make_result(struct maker *m, u32 r)
{
    fast_put(m, m->held->tst[r]);
}

/* A logical operation's flags follow from its result, so a fop of its own notes
 * them. */
static bool make_logical(struct maker *m)
{
    const struct insn *i = m->i;
    enum fate live = m->live;
    u32 r = m->k.form == A_I ? EAX : m->k.form == G_E ? i->reg : i->rm;

    if (!fast_logical_apart(m))
        return false;
    m->live = DEAD;
    if (m->k.form == G_E)
        fast_put_operand(m, m->forms);
    else if (m->k.form == E_G)
        fast_put(m, m->forms->get[i->reg]);
    fast_put(m, m->k.form == G_E || m->k.form == E_G ? make_rt(m, r)
                                                     : make_ri(m, r));
    m->live = live;
    make_result(m, r);
    return true;
}

bool fast_logical_apart(const struct maker *m)
{
    u32 op = m->k.op;

    return m->live != DEAD && (op == AND || op == OR || op == XOR) &&
           (m->k.form == A_I || !memory(m->i));
}

void fast_make_arith(struct maker *m)
{
    const struct insn *i = m->i;
    u32 form = m->k.form;

    if (is_register_with_itself(i, &m->k) && make_itself(m))
        return;
    if (make_logical(m))
        return;
    if (form == G_E) {
        fast_put_operand(m, m->forms);
        fast_put(m, make_rt(m, i->reg));
    } else if (form == A_I) {
        fast_put(m, make_ri(m, EAX));
    } else if (!memory(i)) {
        if (form == E_G)
            fast_put(m, m->forms->get[i->reg]);
        fast_put(m, form == E_G ? make_rt(m, i->rm) : make_ri(m, i->rm));
    } else if (m->k.op >= CMP) {
        make_compare_memory(m, i->reg);
    } else {
        make_arith_memory(m, i->reg);
    }
}

/* Of register r. Flags that are put off follow from the result. */
static void make_step(struct maker *m, bool dec, u32 r)
{
    const struct fast_forms *f = m->forms;
    u32 live = m->live == READ;

    fast_put(m, dec ? f->dec[live][r] : f->inc[live][r]);
    if (m->live == HELD)
        fast_put(m, fast_jumps_of(m->k.width)->step[dec][r]);
}

static fast_fn *make_step_memory(const struct maker *m, bool dec)
{
    if (m->live == HELD)
        return dec ? m->held->dec_m : m->held->inc_m;
    return dec ? m->forms->dec_m : m->forms->inc_m;
}

void fast_make_unary(struct maker *m)
{
    const struct fast_forms *f = m->forms;
    const struct insn *i = m->i;
    u32 form = m->k.form;
    bool dec = form == DEC_E || form == DEC_Z;

    if (form == INC_Z || form == DEC_Z) {
        make_step(m, dec, i->reg);
    } else if (memory(i)) {
        fast_put_address(m);
        fast_put(m, form == NEG_E ? f->neg_m : form == NOT_E ? f->not_m
                                        : make_step_memory(m, dec));
    } else if (form == INC_E || form == DEC_E) {
        make_step(m, dec, i->rm);
    } else {
        fast_put(m, form == NOT_E ? f->not[i->rm] :
                    m->live == HELD ? m->held->neg[i->rm] : f->neg[i->rm]);
    }
}

static fast_fn *make_shift_by(const struct maker *m, u32 n)
{
    const struct fast_forms *f = m->forms;
    u32 op = m->k.op, r = m->i->rm;

    if (m->live == HELD)
        return m->held->shift[op][r];
    if (m->live || !f->shift_0[op][r])
        return n == 1 && m->c->family != I286 ? f->shift_1[op][r]
                                              : f->shift[op][r];
    return f->shift_0[op][r];
}

static fast_fn *make_shift_by_cl(const struct maker *m)
{
    u32 op = m->k.op, r = m->i->rm;

    return m->live == READ || op < SHL
               ? m->forms->shift_c[op][r]
               : m->held->shift_c[op][m->live == HELD][r];
}

void fast_make_shift(struct maker *m)
{
    const struct insn *i = m->i;
    u32 n = m->k.form == SHIFT_1 ? 1 : i->imm & 31;

    if (memory(i)) {
        fast_make_shift_memory(m, n);
    } else if (m->k.form == SHIFT_C) {
        fast_put(m, make_shift_by_cl(m));
    } else if (n == 0) {
        fast_put(m, fast_control.nop);
    } else {
        fast_put(m, make_shift_by(m, n));
        m->op[m->n - 1].imm = n;
    }
}

/* A product or quotient whose flags are put off. */
static bool make_held_product(struct maker *m)
{
    const struct fast_held *h = m->held;

    if (m->live != HELD)
        return false;
    switch (m->k.form) {
    case MUL_E:      fast_put(m, h->mul_t); return true;
    case IMUL_E:     fast_put(m, h->imul_t); return true;
    case IMUL_G_E:   fast_put(m, h->imul[m->i->reg]); return true;
    case DIV_E:
        if (m->c->family == I286)       /* it has flags of its own */
            return false;
        fast_put(m, h->div_t);
        return true;
    case IMUL_G_E_I:
        fast_put(m, h->imul_ti);
        fast_put(m, m->forms->set[m->i->reg]);
        return true;
    default:
        return false;
    }
}

void fast_make_product(struct maker *m)
{
    const struct fast_forms *f = m->forms;
    u32 live = m->live != DEAD;

    fast_put_operand(m, f);
    if (make_held_product(m))
        return;
    switch (m->k.form) {
    case MUL_E:    fast_put(m, f->mul_t[live]); break;
    case IMUL_E:   fast_put(m, f->imul_t[live]); break;
    case DIV_E:    fast_put(m, f->div_t); break;
    case IDIV_E:   fast_put(m, f->idiv_t); break;
    case IMUL_G_E: fast_put(m, f->imul[live][m->i->reg]); break;
    default:
        fast_put(m, f->imul_ti[live]);
        fast_put(m, f->set[m->i->reg]);
    }
}
