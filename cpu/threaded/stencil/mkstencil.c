/* mkstencil.c - at build time: object files of the fast handlers to C tables.
 *
 * mkstencil OBJECT... > stencils.c    each named by its reach: low_NAME.o ...
 *
 * Each handler has a section of its own (-ffunction-sections). Its bytes are
 * the stencil, its relocations the holes; a jump to the next handler at its
 * very end is left out. A handler with a relocation that is not one of those
 * in stencil.h, such as to a constant in memory, is none. gcc puts unlikely
 * parts into a section of their own: a branch to a lone jump there becomes
 * that jump, anything else is put behind the likely part. On AArch64 a branch
 * to a lone jump of its own section becomes that jump. The tables of handlers
 * are found by their relocations too.
 *
 * References: System V ABI, AMD64 supplement, chapter 4; ELF for the Arm
 * 64-bit Architecture, section 5.7. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/threaded/stencil/stencil.h"

enum { CALLS_TOP = 64, TABLES_TOP = 64, NAME_TOP = 64,
       KNOWN_TOP = 1 << 16 };

struct object {
    const char *path;
    unsigned char *bytes;
    size_t size;
    unsigned machine;
    const char *reach;
    const Elf64_Shdr *section;
    unsigned sections;
    const Elf64_Sym *symbol;
    unsigned symbols;
    const char *names, *section_names;
};

/* A handler's code while it is put together. */
struct build {
    const struct object *o;
    unsigned section, cold;             /* cold: appended; 0: none */
    u32 size, hot;                      /* hot: bytes of the former */
    unsigned char code[2048];
    struct stencil_hole hole[64];
    u32 holes, last, number;            /* the latter two: in known[] */
};

struct out {
    u32 code, holes, stencils, calls, tables, joins[JOINS];
    char call[CALLS_TOP][NAME_TOP];
    char table[TABLES_TOP][NAME_TOP];
    struct build *known[KNOWN_TOP];
    FILE *code_file, *hole_file, *stencil_file, *table_file, *number_file;
};

static void die(const char *path, const char *what)
{
    fprintf(stderr, "mkstencil: %s: %s\n", path, what);
    exit(1);
}

static void mkstencil_load(struct object *o)
{
    FILE *f = fopen(o->path, "rb");
    const Elf64_Ehdr *h;
    long n;

    if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < (long)sizeof *h)
        die(o->path, "can't be read");
    rewind(f);
    o->size = (size_t)n;
    o->bytes = malloc(o->size);
    if (!o->bytes || fread(o->bytes, 1, o->size, f) != o->size)
        die(o->path, "can't be read");
    fclose(f);
    h = (const void *)o->bytes;
    o->machine = h->e_machine;
    if (memcmp(h->e_ident, ELFMAG, SELFMAG) || h->e_type != ET_REL ||
        (o->machine != EM_X86_64 && o->machine != EM_AARCH64))
        die(o->path, "no object file for x86-64 or AArch64");
    o->section = (const void *)(o->bytes + h->e_shoff);
    o->sections = h->e_shnum;
    o->section_names = (const char *)o->bytes +
                       o->section[h->e_shstrndx].sh_offset;
    for (unsigned n = 0; n < o->sections; n++)
        if (o->section[n].sh_type == SHT_SYMTAB) {
            o->symbol = (const void *)(o->bytes + o->section[n].sh_offset);
            o->symbols = (unsigned)(o->section[n].sh_size / sizeof *o->symbol);
            o->names = (const char *)o->bytes +
                       o->section[o->section[n].sh_link].sh_offset;
        }
    if (!o->symbol)
        die(o->path, "no symbols");
}

/* The relocations of section n, or none. */
static unsigned relocations(const struct object *o, unsigned n,
                            const Elf64_Rela **r)
{
    for (unsigned k = 0; k < o->sections; k++)
        if (o->section[k].sh_type == SHT_RELA && o->section[k].sh_info == n) {
            *r = (const void *)(o->bytes + o->section[k].sh_offset);
            return (unsigned)(o->section[k].sh_size / sizeof **r);
        }
    return 0;
}

static u32 mkstencil_call_number(struct out *out, const char *name)
{
    u32 n = 0;

    while (n < out->calls && strcmp(out->call[n], name))
        n++;
    if (n == out->calls && out->calls < CALLS_TOP)
        snprintf(out->call[out->calls++], NAME_TOP, "%s", name);
    return n;
}

/* What a relocation may name: code, or a number. */
enum { CODE = 1, NUMBER };

static const struct {
    unsigned machine, type;
    enum hole_form form;
    int names;
} mkstencil_forms[] = {
    { EM_X86_64, R_X86_64_PC32,  FORM_REL, CODE },
    { EM_X86_64, R_X86_64_PLT32, FORM_REL, CODE },
    { EM_X86_64, R_X86_64_32,    FORM_ABS, NUMBER },
    { EM_X86_64, R_X86_64_32S,   FORM_ABS, NUMBER },
    { EM_X86_64, R_X86_64_16,    FORM_ABS_16, NUMBER },
    { EM_X86_64, R_X86_64_8,     FORM_ABS_8, NUMBER },
    { EM_AARCH64, R_AARCH64_JUMP26, FORM_JUMP, CODE },
    { EM_AARCH64, R_AARCH64_CALL26, FORM_JUMP, CODE },
    { EM_AARCH64, R_AARCH64_ADR_PREL_PG_HI21,     FORM_PAGE,   NUMBER },
    { EM_AARCH64, R_AARCH64_ADD_ABS_LO12_NC,      FORM_LOW,    NUMBER },
    { EM_AARCH64, R_AARCH64_LDST8_ABS_LO12_NC,    FORM_LOW,    NUMBER },
    { EM_AARCH64, R_AARCH64_LDST16_ABS_LO12_NC,   FORM_LOW_2,  NUMBER },
    { EM_AARCH64, R_AARCH64_LDST32_ABS_LO12_NC,   FORM_LOW_4,  NUMBER },
    { EM_AARCH64, R_AARCH64_LDST64_ABS_LO12_NC,   FORM_LOW_8,  NUMBER },
    { EM_AARCH64, R_AARCH64_LDST128_ABS_LO12_NC,  FORM_LOW_16, NUMBER },
};

static const struct { const char *name; int is; enum hole_kind kind; }
holes[] = {
    { "stencil_next",    CODE,          HOLE_NEXT },
    { "stencil_self",    CODE,          HOLE_LEAVE },
    { "stencil_handler", CODE,          HOLE_HANDLER },
    { "stencil_fop",     CODE | NUMBER, HOLE_FOP },
    { "stencil_window",  NUMBER,        HOLE_WINDOW },
    { "stencil_link_1",  CODE,          HOLE_LINK_1 },
    { "stencil_link_2",  CODE,          HOLE_LINK_2 },
    { "stencil_target",  CODE,          HOLE_TARGET },
    { "stencil_charge",  NUMBER,        HOLE_CHARGE },
    { "stencil_eip",     NUMBER,        HOLE_EIP },
    { "stencil_imm",     NUMBER,        HOLE_IMM },
    { "stencil_disp",    NUMBER,        HOLE_DISP },
    { "stencil_before",  NUMBER,        HOLE_BEFORE },
    { "stencil_tlb",     NUMBER,        HOLE_TLB },
};
static const char *const joins[JOINS] = {
    ".text.stencil_leave", ".text.stencil_link", ".text.stencil_poor",
    ".text.stencil_unlinked", ".text.stencil_far", ".text.stencil_jump",
    ".text.stencil_seek"
};

/* What relocation r may name, and its form; 0: it is of no kind that we know.
 */
static int mkstencil_form(const struct object *o, const Elf64_Rela *r,
                          enum hole_form *form)
{
    for (u32 k = 0; k < sizeof mkstencil_forms / sizeof *mkstencil_forms; k++)
        if (mkstencil_forms[k].machine == o->machine &&
            mkstencil_forms[k].type == ELF64_R_TYPE(r->r_info)) {
            *form = mkstencil_forms[k].form;
            return mkstencil_forms[k].names;
        }
    return 0;
}

/* Whether relocation r is a hole that we know. */
static int hole_of(struct out *out, const struct object *o, const Elf64_Rela *r,
                   struct stencil_hole *h)
{
    const Elf64_Sym *s = &o->symbol[ELF64_R_SYM(r->r_info)];
    const char *name = o->names + s->st_name;
    enum hole_form form;
    int names = mkstencil_form(o, r, &form);

    if (s->st_shndx != SHN_UNDEF || !names)
        return 0;
    *h = (struct stencil_hole){ .at = (u16)r->r_offset, .form = form,
                                .addend = (s32)r->r_addend };
    for (u32 k = 0; k < sizeof holes / sizeof *holes; k++)
        if (!strcmp(name, holes[k].name) && (names & holes[k].is)) {
            h->kind = holes[k].kind;
            return 1;
        }
    h->kind = HOLE_CALL;
    h->which = (u8)mkstencil_call_number(out, name);
    return names == CODE && h->which < CALLS_TOP &&
           strncmp(name, "stencil_", 8);
}

/* The stencil that has the same code and holes, or ~0; remembers it by the
 * number that it would get. */
static u32 mkstencil_known(struct out *out, const struct build *b, u32 last)
{
    u32 h = 2166136261u, at;
    const struct build *k;

    for (u32 n = 0; n < b->size; n++)
        h = (h ^ b->code[n]) * 16777619;
    for (at = h % KNOWN_TOP; (k = out->known[at]); at = (at + 1) % KNOWN_TOP)
        if (k->size == b->size && k->holes == b->holes && k->last == last &&
            !memcmp(k->code, b->code, b->size) &&
            !memcmp(k->hole, b->hole, b->holes * sizeof *b->hole))
            return k->number;
    out->known[at] = malloc(sizeof *b);
    if (!out->known[at])
        die("stencils", "out of memory");
    *out->known[at] = *b;
    out->known[at]->last = last;
    out->known[at]->number = out->stencils;
    return ~0u;
}

static void put_holes(struct out *out, const struct stencil_hole *h, u32 n)
{
    for (u32 k = 0; k < n; k++)
        fprintf(out->hole_file, "{%u,%u,%u,%u,%d},%c", h[k].at, h[k].kind,
                h[k].form, h[k].which, h[k].addend, k + 1 == n ? '\n' : ' ');
    out->holes += n;
}

static int local(const struct object *o, const Elf64_Rela *r)
{
    return o->symbol[ELF64_R_SYM(r->r_info)].st_shndx != SHN_UNDEF;
}

/* The relocation of the lone jump that a branch into section n leads to. */
static const Elf64_Rela *lone_jump(const struct object *o, unsigned n,
                                   Elf64_Sxword at)
{
    const Elf64_Rela *r = NULL;
    unsigned count = relocations(o, n, &r);
    const unsigned char *p = o->bytes + o->section[n].sh_offset;

    if (at < 0 || (u64)at >= o->section[n].sh_size || p[at] != 0xe9)
        return NULL;
    for (unsigned k = 0; k < count; k++)
        if (r[k].r_offset == (u64)at + 1 && !local(o, &r[k]))
            return &r[k];
    return NULL;
}

static int mkstencil_append(struct build *b, unsigned n)
{
    const Elf64_Shdr *s = &b->o->section[n];

    if (b->size + s->sh_size > sizeof b->code)
        return 0;
    memcpy(b->code + b->size, b->o->bytes + s->sh_offset, s->sh_size);
    b->size += (u32)s->sh_size;
    return 1;
}

/* A branch between the two parts. */
static int mkstencil_inside(struct build *b, const Elf64_Rela *r, u32 base,
                            unsigned to)
{
    s32 v = (s32)((to == b->cold ? b->hot : 0) + r->r_addend) -
            (s32)(base + r->r_offset);

    if (ELF64_R_TYPE(r->r_info) != R_X86_64_PC32 &&
        ELF64_R_TYPE(r->r_info) != R_X86_64_PLT32)
        return 0;
    memcpy(b->code + base + r->r_offset, &v, sizeof v);
    return 1;
}

/* The holes of a section whose code begins at `base`. */
static int mkstencil_fill(struct out *out, struct build *b, unsigned n,
                          u32 base)
{
    const Elf64_Rela *r = NULL;
    unsigned count = relocations(b->o, n, &r);

    for (unsigned k = 0; k < count; k++) {
        const Elf64_Rela *to = &r[k];
        const Elf64_Sym *s = &b->o->symbol[ELF64_R_SYM(to->r_info)];
        unsigned there = s->st_shndx;

        if (b->holes == 64)
            return 0;
        if (local(b->o, to) && b->o->machine != EM_X86_64)
            return 0;
        if (local(b->o, to)) {
            const char *name = b->o->section_names +
                               b->o->section[there].sh_name;

            to = lone_jump(b->o, there,
                           (Elf64_Sxword)s->st_value + r[k].r_addend + 4);
            if (!to && there != b->section && there != b->cold &&
                (b->cold || strncmp(name, ".text.unlikely.", 15)))
                return 0;
            if (!to && there != b->section && !b->cold) {
                b->cold = there;
                if (!mkstencil_append(b, there))
                    return 0;
            }
        }
        if (!to) {
            if (s->st_value || !mkstencil_inside(b, &r[k], base, there))
                return 0;
            continue;
        }
        if (!hole_of(out, b->o, to, &b->hole[b->holes]))
            return 0;
        b->hole[b->holes++].at = (u16)(base + r[k].r_offset);
    }
    return 1;
}

/* ---- jumps ---- */

static u32 mkstencil_insn(const struct build *b, u32 at)
{
    u32 v;

    memcpy(&v, b->code + at, sizeof v);
    return v;
}

/* AArch64: whether the instruction is b; whether it is b.cond, cbz or cbnz. */
static int arm_jumps(u32 insn) { return insn >> 26 == 5; }

static int arm_branches(u32 insn)
{
    return insn >> 24 == 0x54 || (insn >> 25 & 0x3f) == 0x1a;
}

/* Where the branch at `at` leads in the same stencil, tbz and tbnz as well;
 * ~0: the instruction is none. */
static u32 arm_target(const struct build *b, u32 at)
{
    u32 insn = mkstencil_insn(b, at);
    int bits = arm_jumps(insn) ? 26 : arm_branches(insn) ? 19 :
               (insn >> 25 & 0x3f) == 0x1b ? 14 : 0;
    u32 sign, v;

    if (!bits)
        return ~0u;
    sign = 1u << (bits - 1);
    v = insn >> (bits == 26 ? 0 : 5) & (2 * sign - 1);
    return at + (((v ^ sign) - sign) << 2);
}

static struct stencil_hole *mkstencil_hole_at(struct build *b, u32 at)
{
    for (u32 k = 0; k < b->holes; k++)
        if (b->hole[k].at == at)
            return &b->hole[k];
    return NULL;
}

/* Has a branch to a lone jump go where that leads, if the block has it near. */
static void arm_thread(struct build *b, u32 at)
{
    u32 to = arm_target(b, at);
    const struct stencil_hole *h;

    if (!arm_branches(mkstencil_insn(b, at)) || to >= b->size ||
        b->holes == 64 || !(h = mkstencil_hole_at(b, to)) ||
        !arm_jumps(mkstencil_insn(b, to)) ||
        (h->kind != HOLE_NEXT && h->kind != HOLE_LEAVE &&
         h->kind != HOLE_LINK_1 && h->kind != HOLE_LINK_2))
        return;
    b->hole[b->holes] = *h;
    b->hole[b->holes].at = (u16)at;
    b->hole[b->holes++].form = FORM_BRANCH;
}

/* Whether nothing leads to the instruction at `at`, which follows another. */
static int arm_dead(struct build *b, u32 at)
{
    for (u32 k = 0; k < b->size; k += 4)
        if (!mkstencil_hole_at(b, k) && arm_target(b, k) == at)
            return 0;
    return at && arm_jumps(mkstencil_insn(b, at - 4));
}

/* Lets branches leave the stencil, and drops jumps at the end that no branch
 * leads to any more. */
static void arm_straighten(struct build *b)
{
    struct stencil_hole *h;

    for (u32 at = 0; at < b->size; at += 4)
        arm_thread(b, at);
    while (b->size > 4 && (h = mkstencil_hole_at(b, b->size - 4)) &&
           arm_jumps(mkstencil_insn(b, b->size - 4)) &&
           arm_dead(b, b->size - 4)) {
        *h = b->hole[--b->holes];
        b->size -= 4;
    }
}

/* The length of a jump that ends in hole h; 0: it is none. */
static u32 mkstencil_jump_size(const struct build *b,
                               const struct stencil_hole *h)
{
    if (h->form == FORM_REL)
        return b->code[h->at - 1] == 0xe9 ? 5 : 0;
    return h->form == FORM_JUMP && arm_jumps(mkstencil_insn(b, h->at)) ? 4 : 0;
}

/* Leaves out a jump at the very end; returns where it led. */
static u32 mkstencil_shorten(struct build *b)
{
    for (u32 k = 0; k < b->holes; k++) {
        u32 kind = b->hole[k].kind, jump = mkstencil_jump_size(b, &b->hole[k]);

        if (b->hole[k].at + 4u == b->size && jump &&
            (kind == HOLE_NEXT || kind == HOLE_LINK_1 ||
             kind == HOLE_LINK_2)) {
            b->size -= jump;
            b->hole[k] = b->hole[--b->holes];
            return kind;
        }
    }
    return HOLE_CALL;
}

/* The stencil of section n; its number, or NO_STENCIL. */
static u32 put_stencil(struct out *out, const struct object *o, unsigned n)
{
    static struct build b;
    u32 last, twin;

    b = (struct build){ .o = o, .section = n };
    if (!mkstencil_append(&b, n))
        return NO_STENCIL;
    b.hot = b.size;
    if (!mkstencil_fill(out, &b, n, 0) ||
        (b.cold && !mkstencil_fill(out, &b, b.cold, b.hot)))
        return NO_STENCIL;
    if (o->machine == EM_AARCH64)
        arm_straighten(&b);
    last = mkstencil_shorten(&b);
    twin = mkstencil_known(out, &b, last);
    if (twin != ~0u)
        return twin;
    fprintf(out->stencil_file, "{%u,%u,%u,%u,%u},\n", out->code, out->holes,
            b.size, b.holes, last);
    put_holes(out, b.hole, b.holes);
    for (u32 k = 0; k < b.size; k++)
        fprintf(out->code_file, "%u,%s", b.code[k], k % 24 == 23 ? "\n" : "");
    fputc('\n', out->code_file);
    out->code += b.size;
    return out->stencils++;
}

/* A table of handlers: entry k is the function that its relocation names. */
static void mkstencil_put_table(struct out *out, const struct object *o,
                                const Elf64_Sym *s, const u32 *number)
{
    const Elf64_Rela *r = NULL;
    unsigned n = relocations(o, s->st_shndx, &r);
    const char *name = o->names + s->st_name;
    u32 slots = (u32)(s->st_size / 8);

    if (out->tables >= TABLES_TOP)
        die(o->path, "too many tables");
    fprintf(out->number_file, "static const u16 numbers_%u[] = {\n",
            out->tables);
    for (u32 k = 0; k < slots; k++) {
        u32 got = NO_STENCIL;

        for (unsigned m = 0; m < n; m++)
            if (r[m].r_offset == s->st_value + 8 * k)
                got = number[o->symbol[ELF64_R_SYM(r[m].r_info)].st_shndx];
        fprintf(out->number_file, "%u,%s", got, k % 16 == 15 ? "\n" : "");
    }
    fprintf(out->number_file, "};\n");
    fprintf(out->table_file, "    { %s, numbers_%u, %u, %s },\n", name,
            out->tables, slots, o->reach);
    snprintf(out->table[out->tables++], NAME_TOP, "%s", name);
}

static void put_object(struct out *out, struct object *o)
{
    u32 *number;

    mkstencil_load(o);
    number = calloc(o->sections, sizeof *number);
    if (!number)
        die(o->path, "out of memory");
    for (unsigned n = 0; n < o->sections; n++) {
        const char *name = o->section_names + o->section[n].sh_name;

        number[n] = NO_STENCIL;
        if (!strncmp(name, ".text.", 6) && strncmp(name, ".text.unlikely.", 15))
            number[n] = put_stencil(out, o, n);
        for (u32 k = 0; k < JOINS; k++)
            if (!strcmp(name, joins[k]))
                out->joins[k] = number[n];
    }
    for (unsigned n = 0; n < o->symbols; n++)
        if (ELF64_ST_TYPE(o->symbol[n].st_info) == STT_OBJECT &&
            ELF64_ST_BIND(o->symbol[n].st_info) == STB_GLOBAL &&
            o->symbol[n].st_shndx != SHN_UNDEF)
            mkstencil_put_table(out, o, &o->symbol[n], number);
    free(number);
    free(o->bytes);
}

static void mkstencil_copy(FILE *f)
{
    int c;

    rewind(f);
    while ((c = getc(f)) != EOF)
        putchar(c);
    fclose(f);
}

static void array(const char *head, FILE *f, const char *last)
{
    printf("\n%s = {\n", head);
    mkstencil_copy(f);
    printf("%s};\n", last);
}

static void put_externs(const struct out *out)
{
    for (u32 n = 0; n < out->tables; n++) {
        u32 k = 0;

        while (strcmp(out->table[k], out->table[n]))
            k++;
        if (k == n)
            printf("extern const void *const %s[];\n", out->table[n]);
    }
    for (u32 n = 0; n < out->calls; n++)
        printf("extern void call_%u(void) __asm__(\"%s\");\n", n,
               out->call[n]);
}

static void mkstencil_put_all(const struct out *out)
{
    printf("/* stencils.c - made by mkstencil. */\n"
           "#include \"cpu/threaded/threaded.h\"\n"
           "#include \"cpu/threaded/stencil/stencil.h\"\n\n");
    put_externs(out);
    array("const u8 stencil_code[]", out->code_file, "0 ");
    array("const struct stencil_hole stencil_holes[]", out->hole_file,
          "{0,0,0,0,0} ");
    array("const struct stencil stencils[]", out->stencil_file, "{0,0,0,0,0} ");
    printf("const u32 stencil_count = %u;\n\n", out->stencils);
    mkstencil_copy(out->number_file);
    array("const struct stencil_table stencil_tables[]", out->table_file,
          "    { 0, 0, 0, 0 }\n");
    printf("const u32 stencil_table_count = %u;\n\n", out->tables);
    printf("const void *const stencil_calls[] = {\n");
    for (u32 n = 0; n < out->calls; n++)
        printf("    (const void *)call_%u,\n", n);
    printf("    0\n};\nconst u32 stencil_call_count = %u;\n", out->calls);
    printf("const u16 stencil_joins[JOINS] = { ");
    for (u32 n = 0; n < JOINS; n++) {
        if (out->stencils && out->joins[n] == NO_STENCIL)
            die(joins[n], "not a stencil");
        printf("%u, ", out->joins[n]);
    }
    printf("};\n");
}

static const char *reach_of(const char *path)
{
    return strstr(path, "/high_")    ? "IN_HIGH" :
           strstr(path, "/flat_")  ? "IN_FLAT" :
           strstr(path, "/pages_") ? "IN_PAGES" : "IN_LOW";
}

int main(int argc, char **argv)
{
    static struct out out;
    FILE **file[] = { &out.code_file, &out.hole_file, &out.stencil_file,
                      &out.table_file, &out.number_file };

    for (u32 n = 0; n < JOINS; n++)
        out.joins[n] = NO_STENCIL;
    for (unsigned n = 0; n < sizeof file / sizeof *file; n++)
        if (!(*file[n] = tmpfile()))
            die("a temporary file", "can't be made");
    for (int n = 1; n < argc; n++) {
        struct object o = { .path = argv[n], .reach = reach_of(argv[n]) };

        put_object(&out, &o);
    }
    mkstencil_put_all(&out);
    return fflush(stdout) || ferror(stdout);
}
