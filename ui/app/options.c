/* options.c - reads the options, from a command line or a machine file. */
#include "ui/app/options.h"

#include <stdlib.h>
#include <string.h>

#include "machine/words/near.h"
#include "ui/app/optdrive.h"

enum { SNAPSHOT_MB = 256, OUTPUT_MB = 1024, HISTORY_MB = 128 };

const char *options_tmpdir(void)
{
    const char *tmp = getenv("TMPDIR");

    return tmp && *tmp ? tmp : "/tmp";
}

char *options_own(struct options *o, const char *text, size_t n)
{
    char *p = o->owned < OPT_STRINGS ? malloc(n + 1) : NULL;

    if (!p)
        return NULL;
    memcpy(p, text, n);
    p[n] = 0;
    o->own[o->owned++] = p;
    return p;
}

void options_free(struct options *o)
{
    replay_file_free(&o->replaying);
    while (o->owned)
        free(o->own[--o->owned]);
}

static const struct opt_row *options_find(const char *name)
{
    for (const struct opt_row *r = opt_rows; r->name || r->help; r++)
        if (r->name && !strcmp(r->name, name))
            return r;
    return !strcmp(name, "h") || !strcmp(name, "?") ? options_find("help")
                                                    : NULL;
}

static enum opt_result options_unknown(const char *arg, const char *name,
                                       char *why)
{
    struct near n = { name, NULL, 0 };

    for (const struct opt_row *r = opt_rows; r->name || r->help; r++)
        if (r->name)
            near_try(&n, r->name);
    opt_bad(why, n.best ? "unknown option '%.60s'; did you mean '-%s'?"
                        : "unknown option '%.60s'; see --help", arg, n.best);
    return OPT_BAD;
}

/* Keeps what was taken for -writeconfig; a machine file is kept as what is in
 * it. */
static bool options_keep(struct options *o, const char *option, const char *arg)
{
    if (!strcmp(option, "readconfig") || !strcmp(option, "writeconfig"))
        return true;
    if (o->taken_n == OPT_TAKEN)
        return false;
    o->taken[o->taken_n].option = option;
    o->taken[o->taken_n++].arg = arg ? options_own(o, arg, strlen(arg)) : NULL;
    return true;
}

static enum opt_result options_take_row(struct options *o,
                                        const struct opt_row *r,
                                        const char *arg, char *why)
{
    char words[PC_WHY], *copy;

    if (r->take == opt_device && opt_list_devices(arg))
        return OPT_DONE;
    if (arg && (!strcmp(arg, "help") || !strcmp(arg, "?")) &&
        opt_list_values(r))
        return OPT_DONE;
    copy = arg ? options_own(o, arg, strlen(arg)) : NULL;
    if ((arg && !copy) || !options_keep(o, r->name, arg))
        opt_bad(words, "too many options");
    else if (r->take(o, r, copy, words))
        return opt_prints(r) || opt_prints_for(r, arg) ? OPT_DONE : OPT_RUN;
    opt_bad(why, "-%s: %.200s", r->name, words);
    return OPT_BAD;
}

static bool take_image(struct options *o, const char *name, char *why)
{
    if (o->images == OPT_IMAGES)
        return opt_bad(why, "%.80s: at most %d images", name, OPT_IMAGES);
    o->image[o->images] = options_own(o, name, strlen(name));
    return (o->image[o->images++] && options_keep(o, "image", name)) ||
           opt_bad(why, "too many options");
}

bool options_take(struct options *o, const char *name, const char *arg,
                  char *why)
{
    const struct opt_row *r = options_find(name);
    bool on;

    if (!strcmp(name, "image"))
        return take_image(o, arg, why);
    if (!r)
        return options_unknown(name, name, why), false;
    if (r->take == opt_readconfig || opt_prints(r))
        return opt_bad(why, "%s: not in a machine file", name);
    if (!r->arg && !opt_bool(arg, &on))
        return opt_bad(why, "%s=%.40s: on or off", name, arg);
    return (!r->arg && !on) ||
           options_take_row(o, r, r->arg ? arg : NULL, why) == OPT_RUN;
}

/* What a machine that comes from elsewhere can't be at the same time. */
static bool check_incoming(const struct options *o, char *why)
{
    return !o->incoming || !(o->load || o->replay || o->record) ||
           opt_bad(why, "-incoming and -%s: a machine begins in one way",
                   o->load ? "loadvm" : o->replay ? "replay" : "record");
}

/* What -nodefaults leaves out unless it is asked for. A display by -device
 * stands in the place of the model's, as with QEMU. */
static void leave_out(struct options *o)
{
    if (o->config.nodefaults)
        o->config.channels &= o->given;
    if (o->config.nodefaults || opt_brings_display(o))
        o->config.no_display |= !o->vga_given;
}

enum opt_result options_parse(struct options *o, int argc, char **argv,
                              char *why)
{
    memset(o, 0, sizeof *o);
    pc_config_init(&o->config);
    o->snapshot_max = (uint64_t)SNAPSHOT_MB << 20;
    o->output_max = (uint64_t)OUTPUT_MB << 20;
    o->history = (uint64_t)HISTORY_MB << 20;
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i], *name = a + (a[0] == '-' && a[1] == '-' ? 2 : 1);
        const struct opt_row *r;
        enum opt_result e;

        if (*a != '-' || !a[1]) {
            if (!take_image(o, a, why))
                return OPT_BAD;
            continue;
        }
        if (!(r = options_find(name)))
            return options_unknown(a, name, why);
        if (r->arg && i + 1 == argc)
            return opt_bad(why, "%s needs %s", a, r->arg), OPT_BAD;
        if ((e = options_take_row(o, r, r->arg ? argv[++i] : NULL, why)) !=
            OPT_RUN)
            return e;
    }
    leave_out(o);
    return check_incoming(o, why) && opt_drives_used(o, why) &&
           options_write(o, why) ? OPT_RUN : OPT_BAD;
}
