/* mkdoc.c - prints reference tables from the tables that the program uses:
 * the instruction set, the chips' state, the CPU models. Run by make doc. */
#include <stdio.h>
#include <string.h>

#include "machine/board.h"
#include "tests/lib/opcode_words.h"

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

/* A part with a chip whose table no part before it has. */
static bool is_first(int n)
{
    const struct dev_ops *ops = part_at(n)->ops;

    for (int i = 0; i < n; i++)
        if (part_at(i)->ops == ops)
            return false;
    return ops && ops->state;
}

static void print_states(void)
{
    puts("\n# State\n\nWhat a state file holds and the monitor shows.");
    print_table(&pc_table);
    print_table(&cpu_table);
    for (int n = 0; part_at(n); n++)
        if (is_first(n))
            print_table(part_at(n)->ops->state);
}

/* ---- parts ---- */

static void print_prop(const struct prop *p)
{
    static const char *const kinds[] = {
        [PROP_NUMBER] = "number", [PROP_HEX] = "port",
        [PROP_BOOL] = "on or off", [PROP_ADDED] = "on or off",
        [PROP_TEXT] = "text"
    };

    printf("| %s | %s | %s | %s |\n", p->name, kinds[p->type],
           p->preset ? p->preset : "", p->doc);
}

static void print_parts(void)
{
    puts("\n# Parts\n\nWhat -device takes, and what is on the board.");
    for (int n = 0; part_at(n); n++) {
        const struct part *part = part_at(n);

        printf("\n## %s\n\n%s%s.\n", part->name, part->doc,
               part->board ? " (on the board)" : "");
        if (part->props)
            puts("\n| property | value | preset | meaning |\n|---|---|---|---|");
        for (const struct prop *p = part->props; p && p->name; p++)
            print_prop(p);
    }
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
    print_parts();
    print_models();
    return 0;
}
