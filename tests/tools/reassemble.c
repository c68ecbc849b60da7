/* reassemble.c - our disassembler's text, assembled by nasm, is the same
 * instruction again.
 *
 * usage: reassemble [-v] [COUNT [SEED]]
 *
 * COUNT random instructions for each of 16 and 32 bits. nasm may choose
 * another encoding; so what counts is the operation and its operands as
 * decoded (struct meaning), not the bytes. What nasm has no name for is in
 * `unknown`. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpu/exec.h"
#include "tests/lib/random_code.h"

/* As many as stay clear of the ends of a 16-bit segment, for short jumps. */
enum { BATCH = 1024, ORIGIN = 0x4000 };

struct tester {
    struct cpu cpu;
    u64 seed;
    int bits;
    bool verbose;
    long same, skipped, failed;
    u8 bytes[BATCH * SLOT], again[BATCH * SLOT];
    char text[BATCH][128];              /* empty: not assembled */
    char asm_file[200], bin_file[200];
};

/* ---- what an instruction does, whatever its encoding ---- */

enum kind { NONE, REGISTER, SEGMENT, SPECIAL, STACK, VECTOR, NUMBER, MEMORY,
            TARGET, FAR };

struct value {
    enum kind kind;
    int size;
    u32 n, n2;                          /* a register, a number, an offset */
    u8 base, index, scale, seg;
};

struct meaning {
    const char *name;
    u8 prefixes;
    struct value v[3];
};

static int size_of(const struct insn *i, int code)
{
    int v = i->flags & I_O32 ? 4 : 2;

    switch (code) {
    case Eb: case Gb: case Mb: case Zb: case AL: case Ob: case CL: return 1;
    case Ew: case Gw: case Mw: case Zw: case AX: case DX: return 2;
    case Ed: case Gd: case Md: case Zd: case Rd: case Qd: return 4;
    case Mq: case Qq: return 8;
    case Mt: return 10;
    default: return v;
    }
}

static struct value memory(const struct insn *i, int size)
{
    struct value v = { .kind = MEMORY, .size = size, .n = i->disp & i->amask,
                       .n2 = i->amask, .base = i->base, .index = i->index,
                       .scale = i->scale, .seg = i->seg };

    if (v.index == NOREG)
        v.scale = 0;
    if (v.index == EBP && i->base == NOREG && i->scale < 2 &&
        !(i->flags & I_SEGOV))
        v.seg = SS;                     /* written as a base it is one */
    if (v.base == NOREG && v.index != NOREG && v.scale == 1) {
        v.base = v.index;               /* [eax*2] is [eax+eax] */
        v.scale = 0;
    }
    if (v.base == NOREG && v.scale == 0) {
        v.base = v.index;
        v.index = NOREG;
    }
    if (v.index < v.base && v.index != NOREG && v.scale == 0) {
        u8 base = v.base;

        v.base = v.index;
        v.index = base;
    }
    return v;
}

static struct value number(u32 n, int code, int size)
{
    if (code == Ib || code == I1)
        size = 1;
    else if (code == Iw)
        size = 2;
    if (size < 4)
        n &= (1u << 8 * size) - 1;
    return (struct value){ .kind = NUMBER, .size = size, .n = n };
}

static struct value reg(enum kind kind, int size, u32 n)
{
    return (struct value){ .kind = kind, .size = size, .n = n };
}

static struct value value_of(const struct insn *i, const struct op *o, int k,
                             u32 next)
{
    int code = o->op[k], size = size_of(i, code);
    bool second = k && o->op[k - 1] >= Ib && o->op[k - 1] <= Ov;
    u32 mask = i->flags & I_O32 ? ~0u : 0xffff;

    switch (code) {
    case Eb: case Ew: case Ed: case Ev: case Qq: case Qd:
    case M: case Mb: case Mw: case Md: case Mq: case Mt: case Mp: case Ma:
    case Ms:
        if (i->flags & I_MEM)
            return memory(i, size);
        return reg(code >= Pq ? VECTOR : REGISTER, code >= Pq ? 8 : size,
                   i->rm);
    case Ob: case Ov: return memory(i, size);
    case Gb: case Gw: case Gd: case Gv: case Zb: case Zw: case Zd: case Zv:
        return reg(REGISTER, size, i->reg);
    case Pq: return reg(VECTOR, 8, i->reg);
    case Rd: return reg(REGISTER, size, i->rm);
    case Cd: case Dd: case Td: return reg(SPECIAL, code, i->reg);
    case Sw: return reg(SEGMENT, 0, i->reg);
    case rES: case rCS: case rSS: case rDS: case rFS: case rGS:
        return reg(SEGMENT, 0, (u32)code - rES);
    case AL: case AX: case eAX: return reg(REGISTER, size, 0);
    case CL: return reg(REGISTER, size, 1);
    case DX: return reg(REGISTER, size, 2);
    case ST0: return reg(STACK, 0, 0);
    case STi: return reg(STACK, 0, i->rm);
    case Ib: case Ibs: case Iw: case Iv: case I1:
        return number(second ? i->imm2 : i->imm, code, size);
    case Jb: case Jv: return reg(TARGET, 0, (next + i->imm) & mask);
    case Ap: return (struct value){ .kind = FAR, .n = i->imm, .n2 = i->imm2 };
    default: return (struct value){ .kind = NONE };
    }
}

/* Prefixes that change what the instruction does or that the text shows. */
static u8 prefixes_of(const struct insn *i, const struct op *o)
{
    u8 f = i->flags & (I_LOCK | I_REP | I_REPNE | I_O32);
    bool counts = strncmp(o->mnem, "loop", 4) == 0 ||
                  strcmp(o->mnem, "jcxz") == 0;

    if (!(i->flags & I_MEM) && ((o->attr & REP) || counts || o->op[0] == __))
        f |= i->flags & (I_SEGOV | I_A32);
    if (o->op[0] == Sw || (o->op[1] == Sw && (i->flags & I_MEM)))
        f &= (u8)~I_O32;                /* a word in any case */
    return f;
}

static void meaning(const struct insn *i, u32 next, struct meaning *m)
{
    const struct op *o = &op_table[i->row];
    bool any_order = strcmp(o->mnem, "xchg") == 0 ||
                     strcmp(o->mnem, "test") == 0;

    *m = (struct meaning){ .name = o->mnem, .prefixes = prefixes_of(i, o) };
    for (int k = 0; k < 3; k++)
        m->v[k] = value_of(i, o, k, next);
    if (any_order && memcmp(&m->v[0], &m->v[1], sizeof m->v[0]) > 0) {
        struct value v = m->v[0];

        m->v[0] = m->v[1];
        m->v[1] = v;
    }
}

static bool same_value(const struct value *a, const struct value *b)
{
    return a->kind == b->kind && a->size == b->size && a->n == b->n &&
           a->n2 == b->n2 && a->base == b->base && a->index == b->index &&
           a->scale == b->scale && a->seg == b->seg;
}

static bool same_meaning(const struct meaning *a, const struct meaning *b)
{
    for (int k = 0; k < 3; k++)
        if (!same_value(&a->v[k], &b->v[k]))
            return false;
    return a->prefixes == b->prefixes && strcmp(a->name, b->name) == 0;
}

/* ---- one batch ---- */

/* nasm has no way to write these: encodings that Intel does not document,
 * prefixes before WAIT, and F2h, F3h where they are parts of opcodes now. */
static bool unknown(const char *text, const struct insn *i)
{
    static const char *const words[] =
        { "esc", "fcom2", "fcomp3", "fcomp5", "fxch4", "fxch7",
          "fstp1", "fstp8", "fstp9", "segr", " wait", "repne jmp short", "fnsetpm",
          "xchg ax,ax", "xchg eax,eax" };
    const struct op *o = &op_table[i->row];
    bool reads_word = o->op[1] == Ew && strncmp(o->mnem, "mov", 3) == 0;

    for (size_t n = 0; n < COUNT_OF(words); n++)
        if (strstr(text, words[n]))
            return true;
    if (!(i->flags & I_O32) && ((reads_word && o->op[0] == Gv) ||
                                strcmp(o->mnem, "bswap") == 0))
        return true;
    if (o->op[0] == Jb && (s32)i->imm > 0x70 && i->len > 2)
        return true;                    /* a prefix that goes would be short */
    return (i->flags & (I_REP | I_REPNE)) && strstr(text, "mm");
}

/* What nasm 2.16 wants in other words: F2h before a branch has a name of its
 * own since MPX; conditional jumps must say how long they are, or it takes
 * o32 for the length, or does not accept a size. */
static void put_line(FILE *f, const char *text, const struct insn *i)
{
    const struct op *o = &op_table[i->row];
    bool jcc = *o->mnem == 'j' && strcmp(o->mnem, "jmp") != 0 &&
               strcmp(o->mnem, "jcxz") != 0;
    bool near = o->op[0] == Jv || strcmp(o->mnem, "ret") == 0 ||
                (o->op[0] == Ev && (o->attr & ENDS));
    char line[160], name[24], with[40];

    snprintf(line, sizeof line, "%s", text);
    snprintf(name, sizeof name, "%s ", o->mnem);
    snprintf(with, sizeof with, "%s %s ", o->mnem,
             o->op[0] == Jb ? "short" : "near");
    if (near || jcc)
        replace(line, "repne ", "bnd ");
    if (jcc && !strstr(line, "near"))
        replace(line, name, with);
    fprintf(f, "%s\n", line);
}

static void write_one(struct tester *t, u32 k, FILE *f)
{
    const u8 *p = t->bytes + k * SLOT;
    struct insn i;

    insn_disasm(&t->cpu, p, RANDOM, ORIGIN + k * SLOT, t->text[k],
                sizeof t->text[k]);
    if (insn_decode(&t->cpu, p, RANDOM, &i) != DECODE_OK ||
        i.row >= op_count || unknown(t->text[k], &i)) {
        *t->text[k] = 0;
        t->skipped++;
    } else {
        put_line(f, t->text[k], &i);
    }
    fprintf(f, "times %u-($-$$) nop\n", (k + 1) * SLOT);
}

static bool write_source(struct tester *t)
{
    FILE *f = fopen(t->asm_file, "w");

    if (!f)
        return false;
    fprintf(f, "bits %d\norg 0x%x\n", t->bits, ORIGIN);
    for (u32 k = 0; k < BATCH; k++)
        write_one(t, k, f);
    return fclose(f) == 0;
}

static bool assemble(struct tester *t)
{
    char command[500];
    FILE *f;
    size_t n;

    snprintf(command, sizeof command, "nasm -w-all -f bin -o '%s' '%s' 2>&1 | "
             "head -n 5", t->bin_file, t->asm_file);
    unlink(t->bin_file);
    if (system(command) != 0 || !(f = fopen(t->bin_file, "rb")))
        return false;
    n = fread(t->again, 1, sizeof t->again, f);
    fclose(f);
    return n == sizeof t->again;
}

static void show(const struct tester *t, int k, const struct insn *i)
{
    const u8 *p = t->bytes + k * SLOT, *q = t->again + k * SLOT;
    char text[128];

    insn_disasm(&t->cpu, q, RANDOM, (u32)(ORIGIN + k * SLOT), text,
                sizeof text);
    printf("%d bits:", t->bits);
    for (int n = 0; n < i->len; n++)
        printf(" %02x", p[n]);
    printf(": \"%s\"; again", t->text[k]);
    for (int n = 0; n < RANDOM && (n < 1 || q[n] != 0x90); n++)
        printf(" %02x", q[n]);
    printf(": \"%s\"\n", text);
}

static void compare(struct tester *t, int k)
{
    struct insn i, j;
    struct meaning a, b;
    u32 at = (u32)(ORIGIN + k * SLOT);

    if (insn_decode(&t->cpu, t->bytes + k * SLOT, RANDOM, &i) != DECODE_OK ||
        insn_decode(&t->cpu, t->again + k * SLOT, RANDOM, &j) != DECODE_OK ||
        i.row >= op_count || j.row >= op_count) {
        t->failed++;
        printf("%d bits: \"%s\" does not decode again\n", t->bits, t->text[k]);
        return;
    }
    meaning(&i, at + i.len, &a);
    meaning(&j, at + j.len, &b);
    if (same_meaning(&a, &b))
        t->same++;
    else if (t->failed++ < 40 || t->verbose)
        show(t, k, &i);
}

static bool batch(struct tester *t)
{
    random_code(t->bytes, BATCH, &t->seed);
    if (!write_source(t) || !assemble(t))
        return false;
    for (int k = 0; k < BATCH; k++)
        if (*t->text[k])
            compare(t, k);
    return true;
}

static bool run(struct tester *t, int bits, long count)
{
    t->bits = bits;
    t->cpu.mode = MODE_PROT | (bits == 32 ? MODE_CS32 : 0);
    for (long left = count; left > 0; left -= BATCH)
        if (!batch(t))
            return false;
    return true;
}

static bool run_all(struct tester *t, long count)
{
    const char *dir = getenv("TMPDIR");
    char folder[180];
    bool ok;

    snprintf(folder, sizeof folder, "%.150s/reassemble-XXXXXX",
             dir ? dir : "/tmp");
    if (!mkdtemp(folder))
        return false;
    snprintf(t->asm_file, sizeof t->asm_file, "%s/a.asm", folder);
    snprintf(t->bin_file, sizeof t->bin_file, "%s/a.bin", folder);
    ok = run(t, 16, count) && run(t, 32, count);
    unlink(t->asm_file);
    unlink(t->bin_file);
    rmdir(folder);
    return ok;
}

static struct tester tester;
static struct mem mem;
static struct bus bus;
static struct clk clk = { .ps_per_insn = 1000 };

int main(int argc, char **argv)
{
    bool v = argc > 1 && strcmp(argv[1], "-v") == 0, ok;
    long count = argc > 1 + v ? atol(argv[1 + v]) : 100000;
    struct cpu_model model = *cpu_model_find("pentium2");

    tester.verbose = v;
    tester.seed = argc > 2 + v ? strtoull(argv[2 + v], NULL, 0) : 1;
    if (system("nasm -v > /dev/null 2>&1") != 0) {
        puts("nasm is not installed");
        return 77;
    }
    if (cpu_init(&tester.cpu, &model, &mem, &bus, &clk, NULL))
        return 1;
    ok = run_all(&tester, count);
    cpu_free(&tester.cpu);
    printf("%ld the same again, %ld not assembled, %ld differ\n", tester.same,
           tester.skipped, tester.failed);
    return !ok || tester.failed != 0 || tester.same < count;
}
