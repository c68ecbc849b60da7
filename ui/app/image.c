/* image.c - isabox image COMMAND ..: gives the words to the library and shows
 * what it says. */
#include "ui/app/image.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine/pc.h"
#include "ui/app/options.h"

enum { BAR = 40 };

struct show { int last; bool terminal; };

static void show_text(void *ctx, const char *text, size_t n)
{
    (void)ctx;
    fwrite(text, 1, n, stdout);
}

/* A bar on a terminal; a file or a pipe gets none. */
static void show_progress(void *ctx, int thousandths)
{
    struct show *s = ctx;
    int full = thousandths * BAR / 1000;

    if (!s->terminal || thousandths == s->last)
        return;
    s->last = thousandths;
    fprintf(stderr, "\r[%.*s%*s] %3d %%%s", full,
            "########################################", BAR - full, "",
            thousandths / 10, thousandths == 1000 ? "\n" : "");
}

static int image_fail(const char *why)
{
    fprintf(stderr, "isabox: %s\n", why);
    return 2;
}

static int image_usage(FILE *to, int status)
{
    fprintf(to, "usage:\n");
    for (int i = 0; pc_image_command(i); i++)
        fprintf(to, "  isabox image %s %s\n", pc_image_command(i),
                pc_image_usage(i));
    return status;
}

int image_main(int argc, char **argv)
{
    const char *names[32] = { NULL };
    struct show show = { -1, isatty(STDERR_FILENO) != 0 };
    struct pc_image_io io = { show_text, show_progress, &show, time(NULL) };
    char why[PC_WHY];
    bool known = false;
    int status;

    if (argc < 2)
        return image_usage(stderr, 2);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return image_usage(stdout, 0);
    for (int i = 0; i < 31 && (names[i] = pc_image_command(i)); i++)
        known |= !strcmp(argv[1], names[i]);
    if (!known) {
        opt_unknown(why, "image: unknown command", argv[1], names);
        return image_fail(why);
    }
    status = pc_image(argc - 1, (const char *const *)argv + 1, &io, why);
    if (fflush(stdout) != 0 && status == 0)
        return image_fail("standard output cannot be written");
    return status == 2 ? image_fail(why) : status;
}
