/* cpuid.c - the CPUID instruction.
 *
 * Reference: Intel AP-485, "Intel Processor Identification and the CPUID
 * Instruction"; SDM volume 2. A leaf past the highest answers as the highest
 * one does. */
#include "cpu/ops/ops.h"

static u32 highest_leaf(const struct cpu *c)
{
    return c->model->caches ? 2 : 1;
}

static void cpuid_answer(struct cpu *c, u32 a, u32 b, u32 cx, u32 d)
{
    c->s.gpr[EAX] = a;
    c->s.gpr[EBX] = b;
    c->s.gpr[ECX] = cx;
    c->s.gpr[EDX] = d;
}

/* TLB descriptors: 32 4K code pages, 2 4M code pages, 64 4K data pages; to be
 * asked once (the low byte). */
enum { P6_TLBS = 0x03020101 };

void op_cpuid(struct cpu *c, const struct insn *i)
{
    u32 leaf = c->s.gpr[EAX], most = highest_leaf(c);

    (void)i;
    leaf = leaf > most ? most : leaf;
    if (leaf == 0)                      /* GenuineIntel */
        cpuid_answer(c, most, 0x756e6547, 0x6c65746e, 0x49656e69);
    else if (leaf == 1)
        cpuid_answer(c, c->model->signature, 0, 0, c->model->features);
    else
        cpuid_answer(c, P6_TLBS, 0, 0, c->model->caches);
}
