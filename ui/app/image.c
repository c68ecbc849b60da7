/* image.c - isabox image create FILE SIZE, isabox image info FILE. */
#include "ui/app/image.h"

#include <stdio.h>
#include <string.h>

#include "machine/pc.h"
#include "ui/app/options.h"

static int fail(const char *why)
{
    fprintf(stderr, "isabox: %s\n", why);
    return 2;
}

static int create(char **argv)
{
    char why[PC_WHY];

    return pc_image_create(argv[0], argv[1], why) ? 0 : fail(why);
}

static int info(char **argv)
{
    struct pc_image_info i;
    char why[PC_WHY];
    size_t n;

    if (!pc_image_info(argv[0], &i, why))
        return fail(why);
    n = strlen(i.text);
    printf("%s%s", i.text, n && i.text[n - 1] == '\n' ? "" : "\n");
    return 0;
}

static const struct command {
    const char *name;
    int args;
    const char *usage;
    int (*run)(char **argv);
} commands[] = {
    { "create", 2, "isabox image create FILE SIZE", create },
    { "info", 1, "isabox image info FILE", info },
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

int image_main(int argc, char **argv)
{
    const char *names[COMMANDS + 1] = { NULL };
    char why[PC_WHY];

    for (int i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (argc < 2 || strcmp(argv[1], names[i]))
            continue;
        if (argc - 2 == commands[i].args)
            return commands[i].run(argv + 2);
        opt_bad(why, "usage: %s", commands[i].usage);
        return fail(why);
    }
    if (argc < 2)
        opt_bad(why, "usage: %s\n       %s", commands[0].usage,
                commands[1].usage);
    else
        opt_unknown(why, "image: unknown command", argv[1], names);
    return fail(why);
}
