/* mkdoc.c - prints reference tables from the tables that the program uses:
 * the instruction set, the chips' state, the CPU models. Run by make doc. */
#include <stdio.h>
#include <string.h>

#include "machine/board.h"
#include "tests/opcode_words.h"

/* ---- instructions ---- */

static const char *const families[] =
    { "8086", "186", "286", "386", "486", "Pentium", "P6" };

static void print_op(const struct op *o)
{
    printf("| ");
    print_opcode(stdout, o);
    printf(" | %s %s", o->mnem, operand_code(o->op[0]));
    for (int n = 1; n < 3; n++)
        if (o->op[n] != __)
            printf(", %s", operand_code(o->op[n]));
    printf(" | ");
    print_flags(stdout, o->writes, "");
    printf(" | ");
    print_flags(stdout, o->undef, "");
    printf(" | %s | %s |\n", o->attr & LOCK ? "yes" : "", families[o->since]);
}

static void print_ops(void)
{
    puts("# Instructions\n\n| opcode | instruction | defined flags | "
         "undefined flags | LOCK | since |\n|---|---|---|---|---|---|");
    for (int n = 0; n < op_count; n++)
        print_op(&op_table[n]);
}

/* ---- state ---- */

static void print_fields(const struct table *t, const char *indent)
{
    static const char *const types[] =
        { "u8", "u16", "u32", "u64", "i64", "bool", "struct" };

    for (const struct field *f = t->fields; f->name; f++) {
        printf("| %s%s | %s", indent, f->name, types[f->type]);
        if (f->count > 1)
            printf(" x %u", f->count);
        printf(" | %s | %s |\n", f->bits ? f->bits : "", f->doc);
        if (f->sub)
            print_fields(f->sub, "- ");
    }
}

static void print_table(const struct table *t)
{
    printf("\n## %s\n\n| field | type | bits | meaning |\n|---|---|---|---|\n",
           t->name);
    print_fields(t, "");
}

static void print_states(void)
{
    static const struct dev_ops *const chips[] = {
        &pic_ops, &pit_ops, &dma_ops, &rtc_ops, &sysctl_ops, &kbc_ops,
        &kbd_ops, &mouse_ops, &uart_ops, &lpt_ops, &debug_ops, &fdc_ops,
        &ide_ops, &vga_ops, &fwcfg_ops,
    };

    puts("\n# State\n\nWhat a state file holds and the monitor shows.");
    print_table(&pc_table);
    print_table(&cpu_table);
    for (size_t n = 0; n < COUNT_OF(chips); n++)
        print_table(chips[n]->state);
}

static void print_models(void)
{
    puts("\n# CPU models\n\n| name | what it is |\n|---|---|");
    for (const struct cpu_model *m = cpu_models; m->name; m++)
        printf("| %s | %s |\n", m->name, m->doc);
}

int main(void)
{
    print_ops();
    print_states();
    print_models();
    return 0;
}
