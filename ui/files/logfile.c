/* logfile.c - filters the machine's log by topic and writes it. */
#include "ui/files/logfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/options.h"

#define SECOND INT64_C(1000000000)
enum { KIND_MOST = 1000 };             /* lines of a kind in a second */

/* A topic is a level for all units, or full detail of some units. */
static const struct topic {
    const char *name;
    enum pc_log_level level;
    const char *units;                  /* with blanks between; NULL: all */
    const char *help;
} topics[] = {
    { "guest_errors", PC_LOG_GUEST, NULL, "what hardware leaves undefined" },
    { "unimp", PC_LOG_TODO, NULL, "what is not modelled" },
    { "info", PC_LOG_INFO, NULL, "rare events" },
    { "all", PC_LOG_TRACE, NULL, "everything" },
    { "int", PC_LOG_TRACE, "int", "interrupts and exceptions" },
    { "io", PC_LOG_TRACE, "io", "port accesses" },
    { "irq", PC_LOG_TRACE, "pic", "interrupt requests" },
    { "mode", PC_LOG_TRACE, "mode", "changes of the CPU's mode" },
    { "exec", PC_LOG_TRACE, "exec", "each instruction" },
    { "cpu", PC_LOG_TRACE, "cpu", "the processor" },
    { "disk", PC_LOG_TRACE, "fdc ide", "drives" },
    { "video", PC_LOG_TRACE, "vga", "the display adapter" },
    { "kbd", PC_LOG_TRACE, "kbc kbd mouse", "keyboard and mouse" },
    { "serial", PC_LOG_TRACE, "uart lpt", "serial and parallel ports" },
    { "timer", PC_LOG_TRACE, "pit rtc", "timers and clock" },
    { "dma", PC_LOG_TRACE, "dma", "DMA controllers" },
    { NULL, 0, NULL, NULL }
};

void logfile_help(void)
{
    puts("-d takes a comma-separated list of:");
    for (const struct topic *t = topics; t->name; t++)
        printf("  %-14s %s\n", t->name, t->help);
    puts("A topic may be narrowed to one chip, to lines with one word, or "
         "whose\n"
         "first number lies in a range (hexadecimal): disk:fdc, io:kbc,\n"
         "io:3f0-3f7, int:21, exec:7c00-7dff.");
}

static bool add_rule(struct logfile *l, struct log_rule r, char *why)
{
    if (l->rules == LOG_RULES)
        return opt_bad(why, "too many topics");
    l->rule[l->rules++] = r;
    return true;
}

/* What stands behind "io:": 60, 60-64, or a word that a line must hold. */
static bool add_filter(struct log_rule *r, const char *text, char *why)
{
    char *end;

    if (strlen(text) >= sizeof r->word || !*text)
        return opt_bad(why, "'%.40s' is no range and no name", text);
    r->filter = FILTER_RANGE;
    r->first = r->last = strtoull(text, &end, 16);
    if (end != text && *end == '-' && end[1])
        r->last = strtoull(end + 1, &end, 16);
    if (end != text && !*end && strlen(text) != strspn(text, "abcdef"))
        return r->first <= r->last ||
               opt_bad(why, "'%.40s' ends before it begins", text);
    r->filter = FILTER_WORD;
    strcpy(r->word, text);
    return true;
}

static bool add_units(struct logfile *l, const struct topic *t,
                      const char *filter, char *why)
{
    struct log_rule r = { .level = t->level };
    const char *p = t->units ? t->units : "*";

    if (filter && !add_filter(&r, filter, why))
        return false;
    for (size_t n; *p; p += n + (p[n] == ' ')) {
        n = strcspn(p, " ");
        snprintf(r.unit, sizeof r.unit, "%.*s", (int)n, p);
        if (!add_rule(l, r, why))
            return false;
    }
    return true;
}

static bool add_topic(struct logfile *l, const char *text, size_t n, char *why)
{
    const char *known[sizeof topics / sizeof topics[0]] = { NULL };
    char word[60], *filter;

    snprintf(word, sizeof word, "%.*s", (int)n, text);
    if ((filter = strchr(word, ':')))
        *filter++ = 0;
    for (int i = 0; topics[i].name; i++) {
        known[i] = topics[i].name;
        if (!strcmp(topics[i].name, word))
            return add_units(l, &topics[i], filter, why);
    }
    return opt_unknown(why, "unknown topic", word, known);
}

static void logfile_clear(struct logfile *l)
{
    l->rules = 1;
    l->rule[0] = (struct log_rule){ .unit = "*", .level = PC_LOG_ERROR };
}

bool logfile_set(struct logfile *l, const char *list, char *why)
{
    struct logfile fresh = *l;

    logfile_clear(&fresh);
    if (!strcmp(list, "none"))
        list = "";
    while (*list) {
        size_t n = strcspn(list, ",");

        if (!add_topic(&fresh, list, n, why))
            return false;
        list += n + (list[n] == ',');
    }
    *l = fresh;
    return true;
}

bool logfile_open(struct logfile *l, const char *list, const char *path,
                  char *why)
{
    *l = (struct logfile){ .file = stderr };
    if (!logfile_set(l, list ? list : "", why))
        return false;
    l->path = path;
    if (path && !(l->file = fopen(path, "w")))
        return opt_bad(why, "%.150s: %s", path, strerror(errno));
    return true;
}

static bool logfile_complain(struct logfile *l)
{
    if (!l->failed)
        fprintf(stderr, "isabox: %.150s: %s; lines of the log are lost\n",
                l->path, strerror(errno));
    l->failed = true;
    return false;
}

bool logfile_close(struct logfile *l)
{
    bool ok = !l->failed;

    if (l->file && l->file != stderr && fclose(l->file) != 0)
        ok = logfile_complain(l);
    l->file = NULL;
    return ok;
}

enum pc_log_level logfile_max(const struct logfile *l)
{
    enum pc_log_level most = PC_LOG_ERROR;

    for (int i = 0; i < l->rules; i++)
        if (l->rule[i].level > most)
            most = l->rule[i].level;
    return most;
}

static bool logfile_names(const struct log_rule *r, const char *who)
{
    return *r->unit == '*' || !strcmp(r->unit, who);
}

bool logfile_wants(const struct logfile *l, enum pc_log_level level,
                   const char *who)
{
    for (int i = 0; i < l->rules; i++)
        if (level <= l->rule[i].level && logfile_names(&l->rule[i], who))
            return true;
    return false;
}

/* The line's first hexadecimal number: a port, a vector, an address. */
static bool in_range(const struct log_rule *r, const char *text)
{
    for (size_t n; *text; text += n + (text[n] == ' ')) {
        unsigned long long v;
        char *end;

        n = strcspn(text, " ");
        v = strtoull(text, &end, 16);
        if (n && end == text + n)
            return v >= r->first && v <= r->last;
    }
    return false;
}

static bool passes(const struct log_rule *r, const char *who, const char *text)
{
    if (r->filter == FILTER_RANGE)
        return in_range(r, text);
    return r->filter == FILTER_NONE || !strcmp(who, r->word) ||
           strstr(text, r->word);
}

static bool shown(const struct logfile *l, enum pc_log_level level,
                  const char *who, const char *text)
{
    for (int i = 0; i < l->rules; i++)
        if (level <= l->rule[i].level && logfile_names(&l->rule[i], who) &&
            passes(&l->rule[i], who, text))
            return true;
    return false;
}

/* What a guest does wrong in a loop is told a number of times in each second
 * of its time; what somebody asked to see, in full. */
static bool within_kind(struct logfile *l, int64_t ns, enum pc_log_level level,
                        const char *who)
{
    struct log_kind *k = l->kind;

    if (level == PC_LOG_TRACE)
        return true;
    if (ns / SECOND != l->second) {
        memset(l->kind, 0, sizeof l->kind);
        l->second = ns / SECOND;
    }
    while (k < l->kind + LOG_KINDS - 1 && *k->who &&
           (k->level != level || strcmp(k->who, who)))
        k++;
    snprintf(k->who, sizeof k->who, "%s", who);
    k->level = level;
    k->lines++;
    if (k->lines == KIND_MOST)
        fprintf(l->file, "E %lld.%09lld log: more lines like the next, of %s, "
                "are left out for a second\n", (long long)(ns / SECOND),
                (long long)(ns % SECOND), who);
    return k->lines <= KIND_MOST;
}

/* A log that has grown to its limit is told so, once, and takes no more. */
static bool logfile_has_room(struct logfile *l)
{
    if (!l->most || l->written < l->most)
        return true;
    if (!l->full)
        fprintf(stderr, "isabox: %.150s: the log has grown to %llu MB and "
                "ends here (-output-max)\n", l->path ? l->path : "stderr",
                (unsigned long long)(l->most >> 20));
    l->full = true;
    return false;
}

void logfile_line(struct logfile *l, int64_t ns, enum pc_log_level level,
                  const char *who, const char *text)
{
    static const char mark[] = "EGUIT";
    int n;

    if (!l->file || !shown(l, level, who, text) || !logfile_has_room(l) ||
        !within_kind(l, ns, level, who))
        return;
    n = fprintf(l->file, "%c %lld.%09lld %s: %s\n", mark[level],
                (long long)(ns / SECOND), (long long)(ns % SECOND), who, text);
    l->written += n < 0 ? 0 : (uint64_t)n;
    if (n < 0 && l->file != stderr)
        logfile_complain(l);
}
