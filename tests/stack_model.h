/* stack_model.h - what instructions do to SP, BP, SI, DI, CX and to memory.
 *
 * Written down from the operation sections of the manual (SDM volume 2; 80386
 * Programmer's Reference, chapter 17) to compare the processor with; it has
 * no code in common with cpu/. Memory is a pattern and a list of what was
 * written since. Order of the segments: ES, CS, SS, DS. */
#ifndef STACK_MODEL_H
#define STACK_MODEL_H

#include <setjmp.h>
#include <string.h>

#include "machine/core/core.h"

enum { M_AX, M_CX, M_DX, M_BX, M_SP, M_BP, M_SI, M_DI };
enum { M_ES, M_CS, M_SS, M_DS, M_SEGS };
enum { M_CF = 1, M_PF = 4, M_AF = 0x10, M_ZF = 0x40, M_SF = 0x80,
       M_DF = 0x400, M_OF = 0x800, M_ARITH = 0x8d5 };
enum { MODEL_WRITES = 512 };

struct model_seg { u32 base, limit; bool big, down; u16 sel; };

struct model {
    u32 r[8], eip, flags;
    struct model_seg seg[M_SEGS];
    u32 cpl;
    bool real;
    u32 o, a, s;                        /* operand bytes, address and stack
                                         * pointer masks */
    u32 next;                           /* EIP behind the instruction */
    u32 op, imm, imm2;                  /* opcode's last byte, immediates */
    u32 rep;                            /* prefix F2 or F3, or 0 */
    int base;                           /* register of the memory operand */
    u32 disp;
    int vector;                         /* of a fault, or -1 */
    u32 code;
    u32 writes;
    struct { u32 at; u8 v; } wrote[MODEL_WRITES];
    jmp_buf out;
};

/* ---- memory ---- */

static inline u8 model_pattern(u32 at)
{
    return (u8)((at * 2654435761u ^ at >> 7) >> 11);
}

static u8 model_byte(const struct model *m, u32 at)
{
    for (u32 n = m->writes; n-- > 0;)
        if (m->wrote[n].at == at)
            return m->wrote[n].v;
    return model_pattern(at);
}

static void model_poke(struct model *m, u32 at, u32 v, u32 bytes)
{
    for (u32 n = 0; n < bytes && m->writes < MODEL_WRITES; n++, m->writes++) {
        m->wrote[m->writes].at = at + n;
        m->wrote[m->writes].v = (u8)(v >> 8 * n);
    }
}

static _Noreturn void model_fault(struct model *m, int vector)
{
    m->vector = vector;
    longjmp(m->out, 1);
}

static void model_check(struct model *m, int seg, u32 off, u32 bytes)
{
    const struct model_seg *s = &m->seg[seg];
    u64 last = (u64)off + bytes - 1, top = s->big ? 0xffffffff : 0xffff;

    if (s->down ? off <= s->limit || last > top : last > s->limit)
        model_fault(m, seg == M_SS ? 12 : 13);
}

static u32 model_get(struct model *m, int seg, u32 off, u32 bytes)
{
    u32 v = 0;

    model_check(m, seg, off, bytes);
    for (u32 n = 0; n < bytes; n++)
        v |= (u32)model_byte(m, m->seg[seg].base + off + n) << 8 * n;
    return v;
}

static void model_put(struct model *m, int seg, u32 off, u32 v, u32 bytes)
{
    model_check(m, seg, off, bytes);
    model_poke(m, m->seg[seg].base + off, v, bytes);
}

/* ---- registers of which a part changes ---- */

static u32 model_mask(u32 bytes) { return bytes == 4 ? ~0u : bytes == 2 ? 0xffff
                                                                 : 0xff; }

static void model_set(struct model *m, int reg, u32 v, u32 mask)
{
    m->r[reg] = (m->r[reg] & ~mask) | (v & mask);
}

static void model_push(struct model *m, u32 v, u32 bytes)
{
    u32 sp = (m->r[M_SP] - bytes) & m->s;

    model_put(m, M_SS, sp, v, bytes);
    model_set(m, M_SP, sp, m->s);
}

static u32 model_pop(struct model *m, u32 bytes)
{
    u32 v = model_get(m, M_SS, m->r[M_SP] & m->s, bytes);

    model_set(m, M_SP, m->r[M_SP] + bytes, m->s);
    return v;
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

/* One turn; false: the comparison ends the repetition. */
static bool model_turn(struct model *m)
{
    u32 n = m->op & 1 ? m->o : 1, kind = m->op & ~1u, v = m->r[M_AX];
    u32 si = m->r[M_SI] & m->a, di = m->r[M_DI] & m->a;
    u32 flags = m->flags;

    if (kind == 0xa4 || kind == 0xa6 || kind == 0xac)
        v = model_get(m, M_DS, si, n);
    if (kind == 0xa4 || kind == 0xaa)
        model_put(m, M_ES, di, v, n);
    if (kind == 0xa6 || kind == 0xae)
        flags = model_compare(m, v, model_get(m, M_ES, di, n), n);
    if (kind == 0xac)
        model_set(m, M_AX, v, model_mask(n));
    if (kind == 0xa4 || kind == 0xa6 || kind == 0xac)
        model_advance(m, M_SI, n);
    if (kind != 0xac)
        model_advance(m, M_DI, n);
    m->flags = flags;
    return !(kind == 0xa6 || kind == 0xae) ||
           !(flags & M_ZF) == (m->rep == 0xf2);
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

/* ---- an instruction ---- */

/* A fault leaves the flags and the registers alone, but for those of a
 * string's turns that are done; what was pushed before it stays in memory. */
static void model_run(struct model *m, void (*insn)(struct model *m),
                      bool string)
{
    u32 before[8], flags = m->flags;

    memcpy(before, m->r, sizeof before);
    m->vector = -1;
    if (setjmp(m->out) == 0) {
        insn(m);
        m->eip = m->next;
        return;
    }
    m->flags = flags;
    if (!string)
        memcpy(m->r, before, sizeof before);
}

#endif
