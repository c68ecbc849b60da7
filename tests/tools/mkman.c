/* mkman.c - a manual page for each mnemonic, from the instruction table.
 *
 * usage: mkman FOLDER
 *
 * Writes FOLDER/NAME.7 for each, and isabox-instructions.7, which explains
 * the words and lists the names. Run by make doc. The pages say what the
 * table knows, not what an operation computes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/lib/opcode_words.h"

/* ---- names: "cbw/cwde" is two ---- */

static bool is_named(const struct op *o, const char *name)
{
    const char *slash = strchr(o->mnem, '/');
    size_t n = slash ? (size_t)(slash - o->mnem) : strlen(o->mnem);

    return (strlen(name) == n && memcmp(name, o->mnem, n) == 0) ||
           (slash && strcmp(name, slash + 1) == 0);
}

static bool first_of_name(int row, const char *name)
{
    for (int n = 0; n < row; n++)
        if (is_named(&op_table[n], name))
            return false;
    return true;
}

/* ---- operands, as Intel's manual writes them ---- */

static const char *sized(int code, int bits)
{
    bool w = bits == 16;

    switch (code) {
    case Eb: return "r/m8";
    case Ew: return "r/m16";
    case Ed: return "r/m32";
    case Ev: return w ? "r/m16" : "r/m32";
    case Gb: case Zb: return "r8";
    case Gw: case Zw: return "r16";
    case Gd: case Zd: case Rd: return "r32";
    case Gv: case Zv: return w ? "r16" : "r32";
    case Cd: return "CR0-CR4";
    case Dd: return "DR0-DR7";
    case Td: return "TR3-TR7";
    case Sw: return "Sreg";
    case M: return "m";
    case Mb: return "m8";
    case Mw: return "m16";
    case Md: return "m32";
    case Mq: return "m64";
    case Mt: return "m80";
    case Mp: return w ? "m16:16" : "m16:32";
    case Ma: return w ? "m16&16" : "m32&32";
    case Ms: return "m16&32";
    case Ib: return "imm8";
    case Ibs: return "imm8 (sign-extended)";
    case Iw: return "imm16";
    case Iv: return w ? "imm16" : "imm32";
    case I1: return "1";
    case Jb: return "rel8";
    case Jv: return w ? "rel16" : "rel32";
    case Ap: return w ? "ptr16:16" : "ptr16:32";
    case Ob: return "moffs8";
    case Ov: return w ? "moffs16" : "moffs32";
    case eAX: return w ? "AX" : "EAX";
    case Xb: return "[DS:eSI] byte";
    case Xv: return w ? "[DS:eSI] word" : "[DS:eSI] dword";
    case Yb: return "[ES:eDI] byte";
    case Yv: return w ? "[ES:eDI] word" : "[ES:eDI] dword";
    case STi: return "ST(i)";
    case Pq: return "mm";
    case Qq: return "mm/m64";
    case Qd: return "mm/m32";
    default: return operand_code((u8)code);
    }
}

static bool by_size(const struct op *o)
{
    for (int n = 0; n < 3; n++)
        if (strcmp(sized(o->op[n], 16), sized(o->op[n], 32)) != 0)
            return true;
    return o->attr & P66;
}

static void put_form(FILE *f, const struct op *o, int bits)
{
    const char *slash = strchr(o->mnem, '/');

    fprintf(f, "\\fB");
    if (!slash)
        fprintf(f, "%s", o->mnem);
    else if (bits == 32)
        fprintf(f, "%s", slash + 1);
    else
        fprintf(f, "%.*s", (int)(slash - o->mnem), o->mnem);
    fprintf(f, "\\fP");
    for (int n = 0; n < 3 && o->op[n] != __; n++)
        fprintf(f, "%s%s", n ? ", " : " \\fI", sized(o->op[n], bits));
    fprintf(f, o->op[0] == __ ? "\n" : "\\fP\n");
}

/* ---- models ---- */

static void put_models(FILE *f, const struct op *o)
{
    bool any = false;

    fprintf(f, ".TP\nModels\n");
    for (const struct cpu_model *m = cpu_models; m->name; m++)
        if (op_in_model(o, m)) {
            fprintf(f, "%s%s", any ? ", " : "", m->name);
            any = true;
        }
    fprintf(f, any ? "\n" : "none as such\n");
    for (const struct cpu_feature *p = cpu_features; p->name; p++)
        if (o->feature & p->bit)
            fprintf(f, "(needs the feature %s)\n", p->name);
}

/* ---- flags ---- */

static void put_flags(FILE *f, const struct op *o)
{
    fprintf(f, ".TP\nFlags\n");
    if (!(o->writes | o->undef))
        fprintf(f, "none change");
    print_flags(f, o->writes, " ");
    if (o->writes)
        fprintf(f, " by the result%s", o->undef ? "; " : "");
    print_flags(f, o->undef, " ");
    fprintf(f, o->undef ? " undefined by the manual\n" : "\n");
}

/* ---- exceptions ---- */

/* LEA, INVLPG, UD1 and the long NOP look at an address, not what is there. */
static bool no_access(const struct op *o)
{
    return is_named(o, "lea") || is_named(o, "invlpg") ||
           is_named(o, "ud1") || is_named(o, "nop");
}

static bool can_be_memory(const struct op *o)
{
    if ((o->ext & 0xf00) == EXT_REG || (o->ext & 0xf00) == EXT_BYTE)
        return false;
    for (int n = 0; n < 3; n++)
        if ((o->op[n] >= Eb && o->op[n] <= Ev) || o->op[n] == Ob ||
            (o->op[n] >= M && o->op[n] <= Ms) || o->op[n] == Ov ||
            (o->op[n] >= Xb && o->op[n] <= Yv) || o->op[n] == Qq ||
            o->op[n] == Qd)
            return true;
    return false;
}

static bool only_memory(const struct op *o)
{
    for (int n = 0; n < 3; n++)
        if (o->op[n] >= M && o->op[n] <= Ms)
            return true;
    return false;
}

static void put_exceptions(FILE *f, const struct op *o)
{
    fprintf(f, ".TP\nExceptions\n");
    if (o->attr & PROT)
        fprintf(f, "#UD in real and virtual-8086 mode.\n");
    if (only_memory(o) && (o->ext & 0xf00) != EXT_MEM)
        fprintf(f, "#UD with a register, from the 186 on.\n");
    fprintf(f, o->attr & LOCK && can_be_memory(o)
               ? "#UD with LOCK and a register, from the 386 on.\n"
               : "#UD with LOCK, from the 386 on.\n");
    if (can_be_memory(o) && !no_access(o))
        fprintf(f, "For memory #GP or #SS (segment), #PF (page), "
                "#AC (alignment, 486).\n");
    if (o->attr & FPU)
        fprintf(f, "#NM with CR0.EM or CR0.TS; #MF or IRQ 13 for a pending "
                "x87 exception, unless its name begins with fn.\n");
    if (o->feature == FEAT_MMX && o->slot != 0x133)
        fprintf(f, "#UD with CR0.EM, #NM with CR0.TS, #MF for a pending x87 "
                "exception.\n");
}

/* ---- pages ---- */

static void put_row(FILE *f, const struct op *o)
{
    fprintf(f, ".SS \"");
    print_opcode(f, o);
    fprintf(f, "\"\n.nf\n");
    put_form(f, o, 16);
    if (by_size(o))
        put_form(f, o, 32);
    fprintf(f, ".fi\n");
    put_models(f, o);
    put_flags(f, o);
    put_exceptions(f, o);
    if (o->attr & REP)
        fprintf(f, ".TP\nPrefixes\nREP, REPE or REPNE repeat it eCX times.\n");
}

static FILE *open_page(const char *folder, const char *name, const char *what)
{
    char path[500];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s.7", folder, name);
    f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return NULL;
    }
    fprintf(f, ".\\\" Made by make doc from cpu/isa/opcodes.def.\n"
            ".TH \"%s\" 7 \"\" isabox \"isabox instructions\"\n"
            ".SH NAME\n%s \\- %s\n", name, name, what);
    return f;
}

static bool page(const char *folder, const char *name)
{
    FILE *f = open_page(folder, name, "x86 instruction");

    if (!f)
        return false;
    fprintf(f, ".SH ENCODINGS\n");
    for (int n = 0; n < op_count; n++)
        if (is_named(&op_table[n], name))
            put_row(f, &op_table[n]);
    fprintf(f, ".SH SEE ALSO\n.BR isabox-instructions (7),\n"
            ".BR isabox (1)\n");
    return fclose(f) == 0;
}

static void put_index_entry(FILE *f, const char *name)
{
    fprintf(f, ".BR \"%s\" (7)\n", name);
}

static const char words[] =
    ".SH DESCRIPTION\n"
    "Each mnemonic has a page in this section, made from the table that\n"
    "isabox decodes by. A heading is an opcode: /n is the middle field of\n"
    "ModRM, +r a register in the low three bits, memory and register the\n"
    "form that ModRM must have. Of several rows of an opcode that a model\n"
    "has, the first wins.\n"
    "Below are the operands as Intel's manual writes them, with an operand\n"
    "size of 16 and, where it differs, 32 bits.\n"
    "Exceptions are those that follow from encoding and operands; those of\n"
    "the operation itself are in Intel's manual, volume 2.\n"
    ".SH INSTRUCTIONS\n";

/* Calls for each name once, in the table's order. */
static bool each_name(bool (*call)(const char *folder, const char *name),
                      FILE *index, const char *folder)
{
    char both[40];

    for (int n = 0; n < op_count; n++) {
        char *name, *rest = both;

        snprintf(both, sizeof both, "%s", op_table[n].mnem);
        while ((name = strtok_r(rest, "/", &rest))) {
            if (!first_of_name(n, name))
                continue;
            put_index_entry(index, name);
            if (!call(folder, name))
                return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    FILE *index;
    bool ok;

    if (argc != 2) {
        fprintf(stderr, "usage: mkman FOLDER\n");
        return 2;
    }
    if (mkdir(argv[1], 0777) && errno != EEXIST) {
        fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    index = open_page(argv[1], "isabox-instructions",
                      "the instructions that isabox knows");
    if (!index)
        return 1;
    fputs(words, index);
    ok = each_name(page, index, argv[1]);
    return fclose(index) == 0 && ok ? 0 : 1;
}
