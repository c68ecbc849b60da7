/* insn.h - decoded instructions and the rows of opcodes.def. */
#ifndef INSN_H
#define INSN_H

#include "cpu/core.h"

struct insn;

/* Runs one instruction. EIP already stands behind it. Reads everything that
 * can fault before it changes anything; a fault does not return. */
typedef void handler(struct cpu *c, const struct insn *i);

enum { I_MEM = 1, I_LOCK = 2, I_REP = 4, I_REPNE = 8, I_O32 = 16, I_A32 = 32,
       I_END = 64, I_SEGOV = 128 };

struct insn {                           /* 40 bytes on a 64-bit host */
    handler *run;
    u32 disp, imm;
    u32 amask;                          /* of an effective address */
    u16 imm2;                           /* far selector, ENTER's level */
    u16 row;                            /* in op_table */
    u8 len, flags;
    u8 seg;                             /* of the memory operand */
    u8 base, index, scale;
    u8 reg, rm;                         /* reg field or opcode register; r/m */
    u32 charge;                         /* see cost.h */
    u32 rest;                           /* of those after it in its block */
};

/* Operand codes: those of the Intel manual's opcode maps. */
enum operand {
    __,
    Eb, Ew, Ed, Ev,                     /* register or memory by ModRM */
    Gb, Gw, Gd, Gv,                     /* register by ModRM.reg */
    Rd, Cd, Dd, Td,                     /* register by r/m; CR, DR, TR by reg */
    Sw,                                 /* segment register by reg */
    M, Mb, Mw, Md, Mq, Mt, Mp, Ma, Ms,  /* memory only; Ms: 6-byte table */
    Ib, Ibs, Iw, Iv, I1,                /* immediates; Ibs sign-extends */
    Jb, Jv, Ap,                         /* relative, far pointer */
    Ob, Ov,                             /* memory at an immediate offset */
    Zb, Zw, Zv, Zd,                     /* register in the opcode's low bits */
    AL, AX, eAX, CL, DX,
    Xb, Xv, Yb, Yv,                     /* DS:eSI, ES:eDI */
    rES, rCS, rSS, rDS, rFS, rGS,
    ST0, STi,
    Pq, Qq, Qd,                         /* MMX: by reg; by r/m or memory */
};

/* ModRM forms: any, /n in both forms, memory only, register only, exact. */
enum { X__ = 0, EXT_ANY = 0x100, EXT_MEM = 0x200, EXT_REG = 0x300,
       EXT_BYTE = 0x400 };
#define XN(n) (EXT_ANY | (n))
#define XM(n) (EXT_MEM | (n))
#define XR(n) (EXT_REG | (n))
#define XB(b) (EXT_BYTE | (b))

/* Attributes. */
enum {
    MODRM = 1,                          /* a ModRM byte follows */
    LOCK  = 2,                          /* may be locked when in memory */
    ENDS  = 4,                          /* ends a block */
    Z8    = 8,                          /* eight slots: register in opcode */
    PROT  = 0x10,                       /* #UD in real and V86 mode */
    REP   = 0x20,                       /* a string instruction */
    O8086 = 0x40,                       /* on the 8086 only */
    UPTO186 = 0x80, UPTO286 = 0x100, UPTO386 = 0x200,
    FPU   = 0x400,                      /* an escape: CR0.EM, TS, WAIT rules */
    P66   = 0x800,                      /* mnemonic differs with operand size */
    UPTO486 = 0x1000,
};

struct op {
    const char *mnem;                   /* two names: "cbw/cwde" with P66 */
    handler *run16, *run32;
    u16 slot, ext;                      /* slot: 0-FF, 100-1FF for 0F xx */
    u8 op[3];
    u8 since;                           /* enum family */
    u16 attr;
    u32 feature;                        /* a CPUID bit it needs, or 0 */
    u16 writes, undef;                  /* flags defined and undefined */
};

extern const struct op op_table[];
extern const int op_count;

/* The longest instruction. An 8086 takes prefixes without end, of which so many
 * are understood here; later ones have a limit of their own. */
enum { INSN_BYTES = 255 };

enum decode_result { DECODE_OK, DECODE_SHORT, DECODE_LONG };

/* Decodes the instruction at p, of which n bytes can be read, for the
 * machine's current mode. SHORT: it needs more bytes; LONG: over the limit
 * (#GP). What this model lacks decodes as one that raises #UD. */
enum decode_result insn_decode(const struct cpu *c, const u8 *p, u32 n,
                               struct insn *i);

/* Does the model know the row? One before it in its slot may win. */
bool op_in_model(const struct op *o, const struct cpu_model *model);

/* The model's table of rows; NULL when out of memory. */
struct op_map *op_map_new(const struct cpu_model *model);
void op_map_free(struct op_map *m);

static inline bool insn_wide(const struct insn *i)     /* 32-bit operands */
{
    return i->flags & I_O32;
}

/* Text of the instruction at p in Intel syntax; returns its length in bytes
 * (1 for "db"). eip is its address, for branch targets. */
int insn_disasm(const struct cpu *c, const u8 *p, u32 n, u32 eip, char *out,
                size_t size);

/* The same as if the CPU were in a code segment of 16 or 32 bits; 0: as it
 * is. In the former two the instructions of protected mode are known. */
int insn_disasm_as(struct cpu *c, int bits, const u8 *p, u32 n, u32 eip,
                   char *out, size_t size);

#endif
