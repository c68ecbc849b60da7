/* optdev.c - options that change the list of parts: -device, -machine, -vga,
 * -nodefaults, -chardev. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/optdrive.h"

/* Lines that a card's drivers want to find in AUTOEXEC.BAT. */
static void list_environment(const char *line)
{
    char *text = pc_part_environment(line);

    if (text)
        printf("  in AUTOEXEC.BAT   %s\n", text);
    free(text);
}

/* "NAME,prop=value..,help": of a card that is set so. */
static bool list_device(const char *arg, size_t n)
{
    char line[200], *text;

    snprintf(line, sizeof line, "%.*s", (int)strcspn(arg, ","), arg);
    text = pc_part_help(line);
    if (!text)
        return false;
    fputs(text, stdout);
    free(text);
    snprintf(line, sizeof line, "%.*s", (int)n, arg);
    list_environment(line);
    return true;
}

bool opt_list_devices(const char *arg)
{
    const char *last = strrchr(arg, ',');

    if (!strcmp(arg, "help") || !strcmp(arg, "?")) {
        puts("A device is NAME[,id=ID][,property=value...]; NAME,help lists "
             "its properties.\nAn ID of `info parts` as NAME changes a part "
             "that is there (present=off takes it out).");
        for (int i = 0; pc_part_name(i); i++) {
            printf("  %-15s %s\n", pc_part_name(i), pc_part_doc(i));
            list_environment(pc_part_name(i));
        }
        puts("  ide-hd, ide-cd  hard disk, CD-ROM drive; drive=ID of a -drive "
             "with if=none\n"
             "  floppy          floppy drive, likewise");
        return true;
    }
    return last && (!strcmp(last, ",help") || !strcmp(last, ",?")) &&
           list_device(arg, (size_t)(last - arg));
}

void opt_list_machines(void)
{
    for (int i = 0; pc_machine_name(i); i++)
        printf("  %-15s %s\n", pc_machine_name(i), pc_machine_doc(i));
}

static bool optdev_is_named(const char *arg, const char *name)
{
    size_t n = strcspn(arg, ",");

    return n == strlen(name) && !memcmp(arg, name, n);
}

bool opt_device(struct options *o, const struct opt_row *row, char *arg,
                char *why)
{
    (void)row;
    if (optdev_is_named(arg, "ide-hd") || optdev_is_named(arg, "ide-cd") ||
        optdev_is_named(arg, "floppy"))
        return opt_drive_device(o, *arg == 'f', arg[4] == 'c',
                                arg[6] ? arg + 7 : arg + 6, why);
    if (o->config.devices == OPT_DEVICES)
        return opt_bad(why, "there can be only %d", OPT_DEVICES);
    o->device[o->config.devices++] = arg;
    o->config.device = o->device;
    return pc_device_check(arg, why);
}

bool opt_machine(struct options *o, const struct opt_row *row, char *arg,
                 char *why)
{
    const char *names[16] = { NULL };

    (void)row;
    for (int n = 0; n < 15 && pc_machine_name(n); n++) {
        names[n] = pc_machine_name(n);
        if (!strcmp(arg, names[n])) {
            o->config.machine = arg;
            return true;
        }
    }
    return opt_unknown(why, "no such machine", arg, names);
}

bool opt_vga(struct options *o, const struct opt_row *row, char *arg,
             char *why)
{
    static const char *const cirrus[] = { "vga,present=off",
                                          "cirrus-vga,id=vga" };
    bool is_cirrus = !strcmp(arg, "cirrus");

    o->config.no_display = !strcmp(arg, "none");
    o->vga_given = true;
    for (int n = 0; is_cirrus && n < 2; n++) {
        if (o->config.devices == OPT_DEVICES)
            return opt_bad(why, "there can be only %d", OPT_DEVICES);
        o->device[o->config.devices++] = cirrus[n];
        o->config.device = o->device;
    }
    return o->config.no_display || is_cirrus || !strcmp(arg, "std") ||
           opt_unknown(why, "not supported", arg, row->values);
}

bool opt_brings_display(const struct options *o)
{
    for (int n = 0; n < o->config.devices; n++)
        if (optdev_is_named(o->device[n], "VGA") ||
            optdev_is_named(o->device[n], "isa-vga") ||
            optdev_is_named(o->device[n], "cirrus-vga"))
            return true;
    return false;
}

bool opt_nodefaults(struct options *o, const struct opt_row *row, char *arg,
                    char *why)
{
    (void)row, (void)arg, (void)why;
    o->config.nodefaults = true;
    return true;
}

/* "file,id=x,path=f" as QEMU spells it, made what -serial takes: "file:f". */
static bool spec_of(struct options *o, const char *kind, const char *path,
                    const char *host, const char *port, bool server,
                    char *why)
{
    struct opt_chardev *c = &o->chardev[o->chardevs];
    char text[300];

    if (!strcmp(kind, "file") && path)
        snprintf(text, sizeof text, "file:%s", path);
    else if (!strcmp(kind, "socket") && path)
        snprintf(text, sizeof text, "unix:%s%s", path,
                 server ? ",server,nowait" : "");
    else if (!strcmp(kind, "socket") && port)
        snprintf(text, sizeof text, "tcp:%s:%s%s", host ? host : "", port,
                 server ? ",server,nowait" : "");
    else if (!strcmp(kind, "stdio") || !strcmp(kind, "pty") ||
             !strcmp(kind, "null"))
        snprintf(text, sizeof text, "%s", kind);
    else
        return opt_bad(why, "%.40s: stdio, pty, null, file with path=, socket "
                       "with path= or port=", kind);
    c->spec = options_own(o, text, strlen(text));
    o->chardevs++;
    return c->spec || opt_bad(why, "too many options");
}

bool opt_chardev(struct options *o, const struct opt_row *row, char *arg,
                 char *why)
{
    static const char *const known[] = { "id", "path", "host", "port",
                                         "server", "wait", NULL };
    const char *kind = NULL, *v[4] = { NULL };
    char *key, *value, *p = arg;
    bool server = false, wait;
    int n;

    (void)row;
    if (o->chardevs == OPT_CHARDEVS)
        return opt_bad(why, "there can be only %d", OPT_CHARDEVS);
    while (opt_prop(&p, &key, &value)) {
        for (n = 0; known[n] && strcmp(known[n], key); n++)
            ;
        if (!kind)
            kind = key;
        else if (!known[n])
            return opt_unknown(why, "unknown property", key, known);
        else if (n < 4)
            v[n] = value;
        else if (!opt_bool(value, n == 4 ? &server : &wait))
            return opt_bad(why, "%s: on or off", key);
    }
    if (!kind || !v[0])
        return opt_bad(why, "needs a kind and id=");
    o->chardev[o->chardevs].id = v[0];
    return spec_of(o, kind, v[1], v[2], v[3], server, why);
}

/* Gives each channel that a part's chardev= names its back-end. */
bool options_connect(struct options *o, const struct pc *pc, char *why)
{
    for (int ch = 0; ch < PC_CHANNELS; ch++) {
        const char *id = pc_chardev(pc, (enum pc_channel)ch);
        int n = 0;

        if (!id)
            continue;
        while (n < o->chardevs && strcmp(o->chardev[n].id, id))
            n++;
        if (n == o->chardevs)
            return opt_bad(why, "chardev=%.40s: there is no -chardev of that "
                           "id", id);
        o->channel[ch] = o->chardev[n].spec;
    }
    return true;
}
