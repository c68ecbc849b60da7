/* opcode_words.h - rows of the instruction table in words, for the manual. */
#ifndef OPCODE_WORDS_H
#define OPCODE_WORDS_H

#include <stdio.h>

#include "cpu/exec.h"

static const char *const operand_codes[] = {
    [__] = "", [Eb] = "Eb", [Ew] = "Ew", [Ed] = "Ed", [Ev] = "Ev",
    [Gb] = "Gb", [Gw] = "Gw", [Gd] = "Gd", [Gv] = "Gv", [Rd] = "Rd",
    [Cd] = "Cd", [Dd] = "Dd", [Td] = "Td", [Sw] = "Sw", [M] = "M",
    [Mb] = "Mb", [Mw] = "Mw", [Md] = "Md", [Mq] = "Mq", [Mt] = "Mt",
    [Mp] = "Mp", [Ma] = "Ma", [Ms] = "Ms", [Ib] = "Ib", [Ibs] = "Ib",
    [Iw] = "Iw", [Iv] = "Iv", [I1] = "1", [Jb] = "Jb", [Jv] = "Jv",
    [Ap] = "Ap", [Ob] = "Ob", [Ov] = "Ov", [Zb] = "Zb", [Zw] = "Zw",
    [Zv] = "Zv", [Zd] = "Zd", [AL] = "AL", [AX] = "AX", [eAX] = "eAX",
    [CL] = "CL", [DX] = "DX", [Xb] = "Xb", [Xv] = "Xv", [Yb] = "Yb",
    [Yv] = "Yv", [rES] = "ES", [rCS] = "CS", [rSS] = "SS", [rDS] = "DS",
    [rFS] = "FS", [rGS] = "GS", [ST0] = "ST0", [STi] = "STi",
    [Pq] = "Pq", [Qq] = "Qq", [Qd] = "Qd",
};

static inline const char *operand_code(u8 code)
{
    return code < COUNT_OF(operand_codes) ? operand_codes[code] : "?";
}

static inline void print_flags(FILE *f, u32 flags, const char *between)
{
    static const struct { u32 bit; const char *name; } names[] = {
        { OF, "O" }, { SF, "S" }, { ZF, "Z" }, { AF, "A" }, { PF, "P" },
        { CF, "C" },
    };
    bool first = true;

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (flags & names[i].bit) {
            fprintf(f, "%s%s", first ? "" : between, names[i].name);
            if (*between)
                fputc('F', f);
            first = false;
        }
}

static inline void print_opcode(FILE *f, const struct op *o)
{
    fprintf(f, o->slot < 0x100 ? "%02X" : "0F %02X", o->slot & 0xff);
    if (o->attr & Z8)
        fprintf(f, "+r");
    switch (o->ext & 0xf00) {
    case EXT_ANY:  fprintf(f, " /%d", o->ext & 0xff); break;
    case EXT_MEM:  fprintf(f, " /%d memory", o->ext & 0xff); break;
    case EXT_REG:  fprintf(f, " /%d register", o->ext & 0xff); break;
    case EXT_BYTE: fprintf(f, " %02X", o->ext & 0xff); break;
    }
}

#endif
