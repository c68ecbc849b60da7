/* gdbregs.c - the registers as gdb numbers and describes them. */
#include <stdio.h>
#include <string.h>

#include "ui/control/gdb.h"
#include "ui/session/session.h"

/* gdb's feature i386.core is the first 32, in this order; `own` is pc.h's
 * name, NULL where it is the same. */
static const struct gdb_reg {
    const char *name, *own, *type;
    int bits;
} regs[] = {
    { "eax", NULL, "int32", 32 }, { "ecx", NULL, "int32", 32 },
    { "edx", NULL, "int32", 32 }, { "ebx", NULL, "int32", 32 },
    { "esp", NULL, "data_ptr", 32 }, { "ebp", NULL, "data_ptr", 32 },
    { "esi", NULL, "int32", 32 }, { "edi", NULL, "int32", 32 },
    { "eip", "pc", "code_ptr", 32 }, { "eflags", NULL, "i386_eflags", 32 },
    { "cs", NULL, "int32", 32 }, { "ss", NULL, "int32", 32 },
    { "ds", NULL, "int32", 32 }, { "es", NULL, "int32", 32 },
    { "fs", NULL, "int32", 32 }, { "gs", NULL, "int32", 32 },
    { "st0", NULL, "i387_ext", 80 }, { "st1", NULL, "i387_ext", 80 },
    { "st2", NULL, "i387_ext", 80 }, { "st3", NULL, "i387_ext", 80 },
    { "st4", NULL, "i387_ext", 80 }, { "st5", NULL, "i387_ext", 80 },
    { "st6", NULL, "i387_ext", 80 }, { "st7", NULL, "i387_ext", 80 },
    { "fctrl", "fcw", "int", 32 }, { "fstat", "fsw", "int", 32 },
    { "ftag", "ftw", "int", 32 }, { "fiseg", "fcs", "int", 32 },
    { "fioff", "fip", "int", 32 }, { "foseg", "fds", "int", 32 },
    { "fooff", "fdp", "int", 32 }, { "fop", NULL, "int", 32 },
    { "ip", "eip", "int32", 32 },
    { "cr0", NULL, "int32", 32 }, { "cr2", NULL, "int32", 32 },
    { "cr3", NULL, "int32", 32 }, { "cr4", NULL, "int32", 32 },
    { "dr0", NULL, "int32", 32 }, { "dr1", NULL, "int32", 32 },
    { "dr2", NULL, "int32", 32 }, { "dr3", NULL, "int32", 32 },
    { "dr6", NULL, "int32", 32 }, { "dr7", NULL, "int32", 32 },
    { "cs_base", "cs.base", "int32", 32 }, { "ss_base", "ss.base", "int32", 32 },
    { "ds_base", "ds.base", "int32", 32 }, { "es_base", "es.base", "int32", 32 },
    { "fs_base", "fs.base", "int32", 32 }, { "gs_base", "gs.base", "int32", 32 },
    { "gdtr_base", "gdt", "int32", 32 }, { "gdtr_limit", "gdt.limit", "int32", 32 },
    { "idtr_base", "idt", "int32", 32 }, { "idtr_limit", "idt.limit", "int32", 32 },
    { "ldtr", NULL, "int32", 32 }, { "ldtr_base", "ldtr.base", "int32", 32 },
    { "tr", NULL, "int32", 32 }, { "tr_base", "tr.base", "int32", 32 },
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

static void describe(struct strbuf *xml, int n, const char *more)
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
        describe(xml, n, n >= 24 ? " group=\"float\"" : "");
    strbuf_add(xml, "</feature>\n"
               "<feature name=\"org.isabox.i386.system\">\n");
    for (int n = CORE; n < REGS; n++)
        describe(xml, n, " group=\"system\"");
    strbuf_add(xml, "</feature>\n</target>\n");
}
