/* ops_ctl.c - fast handlers of addresses, jumps and flags. */
#define FAST_HANDLERS
#include "cpu/threaded/handlers/ops_ctl.h"

/* Behind a block whose last instruction is like any other. */
FAST(fall)
{
    if (unlikely(!INSIDE(DISP))) {
        c->s.eip += DISP;
        TAIL(fast_unknown, i);
    }
    GO(1, DISP);
}

/* ---- effective addresses ---- */

#define EACH_EA16(X)                                                        \
    X(0, ebx + esi) X(1, ebx + edi) X(2, ebp + esi) X(3, ebp + edi)         \
    X(4, esi) X(5, edi) X(6, ebp) X(7, ebx)
#define EA16(name, v) FAST(ea16_##name) { t = (u16)with_disp(v); NEXT; }
EACH_EA16(EA16)
FAST(ea_none) { t = DISP; NEXT; }

/* With constants that a program patches: a stencil must not have them in it. */
#define EA16_PATCHED(name, v)                                               \
    FAST(ea16_patched_##name) { t = (u16)((v) + i->disp); NEXT; }
EACH_EA16(EA16_PATCHED)
FAST(ea_patched) { t = i->disp; NEXT; }
FAST(imm_patched) { t = i->imm; NEXT; }

#define EACH(X)                                                             \
    X(0, eax) X(1, ecx) X(2, edx) X(3, ebx) X(4, esp) X(5, ebp) X(6, esi)   \
    X(7, edi)
#define TABLE(n) { n##_0, n##_1, n##_2, n##_3, n##_4, n##_5, n##_6, n##_7 }
#define EA32(n, r)                                                          \
    FAST(ea32_patched_##n) { t = r + i->disp; NEXT; }                       \
    FAST(ea32_##n) { t = with_disp(r); NEXT; }                              \
    FAST(index_0_##n) { t = (u32)t + r; NEXT; }                             \
    FAST(index_1_##n) { t = (u32)t + (r << 1); NEXT; }                      \
    FAST(index_2_##n) { t = (u32)t + (r << 2); NEXT; }                      \
    FAST(index_3_##n) { t = (u32)t + (r << 3); NEXT; }
EACH(EA32)

/* ---- jumps ---- */

/* Link 1 leads to the target, link 2 behind the block. */
#define JCC(cc, condition)                                                  \
    FAST(j##cc)                                                             \
    {                                                                       \
        SETTLED(SLOW_END);                                                  \
        if (condition)                                                      \
            JUMP(1, IMM);                                                   \
        JUMP(2, DISP);                                                      \
    }
CONDITIONS(JCC)

/* The block is sure to have settled the flags. */
#define JCC_SETTLED(cc, condition)                                          \
    FAST(js_##cc)                                                           \
    {                                                                       \
        STILL_SETTLED;                                                      \
        if (condition)                                                      \
            JUMP(1, IMM);                                                   \
        JUMP(2, DISP);                                                      \
    }
CONDITIONS(JCC_SETTLED)

FAST(jmp) { JUMP(1, IMM); }

FAST(jmp_t) { FIND_AT(t, (void)0, SLOW_END); }

/* The count register is changed only when the jump is sure. */
#define LOOP(name, count, set, ask, condition)                              \
    FAST(name)                                                              \
    {                                                                       \
        u32 n = count, taken;                                               \
                                                                            \
        ask;                                                                \
        taken = n && (condition);                                           \
        if (unlikely(!INSIDE(taken ? IMM : DISP)))                          \
            SLOW_END;                                                       \
        set;                                                                \
        if (taken)                                                          \
            GO(1, IMM);                                                     \
        GO(2, DISP);                                                        \
    }
#define LOOPS(cc, ask, condition)                                           \
    LOOP(loop##cc##_16, (u16)(ecx - 1), ecx = with_low16(ecx, (u16)n), ask, \
         condition)                                                         \
    LOOP(loop##cc##_32, ecx - 1, ecx = n, ask, condition)
LOOPS(, (void)0, true)
LOOPS(e, SETTLED(SLOW_END), flag_zf(c))
LOOPS(ne, SETTLED(SLOW_END), !flag_zf(c))
LOOP(jcxz_a16, 1, (void)0, (void)0, !(u16)ecx)
LOOP(jcxz_a32, 1, (void)0, (void)0, !ecx)

/* ---- the rest ---- */

FAST(nop) { NEXT; }
FAST(clc) { SETTLED(SLOW); flags_set_cf(c, 0); NEXT; }
FAST(stc) { SETTLED(SLOW); flags_set_cf(c, 1); NEXT; }
FAST(cmc) { SETTLED(SLOW); flags_set_cf(c, !flag_cf(c)); NEXT; }
FAST(cld) { c->s.eflags &= ~(u32)DF; NEXT; }
FAST(std) { c->s.eflags |= DF; NEXT; }
FAST(cbw_w16) { eax = with_low16(eax, (u16)(s8)eax); NEXT; }
FAST(cbw_w32) { eax = (u32)(s16)eax; NEXT; }
FAST(cwd_w16) { edx = with_low16(edx, (u16)((s16)eax >> 15)); NEXT; }
FAST(cwd_w32) { edx = (u32)((s32)eax >> 31); NEXT; }

FAST(xlat_16) { t = (u16)(ebx + (u8)eax); NEXT; }
FAST(xlat_32) { t = ebx + (u8)eax; NEXT; }
FAST(bswap)
{
    u32 v = (u32)t;

    t = v << 24 | (v & 0xff00) << 8 | (v >> 8 & 0xff00) | v >> 24;
    NEXT;
}

#define SETCC(cc, condition)                                                \
    FAST(set##cc)                                                           \
    {                                                                       \
        SETTLED(SLOW);                                                      \
        t = (condition);                                                    \
        NEXT;                                                               \
    }
CONDITIONS(SETCC)

#define ALL(p)                                                              \
    { p##o, p##no, p##c, p##nc, p##z, p##nz, p##na, p##a, p##s, p##ns,      \
      p##pe, p##po, p##l, p##nl, p##ng, p##g }

const struct fast_control fast_control = {
    .ea16 = { TABLE(ea16), TABLE(ea16_patched) },
    .ea_none = { ea_none, ea_patched },
    .ea32 = { TABLE(ea32), TABLE(ea32_patched) }, .imm_patched = imm_patched,
    .index = { TABLE(index_0), TABLE(index_1), TABLE(index_2),
               TABLE(index_3) },
    .fall = fall, .jcc = ALL(j), .jcc_settled = ALL(js_),
    .set = ALL(set), .jmp = jmp, .jmp_t = jmp_t,
    .loop = { { loop_16, loop_32 }, { loope_16, loope_32 },
              { loopne_16, loopne_32 }, { jcxz_a16, jcxz_a32 } },
    .nop = nop, .flag = { clc, stc, cmc, cld, std },
    .xlat = { xlat_16, xlat_32 }, .bswap = bswap,
    .cbw = { cbw_w16, cbw_w32 }, .cwd = { cwd_w16, cwd_w32 },
};
