/* ops.c - the table of instructions, from opcodes.def. */
#include "cpu/ops/ops.h"

enum { SZP = SF | ZF | PF, SZAP = SZP | AF, SZPC = SZP | CF,
       SZAPC = SZAP | CF, OSZP = OF | SZP, OSZAP = OF | SZAP,
       OSZPC = OF | SZPC, OSZAPC = OF | SZAPC };

#define ROW(slot, ext, mnem, h16, h32, o0, o1, o2, wr, un, attr, since, f)  \
    { mnem, h16, h32, slot, ext, { o0, o1, o2 }, since, attr, f, wr, un },
#define OP(slot, ext, mnem, h, o0, o1, o2, wr, un, attr, since)             \
    ROW(slot, ext, mnem, h, h, o0, o1, o2, wr, un, attr, since, 0)
#define OPF(slot, ext, mnem, h, o0, o1, o2, wr, un, attr, since, f)         \
    ROW(slot, ext, mnem, h, h, o0, o1, o2, wr, un, attr, since, f)
#define OPB(slot, ext, mnem, h, o0, o1, o2, wr, un, attr, since)            \
    ROW(slot, ext, mnem, h##_8, h##_8, o0, o1, o2, wr, un, attr, since, 0)
#define OPV(slot, ext, mnem, h, o0, o1, o2, wr, un, attr, since)            \
    ROW(slot, ext, mnem, h##_16, h##_32, o0, o1, o2, wr, un, attr, since, 0)
#define OPVF(slot, ext, mnem, h, o0, o1, o2, wr, un, attr, since, f)        \
    ROW(slot, ext, mnem, h##_16, h##_32, o0, o1, o2, wr, un, attr, since, f)

const struct op op_table[] = {
#include "cpu/isa/opcodes.def"
};
const int op_count = sizeof op_table / sizeof *op_table;
