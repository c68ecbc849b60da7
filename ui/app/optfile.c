/* optfile.c - machine files: -readconfig and -writeconfig.
 *
 * The format is the one that QEMU writes, and INI in general:
 *
 *     [device "com3"]              -device isa-serial,id=com3,irq=5
 *       driver = "isa-serial"
 *       irq = "5"
 *     [isabox]
 *       cpu = "386"                -cpu 386
 *
 * A group stands for an option with properties; the group [isabox] holds all
 * other options, a line each. Values may stand without quotes; # and ; begin
 * a line that is left out. A library is not used for it: those there are take
 * a ; or # within quotes for a comment, or cut long lines. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/options.h"

enum { LINE = 1024, WHOLE = 2000 };

/* QEMU's groups: the option, the key that comes first without its name, and
 * the key that the id in [group "id"] stands for. */
static const struct group {
    const char *name, *option, *head, *id;
} groups[] = {
    { "drive",     "drive",   NULL,      "id" },
    { "device",    "device",  "driver",  "id" },
    { "chardev",   "chardev", "backend", "id" },
    { "machine",   "machine", "type",    NULL },
    { "memory",    "m",       "size",    NULL },
    { "rtc",       "rtc",     NULL,      NULL },
    { "boot-opts", "boot",    NULL,      NULL },
    { "name",      "name",    "guest",   NULL },
    { NULL, NULL, NULL, NULL }
};

struct reader {
    struct options *o;
    const struct group *group;          /* NULL: none begun, or [isabox] */
    bool own;                           /* [isabox] */
    char head[200];                     /* the value that comes first */
    char rest[WHOLE];                   /* ",key=value,key=value" */
    char why[PC_WHY];
};

/* ---- reading ---- */

/* Commas are doubled, as on the command line. */
static bool optfile_append(char *to, size_t room, const char *value)
{
    size_t n = strlen(to);

    for (; *value; value++) {
        if (n + 3 > room)
            return false;
        to[n++] = *value;
        if (*value == ',')
            to[n++] = ',';
    }
    to[n] = 0;
    return true;
}

static bool add_pair(struct reader *r, const char *key, const char *value)
{
    size_t n = strlen(r->rest);

    if (r->group->head && !strcmp(key, r->group->head)) {
        *r->head = 0;
        return optfile_append(r->head, sizeof r->head, value);
    }
    if (n + strlen(key) + 3 > sizeof r->rest)
        return false;
    sprintf(r->rest + n, ",%s=", key);
    return optfile_append(r->rest, sizeof r->rest, value);
}

/* The group is complete: it acts as the option does. */
static bool end_group(struct reader *r)
{
    char arg[sizeof r->head + sizeof r->rest];
    const struct group *g = r->group;

    r->group = NULL;
    if (!g)
        return true;
    if (g->head && !*r->head)
        return opt_bad(r->why, "[%s]: needs %s", g->name, g->head);
    snprintf(arg, sizeof arg, "%s%s", r->head, r->rest);
    return options_take(r->o, g->option, g->head ? arg : arg + 1, r->why);
}

static bool begin_group(struct reader *r, char *text)
{
    char *id = strpbrk(text, " \t"), *end;
    const struct group *g = groups;

    if (!end_group(r))
        return false;
    if (id)
        *id++ = 0;
    r->own = !strcmp(text, "isabox");
    *r->head = *r->rest = 0;
    while (g->name && strcmp(g->name, text))
        g++;
    if (!g->name && !r->own)
        return opt_bad(r->why, "[%.40s]: no such group", text);
    r->group = r->own ? NULL : g;
    if (!id)
        return true;
    id += strspn(id, " \t\"");
    end = id + strcspn(id, "\"");
    *end = 0;
    return r->group && g->id
               ? add_pair(r, g->id, id)
               : opt_bad(r->why, "[%.40s] takes no name", text);
}

/* Cuts blanks and quotes; inside quotes \" and \\ stand for themselves. */
static char *unquote(char *p)
{
    char *to = p, *first;
    size_t n;

    p += strspn(p, " \t");
    first = to;
    if (*p != '"') {
        n = strlen(p);
        while (n && strchr(" \t\r\n", p[n - 1]))
            n--;
        memmove(to, p, n);
        to[n] = 0;
        return first;
    }
    for (p++; *p && *p != '"'; p++) {
        p += *p == '\\' && p[1];
        *to++ = *p;
    }
    *to = 0;
    return first;
}

static bool optfile_take_pair(struct reader *r, char *line)
{
    char *value = strchr(line, '='), *key = line;

    if (!value)
        return opt_bad(r->why, "neither [GROUP] nor KEY = VALUE");
    *value++ = 0;
    key = unquote(key);
    value = unquote(value);
    if (r->own)
        return options_take(r->o, key, value, r->why);
    if (!r->group)
        return opt_bad(r->why, "%.40s: stands in no group", key);
    return add_pair(r, key, value) || opt_bad(r->why, "too long");
}

static bool optfile_take_line(struct reader *r, char *line)
{
    char *end;

    line += strspn(line, " \t");
    if (!*line || strchr("\r\n#;", *line))
        return true;
    if (*line != '[')
        return optfile_take_pair(r, line);
    end = strrchr(line, ']');
    if (!end)
        return opt_bad(r->why, "']' is missing");
    *end = 0;
    return begin_group(r, line + 1);
}

static bool read_lines(struct reader *r, FILE *f, const char *path, char *why)
{
    char line[LINE];
    int n = 0;

    while (fgets(line, sizeof line, f)) {
        n++;
        if (!strchr(line, '\n') && !feof(f))
            return opt_bad(why, "%.100s:%d: line too long", path, n);
        if (!optfile_take_line(r, line))
            return opt_bad(why, "%.80s:%d: %.140s", path, n, r->why);
    }
    if (ferror(f))
        return opt_bad(why, "%.100s: %s", path, strerror(errno));
    return end_group(r) || opt_bad(why, "%.80s:%d: %.140s", path, n, r->why);
}

bool opt_readconfig(struct options *o, const struct opt_row *row, char *arg,
                    char *why)
{
    struct reader *r = calloc(1, sizeof *r);
    FILE *f = fopen(arg, "r");
    bool ok;

    (void)row;
    if (!f || !r)
        ok = opt_bad(why, "%.100s: %s", arg, strerror(errno));
    else {
        r->o = o;
        ok = read_lines(r, f, arg, why);
    }
    if (f)
        fclose(f);
    free(r);
    return ok;
}

/* ---- writing ---- */

static void put_value(FILE *f, const char *key, const char *value)
{
    fprintf(f, "  %s = \"", key);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            putc('\\', f);
        putc(*value, f);
    }
    fputs("\"\n", f);
}

static bool has_id(const char *key, const char *value, const struct group *g)
{
    return g->id && value && !strcmp(key, g->id);
}

static void put_group(FILE *f, const struct group *g, const char *arg)
{
    char copy[WHOLE], *key, *value, *p = copy;
    bool first = g->head != NULL;

    snprintf(copy, sizeof copy, "%s", arg);
    fprintf(f, "[%s", g->name);
    while (opt_prop(&p, &key, &value))
        if (has_id(key, value, g))
            fprintf(f, " \"%s\"", value);
    fputs("]\n", f);
    snprintf(copy, sizeof copy, "%s", arg);
    for (p = copy; opt_prop(&p, &key, &value); first = false)
        if (first && !value)
            put_value(f, g->head, key);
        else if (!has_id(key, value, g))
            put_value(f, key, value ? value : "on");
    putc('\n', f);
}

static const struct group *group_of(const char *option)
{
    const struct group *g = groups;

    while (g->name && strcmp(g->option, option))
        g++;
    return g->name ? g : NULL;
}

static void optfile_put_all(FILE *f, const struct options *o)
{
    fputs("# isabox machine file\n\n", f);
    for (int n = 0; n < o->taken_n; n++)
        if (group_of(o->taken[n].option))
            put_group(f, group_of(o->taken[n].option), o->taken[n].arg);
    fputs("[isabox]\n", f);
    for (int n = 0; n < o->taken_n; n++)
        if (!group_of(o->taken[n].option))
            put_value(f, o->taken[n].option,
                      o->taken[n].arg ? o->taken[n].arg : "on");
}

bool options_write(const struct options *o, char *why)
{
    FILE *f;
    bool ok;

    if (!o->writeconfig)
        return true;
    f = !strcmp(o->writeconfig, "-") ? stdout : fopen(o->writeconfig, "w");
    if (!f)
        return opt_bad(why, "%.100s: %s", o->writeconfig, strerror(errno));
    optfile_put_all(f, o);
    ok = !ferror(f) && fflush(f) == 0;
    if (f != stdout)
        ok &= fclose(f) == 0;
    return ok || opt_bad(why, "%.100s: %s", o->writeconfig, strerror(errno));
}
