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
