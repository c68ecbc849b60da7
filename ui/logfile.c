/* logfile.c - filters the machine's log by topic and writes it. */
#include "ui/logfile.h"

#include <string.h>

#include "ui/options.h"

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
    { "int", PC_LOG_TRACE, "int cpu", "interrupts and exceptions" },
    { "io", PC_LOG_TRACE, "io", "port accesses" },
    { "irq", PC_LOG_TRACE, "pic pic1 pic2", "interrupt requests" },
    { "mode", PC_LOG_TRACE, "mode sysctl", "changes of the CPU's mode" },
    { "exec", PC_LOG_TRACE, "exec", "each instruction" },
    { "cpu", PC_LOG_TRACE, "cpu", "the processor" },
    { "disk", PC_LOG_TRACE, "fdc ide ide0 ide1 block", "drives" },
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
}

static void add_units(struct logfile *l, const struct topic *t)
{
    for (const char *p = t->units; p && *p && l->units < LOG_UNITS;) {
        l->only[l->units].unit = p;
        l->only[l->units++].level = t->level;
        p += strcspn(p, " ");
        p += *p == ' ';
    }
    if (!t->units && t->level > l->level)
        l->level = t->level;
}

static bool add_topic(struct logfile *l, const char *name, size_t n, char *why)
{
    const char *known[sizeof topics / sizeof topics[0]] = { NULL };
    char word[40];

    snprintf(word, sizeof word, "%.*s", (int)n, name);
    for (int i = 0; topics[i].name; i++) {
        known[i] = topics[i].name;
        if (!strcmp(topics[i].name, word)) {
            add_units(l, &topics[i]);
            return true;
        }
    }
    return opt_unknown(why, "unknown topic", word, known);
}

bool logfile_open(struct logfile *l, const char *list, const char *path,
                  char *why)
{
    *l = (struct logfile){ stderr, PC_LOG_ERROR, { { NULL, 0 } }, 0 };
    while (list && *list) {
        size_t n = strcspn(list, ",");

        if (!add_topic(l, list, n, why))
            return false;
        list += n + (list[n] == ',');
    }
    if (path && !(l->file = fopen(path, "w")))
        return opt_bad(why, "%.150s: cannot be written", path);
    return true;
}

void logfile_close(struct logfile *l)
{
    if (l->file && l->file != stderr)
        fclose(l->file);
    l->file = NULL;
}

enum pc_log_level logfile_max(const struct logfile *l)
{
    enum pc_log_level most = l->level;

    for (int i = 0; i < l->units; i++)
        if (l->only[i].level > most)
            most = l->only[i].level;
    return most;
}

static bool wanted(const struct logfile *l, enum pc_log_level level,
                   const char *who)
{
    size_t n = strlen(who);

    if (level <= l->level)
        return true;
    for (int i = 0; i < l->units; i++) {
        const char *u = l->only[i].unit;

        if (!strncmp(u, who, n) && (u[n] == 0 || u[n] == ' '))
            return level <= l->only[i].level;
    }
    return false;
}

void logfile_line(struct logfile *l, int64_t ns, enum pc_log_level level,
                  const char *who, const char *text)
{
    static const char mark[] = "EGUIT";

    if (l->file && wanted(l, level, who))
        fprintf(l->file, "%c %lld.%09lld %s: %s\n", mark[level],
                (long long)(ns / 1000000000), (long long)(ns % 1000000000),
                who, text);
}
