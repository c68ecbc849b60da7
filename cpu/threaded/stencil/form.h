/* form.h - how a number is put into an instruction of the host.
 *
 * x86-64 has whole 32-bit numbers between its bytes. On AArch64 each
 * instruction has 32 bits, and the number stands in some of them:
 *
 *     31            26 25                                            0
 *     +---------------+----------------------------------------------+
 *     | b, bl         | distance / 4                                 |
 *     +---------------+-------------------------------------+--------+
 *     | b.cond, cbz  24| 23         distance / 4            5| 4    0|
 *     +--+-----+-------+-------------------------------------+--------+
 *     |  |30 29| adrp  | distance in pages: bits 20 to 2 here,| target|
 *     |  |     |       | bits 1 and 0 in 30 and 29            |       |
 *     +--+-----+------++---------------------------+---------+--------+
 *     | add, ldr    22| 21  place in its page    10| 9     5 | target |
 *     +---------------+----------------------------+---------+--------+
 *
 * Since code lies in the lowest 4 GB, adrp and add make any 32-bit number.
 *
 * Reference: Arm Architecture Reference Manual for A-profile, section C6.2;
 * ELF for the Arm 64-bit Architecture, section 5.7. */
#ifndef FORM_H
#define FORM_H

#include "machine/core/core.h"

enum hole_form {
    FORM_REL, FORM_ABS,                 /* 32 bits; REL: from its own place */
    FORM_JUMP,                          /* b and bl: 128 MB each way */
    FORM_BRANCH,                        /* b.cond, cbz, cbnz: 1 MB each way */
    FORM_PAGE,                          /* adrp */
    FORM_LOW,                           /* add, and loads of one byte */
    FORM_LOW_2, FORM_LOW_4, FORM_LOW_8, FORM_LOW_16,    /* of more */
    FORM_ABS_8, FORM_ABS_16             /* as ABS, of fewer bits */
};

static inline u32 form_bits(u32 old, u32 v, int first, int count)
{
    u32 mask = (u32)(((u64)1 << count) - 1) << first;

    return (old & ~mask) | (v << first & mask);
}

/* `old`, which lies at `place`, with the number v in it. */
static inline u32 form_put(enum hole_form form, u32 old, u64 v, u64 place)
{
    u32 pages = (u32)(v >> 12 & 0xfffff) - (u32)(place >> 12);

    switch (form) {
    case FORM_REL:    return (u32)(v - place);
    case FORM_ABS:    return (u32)v;
    case FORM_ABS_8:  return form_bits(old, (u32)v, 0, 8);
    case FORM_ABS_16: return form_bits(old, (u32)v, 0, 16);
    case FORM_JUMP:   return form_bits(old, (u32)((v - place) >> 2), 0, 26);
    case FORM_BRANCH: return form_bits(old, (u32)((v - place) >> 2), 5, 19);
    case FORM_PAGE:
        return form_bits(form_bits(old, pages, 29, 2), pages >> 2, 5, 19);
    default:
        return form_bits(old, ((u32)v & 0xfff) >> (form - FORM_LOW), 10, 12);
    }
}

#endif
