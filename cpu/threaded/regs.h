/* regs.h - where fast handlers keep the guest's registers.
 *
 * In arguments that travel in host registers (clang 19 on x86-64 and AArch64),
 * in global register variables (gcc on x86-64, where configure defines
 * FAST_IN_GLOBALS; only the six registers that calls keep are safe), or in
 * struct cpu. Handlers define FAST_HANDLERS and then have eax .. edi as
 * variables. */
#ifndef REGS_H
#define REGS_H

#include "cpu/core.h"

/* In a stencil i is a constant, and whatever comes in its place goes on. */
#ifdef STENCIL
#define FOP_ARG any_
#else
#define FOP_ARG i
#endif

/* t holds 32 bits. It is as wide as an address, so that the host's upper half
 * is known to be zero where t is added to one. */
#if (defined __x86_64__ || defined __aarch64__) && \
    __has_attribute(preserve_none) && __has_attribute(musttail)

#define FAST_IN_REGS 1
#define FAST_CC      __attribute__((preserve_none))
/* Eleven: the twelfth register of x86-64 holds the address of the next handler,
 * so the lazy flags are in memory. On AArch64 the first nine are registers that
 * calls keep. */
#define FAST_ARGS                                                           \
    struct cpu *c, __attribute__((unused)) const struct fop *FOP_ARG,       \
    u32 ebx, u32 esp, u32 edi, u32 esi, u32 edx, u32 ecx, u32 ebp, u32 eax, \
    uintptr_t t
#define FAST_PASS(op) c, op, ebx, esp, edi, esi, edx, ecx, ebp, eax, t
#define TAIL(fn, op)  __attribute__((musttail)) return fn(FAST_PASS(op))

#else

#define FAST_CC
#define FAST_ARGS                                                           \
    __attribute__((unused)) struct cpu *c,                                  \
    __attribute__((unused)) const struct fop *FOP_ARG, uintptr_t t
#define FAST_PASS(op) c, op, t
#define TAIL(fn, op)  do { fn(FAST_PASS(op)); return; } while (0)

#ifdef FAST_IN_GLOBALS
#define FAST_IN_REGS 1
#ifdef FAST_HANDLERS
register u32 eax __asm__("rbx");
register u32 ecx __asm__("rbp");
register u32 edx __asm__("r12");
register u32 ebx __asm__("r13");
register u32 esp __asm__("r14");
register u32 ebp __asm__("r15");
#define esi c->s.gpr[ESI]
#define edi c->s.gpr[EDI]
#endif

#else
#define FAST_IN_REGS 0
#ifdef FAST_HANDLERS
#define eax c->s.gpr[EAX]
#define ecx c->s.gpr[ECX]
#define edx c->s.gpr[EDX]
#define ebx c->s.gpr[EBX]
#define esp c->s.gpr[ESP]
#define ebp c->s.gpr[EBP]
#define esi c->s.gpr[ESI]
#define edi c->s.gpr[EDI]
#endif
#endif

#endif

/* Between the host's registers and struct cpu. */
#if FAST_IN_REGS
#define SPILL                                                               \
    do {                                                                    \
        u32 *g_ = c->s.gpr;                                                 \
                                                                            \
        g_[EAX] = eax, g_[ECX] = ecx, g_[EDX] = edx, g_[EBX] = ebx;         \
        g_[ESP] = esp, g_[EBP] = ebp, g_[ESI] = esi, g_[EDI] = edi;         \
    } while (0)
#define RELOAD                                                              \
    do {                                                                    \
        const u32 *g_ = c->s.gpr;                                           \
                                                                            \
        eax = g_[EAX], ecx = g_[ECX], edx = g_[EDX], ebx = g_[EBX];         \
        esp = g_[ESP], ebp = g_[EBP], esi = g_[ESI], edi = g_[EDI];         \
    } while (0)
#else
#define SPILL  ((void)c)
#define RELOAD ((void)c)
#endif

#endif
