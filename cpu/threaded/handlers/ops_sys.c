/* ops_sys.c - fast handlers of segment loads, interrupts and flags.
 *
 * Within a chain nothing asks for attention, so TF and RF are clear, and no
 * interrupt is both allowed and pending; a handler that would change that is
 * left to the plain one. */
#define FAST_HANDLERS
#include "cpu/threaded/handlers/ops_ctl.h"

/* Out to a handler that is no stencil. */
#ifndef STENCIL
#define AWAY(name) TAIL(name, i)
#else
#define AWAY(name) SLOW
#endif

enum { WHOLE = 0x10000, ATTR_V86 = SEG_P | SEG_DPL | SEG_S | SEG_RW | SEG_A };

ALWAYS u32 get16(const u8 *p)
{
    u16 v;

    memcpy(&v, p, sizeof v);
    return v;
}

ALWAYS u32 get32(const u8 *p)
{
    u32 v;

    memcpy(&v, p, sizeof v);
    return v;
}

ALWAYS void put16(u8 *p, u32 v)
{
    u16 h = (u16)v;

    memcpy(p, &h, sizeof h);
}

ALWAYS void put32(u8 *p, u32 v) { memcpy(p, &v, sizeof v); }

#define SP_16(v)     ((u16)(v))
#define SP_32(v)     ((u32)(v))
#define SET_SP_16(v) (esp = with_low16(esp, (u16)(v)))
#define SET_SP_32(v) (esp = (v))
#define STACK        (c->window + SS)

/* ---- segment registers ---- */

/* In real and V86 mode: moves a segment of 64 KB in directly reached memory,
 * of which only the base changes. */
ALWAYS bool rebase(struct cpu *c, u32 n, u32 sel)
{
    struct window *w = c->window + n;
    struct seg *s = c->s.seg + n;
    u32 base = (sel & 0xffff) << 4;

    if (unlikely(w->rd[0] != WHOLE || base >= c->small_end ||
                 ((c->s.eflags & VM) && s->attr != ATTR_V86)))
        return false;
    s->sel = (u16)sel;
    s->base = c->access[n].base = w->base = base;
    w->host = c->low_host + base;
    w->above = HIGH_BASE - base;
    return true;
}

ALWAYS void shadow_from(struct cpu *c, u32 rest, bool sti)
{
    c->s.shadow_at = cpu_icount(c) - rest;
    c->s.sti_shadow = sti;
}

/* imm is the segment register. */
FAST(get_seg) { t = c->s.seg[i->imm].sel; NEXT; }

FAST(seg_real)
{
    if (unlikely(!rebase(c, i->imm, t)) && !fast_load_segment(c, i->imm, t))
        SLOW;
    NEXT;
}

FAST(ss_real)
{
    if (unlikely(!rebase(c, SS, t)))
        SLOW;
    shadow_from(c, i->rest, false);
    NEXT;
}

FAST(seg_prot)
{
    if (unlikely(!fast_load_segment(c, i->imm, t)))
        SLOW;
    NEXT;
}

/* imm is what fast_verify() asks for. */
FAST(verify)
{
    if (unlikely(!fast_verify(c, t, i->imm)))
        SLOW;
    NEXT;
}

FAST_STORE(store_seg, win(c, i->seg), t, 1,
           put16(p, c->s.seg[i->imm].sel);)

/* The pointer at t: its selector into register imm, t = its offset. It must
 * not wrap around a segment's end. */
#define POINTER_AT(off, sel, w)                                             \
    if (unlikely((u16)t > 0xfff8))                                          \
        goto away;                                                          \
    {                                                                       \
        READABLE(p, win(c, i->seg), t, 2, goto away);                       \
        off = get32(p);                                                     \
        sel = off >> 16;                                                    \
    }                                                                       \
    if (w == 16) {                                                          \
        off = (u16)off;                                                     \
    } else {                                                                \
        READABLE(p, win(c, i->seg), (u32)t + 4, 1, goto away);              \
        sel = get16(p);                                                     \
    }
#define FAR_POINTERS(w)                                                     \
    FAST(pointer_##w##_real)                                                \
    {                                                                       \
        u32 off, sel;                                                       \
                                                                            \
        POINTER_AT(off, sel, w)                                             \
        if (unlikely(!rebase(c, i->imm, sel)) &&                            \
            !fast_load_segment(c, i->imm, sel))                             \
            goto away;                                                      \
        t = off;                                                            \
        NEXT;                                                               \
    away:;                                                                  \
        SLOW;                                                               \
    }                                                                       \
    FAST(pointer_##w##_prot)                                                \
    {                                                                       \
        u32 off, sel;                                                       \
                                                                            \
        POINTER_AT(off, sel, w)                                             \
        if (unlikely(!fast_load_segment(c, i->imm, sel)))                   \
            goto away;                                                      \
        t = off;                                                            \
        NEXT;                                                               \
    away:;                                                                  \
        SLOW;                                                               \
    }
FAR_POINTERS(16)
FAR_POINTERS(32)

/* t = the word on top of the stack; disp bytes off it; a selector to it, as a
 * dword of which the upper half stays. */
#define TOPS(b)                                                             \
    FAST_LOAD(top_16_##b, STACK, SP_##b(esp), 1, t = get16(p); NEXT;)       \
    FAST_LOAD(top_32_##b, STACK, SP_##b(esp), 2, t = get32(p); NEXT;)       \
    FAST(drop_##b) { SET_SP_##b(esp + i->disp); NEXT; }                     \
    FAST_STORE(push_seg_##b, STACK, SP_##b(esp - 4), 1,                     \
               put16(p, t); SET_SP_##b(SP_##b(esp - 4));)
TOPS(16)
TOPS(32)

/* ---- flags ---- */

ALWAYS bool may_set_if(const struct cpu *c)
{
    return !(c->s.cr[0] & CR0_PE) || c->s.cpl <= iopl(c);
}

FAST(cli)
{
    if (unlikely(!may_set_if(c)))
        AWAY(fast_denied);
    c->s.eflags &= ~(u32)IF;
    NEXT;
}

FAST(sti)
{
    if (unlikely(!may_set_if(c)))
        AWAY(fast_denied);
    if (!(c->s.eflags & IF)) {
        if (unlikely(c->s.intr))
            SLOW;
        shadow_from(c, i->rest, true);
        c->s.eflags |= IF;
    }
    NEXT;
}

ALWAYS bool flags_denied(const struct cpu *c)
{
    return (c->s.eflags & VM) && iopl(c) < 3;
}

/* Whether flags f can be loaded here and now. */
ALWAYS bool flags_simple(const struct cpu *c, u32 f)
{
    return !(f & TF) && (!(f & IF) || !c->s.intr);
}

ALWAYS void flags_load(struct cpu *c, u32 f, u32 mask)
{
    mask &= c->flags_legal & ~(u32)ARITH;
    flags_set_arith(c, f);
    c->s.eflags = (c->s.eflags & ~mask) | (f & mask);
}

/* With 32-bit operands there are more of them; AC may change what accesses do,
 * VIF and VIP are cleared. */
enum { FLAGS_16 = DF | NT | IF, FLAGS_32 = FLAGS_16 | ID | VIF | VIP };
#define PUSHED_16 (flags_get(c) | 2)
#define PUSHED_32 ((flags_get(c) | 2) & ~(u32)(RF | VM))
#define POPS_16(f) true
#define POPS_32(f) (!(((f) ^ c->s.eflags) & AC))
#define POPPED_16(f) (f)
#define POPPED_32(f) ((f) & ~(u32)(VIF | VIP))

#define FLAGS(w, k, b)                                                      \
    FAST(pushf_##w##_##b)                                                   \
    {                                                                       \
        if (unlikely(flags_denied(c)))                                      \
            AWAY(fast_denied);                                              \
        SETTLED(SLOW);                                                      \
        WRITABLE(p, STACK, SP_##b(esp - w / 8), k, SLOW);                   \
        put##w(p, PUSHED_##w);                                              \
        SET_SP_##b(SP_##b(esp - w / 8));                                    \
        NEXT;                                                               \
    }                                                                       \
    FAST(popf_##w##_##b)                                                    \
    {                                                                       \
        if (unlikely(!may_set_if(c)))                                       \
            AWAY(fast_denied);                                              \
        READABLE(p, STACK, SP_##b(esp), k, SLOW);                           \
        t = get##w(p);                                                      \
        if (unlikely(!flags_simple(c, t) || !POPS_##w(t)))                  \
            SLOW;                                                           \
        flags_load(c, POPPED_##w(t), FLAGS_##w | (c->s.cpl ? 0 : IOPL));    \
        SET_SP_##b(SP_##b(esp + w / 8));                                    \
        NEXT;                                                               \
    }
FLAGS(16, 1, 16)
FLAGS(16, 1, 32)
FLAGS(32, 2, 16)
FLAGS(32, 2, 32)

/* ---- all registers ---- */

ALWAYS u8 *span_write(struct cpu *c, const struct window *w, u32 off, u32 n)
{
    u32 last = off + n - 1, lin = w->base + off;

    if (likely(last >= off && last < w->wd[0] && !c->lines[lin / CODE_LINE] &&
               !c->lines[(lin + n - 1) / CODE_LINE]))
        return w->host + off;
    return fast_span(c, w, off, n, true);
}

ALWAYS const u8 *span_read(struct cpu *c, const struct window *w, u32 off,
                           u32 n)
{
    u32 last = off + n - 1;

    if (likely(last >= off && last < w->rd[0]))
        return w->host + off;
    return fast_span(c, w, off, n, false);
}

/* Whether n bytes from a 16-bit stack pointer on wrap. */
#define WRAPS_16(off, n) ((off) > WHOLE - (n))
#define WRAPS_32(off, n) false

#define SET_16(r, v) (r = with_low16(r, (u16)(v)))
#define SET_32(r, v) (r = (v))

#define ALL_REGISTERS(w, b)                                                 \
    FAST(pusha_##w##_##b)                                                   \
    {                                                                       \
        u32 off = SP_##b(esp - w);                                          \
        u8 *p;                                                              \
                                                                            \
        if (unlikely(WRAPS_##b(off, w) ||                                   \
                     !(p = span_write(c, STACK, off, w))))                  \
            SLOW;                                                           \
        put##w(p + 7 * w / 8, eax);                                         \
        put##w(p + 6 * w / 8, ecx);                                         \
        put##w(p + 5 * w / 8, edx);                                         \
        put##w(p + 4 * w / 8, ebx);                                         \
        put##w(p + 3 * w / 8, esp);                                         \
        put##w(p + 2 * w / 8, ebp);                                         \
        put##w(p + w / 8, esi);                                             \
        put##w(p, edi);                                                     \
        SET_SP_##b(off);                                                    \
        NEXT;                                                               \
    }                                                                       \
    FAST(popa_##w##_##b)                                                    \
    {                                                                       \
        u32 off = SP_##b(esp);                                              \
        const u8 *p;                                                        \
                                                                            \
        if (unlikely(WRAPS_##b(off, w) ||                                   \
                     !(p = span_read(c, STACK, off, w))))                   \
            SLOW;                                                           \
        SET_##w(eax, get##w(p + 7 * w / 8));                                \
        SET_##w(ecx, get##w(p + 6 * w / 8));                                \
        SET_##w(edx, get##w(p + 5 * w / 8));                                \
        SET_##w(ebx, get##w(p + 4 * w / 8));                                \
        SET_##w(ebp, get##w(p + 2 * w / 8));                                \
        SET_##w(esi, get##w(p + w / 8));                                    \
        SET_##w(edi, get##w(p));                                            \
        SET_SP_##b(off + w);                                                \
        NEXT;                                                               \
    }
ALL_REGISTERS(16, 16)
ALL_REGISTERS(32, 16)
ALL_REGISTERS(16, 32)
ALL_REGISTERS(32, 32)

/* ---- far transfers in real and V86 mode, 16 bits, on a 16-bit stack ---- */

/* Where n bytes are pushed below, or popped from, offset `off` on. */
ALWAYS u8 *room_real(struct cpu *c, u32 off, u32 n)
{
    const struct window *w = STACK;
    u32 lin = w->base + off;

    if (unlikely(off > WHOLE - n))
        return NULL;
    if (unlikely(w->wd[0] != WHOLE || c->lines[lin / CODE_LINE] ||
                 c->lines[(lin + n - 1) / CODE_LINE]))
        return fast_span(c, w, off, n, true);
    return w->host + off;
}

ALWAYS const u8 *popped_real(struct cpu *c, u32 off, u32 n)
{
    const struct window *w = STACK;

    if (unlikely(off > WHOLE - n))
        return NULL;
    return likely(w->rd[0] == WHOLE) ? w->host + off
                                     : fast_span(c, w, off, n, false);
}

/* CS may lie in ROM or in the first 64 KB above 1 MB. */
ALWAYS void recode(struct cpu *c, u32 sel)
{
    if (unlikely(!rebase(c, CS, sel)))
        fast_load_code(c, sel);
}

ALWAYS bool traced(const struct cpu *c)
{
    return c->log && c->log->max >= LOG_TRACE;
}

/* The vector's IVT entry must be in directly reached memory. */
FAST(int_real)
{
    u32 at = i->imm * 4, entry = c->s.idt_base + at, off = (u16)(esp - 6);
    u8 *p;

    if (unlikely(c->s.cr[0] & CR0_PE))
        AWAY(fast_int_prot);
    SETTLED(SLOW_END);
    p = room_real(c, off, 6);
    if (unlikely(may_yield(i->imm, (u16)eax)))
        SLOW_END;
    if (unlikely(!p || at + 3 > c->s.idt_limit ||
                 (u64)entry + 3 >= c->low_end ||
                 (c->s.eflags & AC) || traced(c)))
        SLOW_END;
    entry = get32(c->low_host + entry);
    t = c->s.seg[CS].sel;
    recode(c, entry >> 16);
    STILL_SETTLED;
    put16(p + 4, flags_get(c) | 2);
    put16(p + 2, t);
    put16(p, EIP + i->disp);
    SET_SP_16(off);
    c->s.eflags &= ~(u32)IF;
    c->s.eip = entry & 0xffff;
    FIND;
}

FAST(iret_real)
{
    const u8 *p = popped_real(c, (u16)esp, 6);
    u32 ip, mask = IF | DF | IOPL | NT;

    if (unlikely(flags_denied(c)))
        AWAY(fast_denied);
    if (unlikely(!p || c->s.nmi_blocked))
        SLOW_END;
    ip = get16(p);
    t = get16(p + 4);
    if (unlikely(ip >= c->fast_end || !flags_simple(c, t)))
        SLOW_END;
    recode(c, get16(p + 2));
    if (c->s.eflags & VM)
        mask &= ~(u32)IOPL;
    flags_load(c, t, mask);
    SET_SP_16(esp + 6);
    c->s.eip = ip;
    FIND;
}

/* Pushes CS and the address behind the block. */
ALWAYS bool pushed_real(struct cpu *c, u32 sp, u32 ip)
{
    u8 *p = room_real(c, sp, 4);

    if (unlikely(!p))
        return false;
    put16(p + 2, c->s.seg[CS].sel);
    put16(p, ip);
    return true;
}

/* imm2, the selector, is in t. */
FAST(call_real)
{
    u32 off = (u16)(esp - 4);

    if (unlikely(i->imm >= c->fast_end ||
                 !pushed_real(c, off, EIP + i->disp)))
        SLOW_END;
    SET_SP_16(off);
    recode(c, t);
    c->s.eip = i->imm;
    FIND;
}

FAST(jmp_real)
{
    if (unlikely(i->imm >= c->fast_end))
        SLOW_END;
    recode(c, t);
    c->s.eip = i->imm;
    FIND;
}

/* The pointer is at t. */
FAST(call_m_real)
{
    u32 off, sel, sp = (u16)(esp - 4);

    POINTER_AT(off, sel, 16)
    if (unlikely(off >= c->fast_end || !pushed_real(c, sp, EIP + i->disp)))
        goto away;
    SET_SP_16(sp);
    recode(c, sel);
    c->s.eip = off;
    FIND;
away:;
    SLOW_END;
}

FAST(jmp_m_real)
{
    u32 off, sel;

    POINTER_AT(off, sel, 16)
    if (unlikely(off >= c->fast_end))
        goto away;
    recode(c, sel);
    c->s.eip = off;
    FIND;
away:;
    SLOW_END;
}

FAST(retf_real)
{
    const u8 *p = popped_real(c, (u16)esp, 4);

    if (unlikely(!p))
        SLOW_END;
    t = get16(p);
    if (unlikely(t >= c->fast_end))
        SLOW_END;
    recode(c, get16(p + 2));
    SET_SP_16(esp + 4 + i->imm);
    c->s.eip = t;
    FIND;
}

FAST(get_i) { t = i->imm; NEXT; }

const struct fast_system fast_system = {
    .get_seg = get_seg, .get_i = get_i, .seg_real = seg_real,
    .ss_real = ss_real, .seg_prot = seg_prot,
    .verify = verify,
    .top = { { top_16_16, top_16_32 }, { top_32_16, top_32_32 } },
    .drop = { drop_16, drop_32 }, .push_seg = { push_seg_16, push_seg_32 },
    .cli = cli, .sti = sti,
    .pushf = { { pushf_16_16, pushf_16_32 }, { pushf_32_16, pushf_32_32 } },
    .popf = { { popf_16_16, popf_16_32 }, { popf_32_16, popf_32_32 } },
    .pusha = { { pusha_16_16, pusha_16_32 }, { pusha_32_16, pusha_32_32 } },
    .popa = { { popa_16_16, popa_16_32 }, { popa_32_16, popa_32_32 } },
    .int_real = int_real, .iret_real = iret_real, .call_real = call_real,
    .jmp_real = jmp_real, .retf_real = retf_real,
    .call_m_real = call_m_real, .jmp_m_real = jmp_m_real,
    .store_seg = store_seg,
    .far_pointer = { { pointer_16_real, pointer_16_prot },
                     { pointer_32_real, pointer_32_prot } },
};
