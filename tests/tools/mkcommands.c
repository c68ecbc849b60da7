/* mkcommands.c - prints a manual page anew, with the lists between its marks
 * made from the tables of commands and hot keys; run by make doc. */
#include <stdio.h>
#include <string.h>

#include "ui/control/commands.h"
#include "ui/control/hotkeys.h"

/* A page has each list between these two lines. */
#define MARK ".\\\" table "
#define END ".\\\" end"

/* Letters as roff wants them; a minus is one that can be typed. */
static void put(const char *text)
{
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
}

/* Names bold, arguments slanted. */
static void put_usage(const struct command *c)
{
    struct strbuf usage = { 0 };

    fputs(".BI \"", stdout);
    for (const char *p = c->name; *p; p++)
        if (*p == '|')
            fputs("\\fR, \\fP", stdout);
        else
            putchar(*p);
    command_usage(c, &usage);
    if (usage.n) {
        fputs("\" \"", stdout);
        put(usage.p);
    }
    puts("\"");
    strbuf_free(&usage);
}

static void put_command(const struct command *c)
{
    static const char *const only[] = { [BY_SCRIPT] = "Scripts only.",
                                        [BY_QMP] = "QMP only." };

    puts(".TP");
    put_usage(c);
    putchar(c->help[0] >= 'a' && c->help[0] <= 'z' ? c->help[0] - 32
                                                   : c->help[0]);
    put(c->help + 1);
    puts(".");
    if (c->more)
        puts(c->more);
    if (c->only && only[c->only])
        puts(only[c->only]);
    if (c->qmp && c->only != BY_QMP)
        printf("In QMP:\n.BR %s .\n", c->qmp);
}

static void put_commands(void)
{
    for (const struct command *c = commands; c->name || c->help; c++)
        if (c->name)
            put_command(c);
        else
            printf(".SS %s\n", c->help);
}

static void put_hotkeys(void)
{
    for (const struct hotkey *k = hotkeys; k->line; k++) {
        printf(".TP\n.BR %c", k->letter);
        if (k->keys)
            printf(" \", in the window \" %s", k->keys);
        printf("\n.BR \"%s\" :\n", k->line);
        put(hotkey_help(k));
        puts("");
    }
}

static void put_list(const char *name)
{
    if (!strncmp(name, "commands", 8))
        put_commands();
    else
        put_hotkeys();
}

int main(int argc, char **argv)
{
    FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
    char line[500];
    bool inside = false;

    if (!f) {
        fputs("usage: mkcommands PAGE\n", stderr);
        return 2;
    }
    while (fgets(line, sizeof line, f)) {
        inside &= strncmp(line, END, strlen(END)) != 0;
        if (!inside)
            fputs(line, stdout);
        if (strncmp(line, MARK, strlen(MARK)))
            continue;
        put_list(line + strlen(MARK));
        inside = true;
    }
    fclose(f);
    return 0;
}
