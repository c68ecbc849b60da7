/* gdbregs.c - the registers as gdb numbers and describes them. */
#include <stdio.h>
#include <string.h>

#include "ui/control/gdb.h"
#include "ui/session/session.h"

/* gdb's feature i386.core is the first 32, in this order; `own` is pc.h's
 * name, NULL where it is the same. */
#define WORD(name, own) { name, own, "int32", 32 }
static const struct gdb_reg {
    const char *name, *own, *type;
    int bits;
} regs[] = {
    WORD("eax", NULL), WORD("ecx", NULL),
    WORD("edx", NULL), WORD("ebx", NULL),
    { "esp", NULL, "data_ptr", 32 }, { "ebp", NULL, "data_ptr", 32 },
    WORD("esi", NULL), WORD("edi", NULL),
    { "eip", "pc", "code_ptr", 32 }, { "eflags", NULL, "i386_eflags", 32 },
    WORD("cs", NULL), WORD("ss", NULL),
    WORD("ds", NULL), WORD("es", NULL),
    WORD("fs", NULL), WORD("gs", NULL),
    { "st0", NULL, "i387_ext", 80 }, { "st1", NULL, "i387_ext", 80 },
    { "st2", NULL, "i387_ext", 80 }, { "st3", NULL, "i387_ext", 80 },
    { "st4", NULL, "i387_ext", 80 }, { "st5", NULL, "i387_ext", 80 },
    { "st6", NULL, "i387_ext", 80 }, { "st7", NULL, "i387_ext", 80 },
    { "fctrl", "fcw", "int", 32 }, { "fstat", "fsw", "int", 32 },
    { "ftag", "ftw", "int", 32 }, { "fiseg", "fcs", "int", 32 },
    { "fioff", "fip", "int", 32 }, { "foseg", "fds", "int", 32 },
    { "fooff", "fdp", "int", 32 }, { "fop", NULL, "int", 32 },
    WORD("ip", "eip"),
    WORD("cr0", NULL), WORD("cr2", NULL),
    WORD("cr3", NULL), WORD("cr4", NULL),
    WORD("dr0", NULL), WORD("dr1", NULL),
    WORD("dr2", NULL), WORD("dr3", NULL),
    WORD("dr6", NULL), WORD("dr7", NULL),
    WORD("cs_base", "cs.base"), WORD("ss_base", "ss.base"),
    WORD("ds_base", "ds.base"), WORD("es_base", "es.base"),
    WORD("fs_base", "fs.base"), WORD("gs_base", "gs.base"),
    WORD("gdtr_base", "gdt"), WORD("gdtr_limit", "gdt.limit"),
    WORD("idtr_base", "idt"), WORD("idtr_limit", "idt.limit"),
    WORD("ldtr", NULL), WORD("ldtr_base", "ldtr.base"),
    WORD("tr", NULL), WORD("tr_base", "tr.base"),
};
enum { REGS = sizeof regs / sizeof regs[0], CORE = 32, WIDEST = 10 };

int gdb_registers(void)
{
    return REGS;
}

static const char *own_name(const struct gdb_reg *r)
{
    return r->own ? r->own : r->name;
}

size_t gdb_register_size(int n)
{
    return (size_t)regs[n].bits / 8;
}

bool gdb_register_get(struct pc *pc, int n, struct strbuf *out)
{
    uint8_t bytes[WIDEST] = { 0 };

    if (n < 0 || n >= REGS)
        return false;
    pc_register_read(pc, own_name(&regs[n]), bytes, gdb_register_size(n));
    gdb_add_bytes(out, bytes, gdb_register_size(n));
    return true;
}

/* What has that value already is not written: G brings all of them. */
bool gdb_register_set(struct pc *pc, int n, const char *hex)
{
    uint8_t want[WIDEST], have[WIDEST] = { 0 };
    size_t size;

    if (n < 0 || n >= REGS)
        return false;
    size = gdb_register_size(n);
    if (!gdb_bytes(hex, want, size))
        return false;
    pc_register_read(pc, own_name(&regs[n]), have, size);
    return !memcmp(want, have, size) ||
           pc_register_write(pc, own_name(&regs[n]), want, size);
}

/* ---- the description ---- */

static void describe_reg(struct strbuf *xml, int n, const char *more)
{
    strbuf_add(xml, "<reg name=\"%s\" bitsize=\"%d\" type=\"%s\"%s/>\n",
               regs[n].name, regs[n].bits, regs[n].type, more);
}

/* Without an <architecture>, so that the user's `set architecture i8086`
 * holds. */
void gdb_description(struct strbuf *xml)
{
    static const char *const flags[] = {
        "CF", "", "PF", "", "AF", "", "ZF", "SF", "TF", "IF", "DF", "OF",
        "", "", "NT", "", "RF", "VM", "AC", "VIF", "VIP", "ID",
    };

    strbuf_add(xml, "<?xml version=\"1.0\"?>\n"
               "<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target>\n"
               "<feature name=\"org.gnu.gdb.i386.core\">\n"
               "<flags id=\"i386_eflags\" size=\"4\">\n");
    for (int n = 0; n < (int)(sizeof flags / sizeof flags[0]); n++)
        if (*flags[n])
            strbuf_add(xml, "<field name=\"%s\" start=\"%d\" end=\"%d\"/>\n",
                       flags[n], n, n);
    strbuf_add(xml, "<field name=\"IOPL\" start=\"12\" end=\"13\"/>\n"
               "</flags>\n");
    for (int n = 0; n < CORE; n++)
        describe_reg(xml, n, n >= 24 ? " group=\"float\"" : "");
    strbuf_add(xml, "</feature>\n"
               "<feature name=\"org.isabox.i386.system\">\n");
    for (int n = CORE; n < REGS; n++)
        describe_reg(xml, n, "");
    strbuf_add(xml, "</feature>\n</target>\n");
}
