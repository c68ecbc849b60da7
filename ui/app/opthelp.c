/* opthelp.c - prints --help from the table of options. */
#include <stdio.h>
#include <string.h>

#include "ui/session/front.h"
#include "ui/app/options.h"

static void opthelp_print_row(const struct opt_row *r)
{
    char left[80];
    const char *p = r->help;

    snprintf(left, sizeof left, "  -%s%s%s", r->name, r->arg ? " " : "",
             r->arg ? r->arg : "");
    printf(strlen(left) > 29 ? "%s\n%30s" : "%-30s", left, "");
    for (const char *nl; (nl = strchr(p, '\n')); p = nl + 1)
        printf("%.*s\n%30s", (int)(nl - p), p, "");
    puts(p);
}

void options_help(void)
{
    puts("usage: isabox [options] [IMAGE...]\n"
         "       isabox list|stop NAME|status NAME\n"
         "       isabox image COMMAND [options] FILE ..\n"
         "       isabox disasm FILE [-16|-32] [-cpu MODEL] [ORG]");
    for (const struct opt_row *r = opt_rows; r->name || r->help; r++)
        if (r->name)
            opthelp_print_row(r);
        else
            printf("\n%s:\n", r->help);
    front_help();
}
