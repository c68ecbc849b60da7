/* stack_insns.h - the instructions of test_stack, for the plain model. */
#ifndef STACK_INSNS_H
#define STACK_INSNS_H

#include "tests/lib/stack_model.h"

static u32 model_mask(u32 bytes)
{
    return bytes == 4 ? ~0u : bytes == 2 ? 0xffff : 0xff;
}

static int model_operand_seg(const struct model *m)
{
    return m->base == M_SP || m->base == M_BP ? M_SS : M_DS;
}

static u32 model_ea(const struct model *m)
{
    return (m->r[m->base] + m->disp) & m->a;
}

/* ---- PUSH and POP ---- */

static void model_push_r(struct model *m)
{
    model_push(m, m->r[m->op & 7], m->o);
}

static void model_push_i(struct model *m) { model_push(m, m->imm, m->o); }

static void model_push_m(struct model *m)
{
    u32 v = model_get(m, model_operand_seg(m), model_ea(m), m->o);

    model_push(m, v, m->o);
}

static void model_pop_r(struct model *m)
{
    model_set(m, (int)(m->op & 7), model_pop(m, m->o), model_mask(m->o));
}

/* The address counts with the stack pointer as it is after the pop. */
static void model_pop_m(struct model *m)
{
    u32 v = model_pop(m, m->o);

    model_put(m, model_operand_seg(m), model_ea(m), v, m->o);
}

/* A segment register takes the room of an operand, but a word is written. */
static void model_push_s(struct model *m)
{
    u32 sp = (m->r[M_SP] - m->o) & m->s;

    model_put(m, M_SS, sp, m->seg[m->op >> 3].sel, 2);
    model_set(m, M_SP, sp, m->s);
}

static void model_pop_s(struct model *m)
{
    m->seg[m->op >> 3].sel = (u16)model_pop(m, m->o);
}

static void model_pusha(struct model *m)
{
    u32 sp = m->r[M_SP];

    for (int n = M_AX; n <= M_DI; n++)
        model_push(m, n == M_SP ? sp : m->r[n], m->o);
}

static void model_popa(struct model *m)
{
    for (int n = M_DI; n >= M_AX; n--) {
        u32 v = model_pop(m, m->o);

        if (n != M_SP)
            model_set(m, n, v, model_mask(m->o));
    }
}

static void model_pushf(struct model *m) { model_push(m, m->flags, m->o); }

/* NT, OF, DF, TF and the arithmetic ones at any privilege; IF by IOPL 0. */
static void model_popf(struct model *m)
{
    u32 mask = 0x4dd5 | (m->cpl == 0 ? 0x3200 : 0);

    if (m->o == 4)
        mask |= 0x240000;
    m->flags = (m->flags & ~mask) | (model_pop(m, m->o) & mask);
}

/* ---- frames ---- */

/* The frame pointer is the stack pointer behind the first push, all of it. */
static void model_enter(struct model *m)
{
    u32 level = m->imm2 % 32, frame, bp = m->r[M_BP];

    model_push(m, bp, m->o);
    frame = m->r[M_SP];
    for (u32 n = 1; n < level; n++) {
        bp -= m->o;
        model_push(m, model_get(m, M_SS, bp & m->s, m->o), m->o);
    }
    if (level)
        model_push(m, frame, m->o);
    model_set(m, M_SP, m->r[M_SP] - m->imm, m->s);
    model_check(m, M_SS, m->r[M_SP] & m->s, m->o);
    model_set(m, M_BP, frame, model_mask(m->o));
}

static void model_leave(struct model *m)
{
    model_set(m, M_SP, m->r[M_BP], m->s);
    model_set(m, M_BP, model_pop(m, m->o), model_mask(m->o));
}

/* ---- near transfers ---- */

static void model_jump(struct model *m, u32 to)
{
    to &= model_mask(m->o);
    if (to > m->seg[M_CS].limit)
        model_fault(m, 13);
    m->next = to;
}

static void model_call(struct model *m)
{
    model_push(m, m->next, m->o);
    model_jump(m, m->next + m->imm);
}

static void model_ret(struct model *m)
{
    model_jump(m, model_pop(m, m->o));
    model_set(m, M_SP, m->r[M_SP] + m->imm, m->s);
}

static void model_loop(struct model *m)
{
    bool zf = m->flags & M_ZF, go = m->op == 0xe2 || zf == (m->op == 0xe1);

    if (m->op == 0xe3) {
        go = !(m->r[M_CX] & m->a);
    } else {
        model_set(m, M_CX, m->r[M_CX] - 1, m->a);
        go = go && (m->r[M_CX] & m->a);
    }
    if (go)
        model_jump(m, m->next + m->imm);
}

static void model_xlat(struct model *m)
{
    u32 at = (m->r[M_BX] + (m->r[M_AX] & 0xff)) & m->a;

    model_set(m, M_AX, model_get(m, M_DS, at, 1), 0xff);
}

/* ---- strings ---- */

static u32 model_compare(const struct model *m, u32 x, u32 y, u32 bytes)
{
    u32 top = 1u << (8 * bytes - 1), v, f = 0, ones = 0;

    x &= model_mask(bytes);
    y &= model_mask(bytes);
    v = (x - y) & model_mask(bytes);
    for (u32 n = 0; n < 8; n++)
        ones += v >> n & 1;
    f |= x < y ? M_CF : 0;
    f |= ones % 2 ? 0 : M_PF;
    f |= (x & 15) < (y & 15) ? M_AF : 0;
    f |= v ? 0 : M_ZF;
    f |= v & top ? M_SF : 0;
    f |= (x ^ y) & (x ^ v) & top ? M_OF : 0;
    return (m->flags & ~(u32)M_ARITH) | f;
}

static void model_advance(struct model *m, int reg, u32 bytes)
{
    model_set(m, reg, m->r[reg] + (m->flags & M_DF ? -bytes : bytes), m->a);
}

static bool model_has(const char *kinds, u32 kind)
{
    return memchr(kinds, (int)kind, strlen(kinds));
}

/* One turn; false: the comparison ends the repetition. Ports are empty. */
static bool model_turn(struct model *m)
{
    u32 n = m->op & 1 ? m->o : 1, kind = m->op & ~1u, flags = m->flags;
    u32 si = m->r[M_SI] & m->a, di = m->r[M_DI] & m->a;
    u32 v = kind == 0x6c ? ~0u : m->r[M_AX];
    bool from = model_has("\xa4\xa6\xac\x6e", kind);
    bool compares = model_has("\xa6\xae", kind);

    if (from)
        v = model_get(m, M_DS, si, n);
    if (model_has("\xa4\xaa\x6c", kind))
        model_put(m, M_ES, di, v, n);
    if (compares)
        flags = model_compare(m, v, model_get(m, M_ES, di, n), n);
    if (kind == 0xac)
        model_set(m, M_AX, v, model_mask(n));
    if (from)
        model_advance(m, M_SI, n);
    if (!model_has("\xac\x6e", kind))
        model_advance(m, M_DI, n);
    m->flags = flags;
    return !compares || !(flags & M_ZF) == (m->rep == 0xf2);
}

static void model_string(struct model *m)
{
    if (!m->rep) {
        (void)model_turn(m);
        return;
    }
    while (m->r[M_CX] & m->a) {
        bool more = model_turn(m);

        model_set(m, M_CX, m->r[M_CX] - 1, m->a);
        if (!more)
            break;
    }
}

#endif
