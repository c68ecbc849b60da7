/* host_vendor.h - where processors of different vendors part.
 *
 * A guest is an Intel chip. Tests that compare it with another vendor's
 * processor, or with what was recorded on one, turn the guest's outcome into
 * the one that this vendor's processor has, and compare that exactly. */
#ifndef HOST_VENDOR_H
#define HOST_VENDOR_H

#include "cpu/fpu/f80.h"

enum vendor { VENDOR_INTEL, VENDOR_AMD };

/* What an instruction left, and what it began with, as far as any row needs
 * it. Fields of no concern to the instruction are 0. */
struct outcome {
    const char *mnem;                   /* as in opcodes.def */
    /* A string instruction that faulted: whole turns before that, the width
     * of its operands in bytes, those of the last turn. */
    u32 turns, width, left, right;
    u32 flags;                          /* EFLAGS afterwards */
    /* x87: the operands, what became of ST0, and how. */
    struct f80 st0, st1, result;
    struct f80_env e;
};

/* The vendor of this host's processor; Intel where it is none of the two. */
enum vendor host_vendor(void);

/* "intel" or "amd"; false if neither. */
bool vendor_named(const char *name, enum vendor *v);

/* Takes -vendor NAME from the arguments, for the tests of the rows; the
 * host's vendor without it. Exits on an unknown name. */
enum vendor vendor_option(int *argc, char ***argv);

/* Turns an Intel processor's outcome into that of the vendor's. */
void vendor_expect(enum vendor v, struct outcome *o);

#endif
