/* tool.c - isabox image: the table of commands and their options. */
#include "machine/tool/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/iso/isodisc.h"

enum { LINE = 1024 };

static const struct command {
    const char *name, *usage;
    int least, most;
    const char *options;                /* a letter each, see letters[] */
    enum err (*run)(struct tool *t);
} commands[] = {
    { "create", "[-f FORMAT] [-o NAME=VALUE,..] [-b BASE [-F FORMAT]] "
      "[--fat[=BITS]] [--label=NAME] FILE [SIZE]", 1, 2, "fobFALB",
      tool_create },
    { "info", "[-f FORMAT] [--output=json] FILE", 1, 1, "fJ", tool_info },
    { "check", "[-f FORMAT] [-r] FILE", 1, 1, "fr", tool_check },
    { "convert", "[-f FORMAT] [-O FORMAT] [-o NAME=VALUE,..] FROM TO", 2, 2,
      "fOo", tool_convert },
    { "commit", "[-f FORMAT] FILE", 1, 1, "f", tool_commit },
    { "rebase", "[-f FORMAT] [-u] -b BASE [-F FORMAT] FILE", 1, 1, "fubF",
      tool_rebase },
    { "resize", "[-f FORMAT] [--shrink] FILE [+|-]SIZE", 2, 2, "fS",
      tool_resize },
    { "ls", "[-l] [-r] [-p PARTITION] FILE [PATH ..]", 1, TOOL_ARGS, "flrp",
      tool_ls },
    { "get", "[-r] [-p PARTITION] FILE PATH .. FOLDER", 2, TOOL_ARGS, "frp",
      tool_get },
    { "put", "[-r] [-p PARTITION] FILE HOSTFILE .. PATH", 2, TOOL_ARGS, "frp",
      tool_put },
    { "rm", "[-r] [-p PARTITION] FILE PATH ..", 2, TOOL_ARGS, "frp",
      tool_rm },
    { "mkdir", "[-p PARTITION] FILE PATH ..", 2, TOOL_ARGS, "fp",
      tool_mkdir },
    { "mv", "[-p PARTITION] FILE FROM TO", 3, 3, "fp", tool_mv },
    { "attrib", "[-p PARTITION] FILE +|-rhsa .. PATH", 3, TOOL_ARGS, "fp",
      tool_attrib },
};

/* ---- output ---- */

void tool_print(struct tool *t, const char *format, ...)
{
    char line[LINE];
    va_list ap;

    va_start(ap, format);
    vsnprintf(line, sizeof line, format, ap);
    va_end(ap);
    if (t->io->text)
        t->io->text(t->io->ctx, line, strlen(line));
}

void tool_progress(struct tool *t, u64 done, u64 total)
{
    if (t->io->progress)
        t->io->progress(t->io->ctx, total ? (int)(done * 1000 / total) : 1000);
}

void tool_json_text(struct tool *t, const char *text)
{
    tool_print(t, "\"");
    for (; *text; text++) {
        if ((u8)*text < 0x20)
            tool_print(t, "\\u%04x", (u8)*text);
        else
            tool_print(t, *text == '"' || *text == '\\' ? "\\%c" : "%c",
                       *text);
    }
    tool_print(t, "\"");
}

/* ---- options ---- */

/* What follows the option's text: a word, nothing, a number from 1 on, nothing
 * or =BITS, "json" or "human". */
enum kind { WORD, FLAG, COUNT, FAT_BITS, OUTPUT };
static const struct option {
    const char *text;                   /* "-f", "--label=" */
    char letter;                        /* in a command's options */
    enum kind kind;
    size_t at;                          /* of its value in struct tool */
} options[] = {
#define T(m) offsetof(struct tool, m)
    { "-f", 'f', WORD, T(format) }, { "-O", 'O', WORD, T(to_format) },
    { "-o", 'o', WORD, T(options) }, { "-b", 'b', WORD, T(backing) },
    { "-F", 'F', WORD, T(backing_format) }, { "-p", 'p', COUNT, T(partition) },
    { "-l", 'l', FLAG, T(details) }, { "-r", 'r', FLAG, T(recursive) },
    { "-u", 'u', FLAG, T(unsafe) }, { "--shrink", 'S', FLAG, T(shrink) },
    { "--label=", 'L', WORD, T(label) }, { "--boot", 'B', FLAG, T(boot) },
    { "--fat", 'A', FAT_BITS, T(fat) }, { "--output=", 'J', OUTPUT, T(json) },
#undef T
};

static bool take_bits(u32 *to, const char *value)
{
    *to = *value == '=' ? (u32)strtoul(value + 1, NULL, 10) : 1;
    return !*value || (*value == '=' && (*to == 12 || *to == 16 || *to == 32));
}

/* Stores the option's value: what follows its text, or the next word. False:
 * the option can't have that one. */
static bool tool_store(struct tool *t, const struct option *o,
                       const char *value)
{
    void *to = (char *)t + o->at;
    char *end;

    switch (o->kind) {
    case WORD:
        *(const char **)to = value;
        return true;
    case COUNT:
        *(u32 *)to = (u32)strtoul(value, &end, 10);
        return *value >= '1' && *value <= '9' && !*end;
    case FAT_BITS:
        return take_bits(to, value);
    case OUTPUT:
        *(bool *)to = !strcmp(value, "json");
        return *(bool *)to || !strcmp(value, "human");
    default:
        *(bool *)to = true;
        return !*value;
    }
}

static const struct option *find_option(const struct command *c,
                                        const char *word)
{
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const struct option *o = &options[i];
        size_t n = strlen(o->text);
        bool more = o->kind == FAT_BITS || o->text[n - 1] == '=';

        if (strchr(c->options, o->letter) && !strncmp(word, o->text, n) &&
            (more || !word[n]))
            return o;
    }
    return NULL;
}

static enum err tool_usage(struct tool *t, const struct command *c)
{
    return err_say(t->why, ERR_RANGE, "usage: isabox image %s %s", c->name,
                   c->usage);
}

/* Takes one word of the command line, argv[*i], and the next one if that is
 * the option's value. What begins with - is an option or an error, but for a
 * lone "-", the -r of `attrib` (read-only off), and the -SIZE of `resize`. */
static enum err tool_take_word(struct tool *t, const struct command *c,
                               int argc, const char *const *argv, int *i)
{
    const char *word = argv[*i];
    const struct option *o = t->ended ? NULL : find_option(c, word);
    const char *value = o ? word + strlen(o->text) : "";
    bool next = o && (o->kind == WORD || o->kind == COUNT) && word[1] != '-';

    if (!t->ended && !strcmp(word, "--")) {
        t->ended = true;
        return ERR_OK;
    }
    if (!o && (t->ended || word[0] != '-' || !word[1] || c->run == tool_attrib ||
               (c->run == tool_resize && word[1] != '-'))) {
        if (t->args == TOOL_ARGS)
            return err_say(t->why, ERR_RANGE, "more than %d words", TOOL_ARGS);
        t->arg[t->args++] = word;
        return ERR_OK;
    }
    if (!o)
        return err_say(t->why, ERR_RANGE, "image %s: unknown option %.60s",
                       c->name, word);
    if (next && *i + 1 >= argc)
        return tool_usage(t, c);
    value = next ? argv[++*i] : value;
    return tool_store(t, o, value) ? ERR_OK
                                   : err_say(t->why, ERR_RANGE,
                                             "image %s: %s %.60s: no "
                                             "such value",
                                             c->name, o->text, value);
}

/* The value as a string that stays, for the caller's buffer is used again.
 * "?", which formats with subformats refuse, when it is none. */
static const char *subformat_word(const char *value)
{
    static const char *const all[] = { "fixed", "static", "dynamic",
                                       "monolithicSparse" };

    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (!strcmp(all[i], value))
            return all[i];
    return "?";
}

static enum err take_setting(struct tool *t, struct create_how *how,
                             const char *name, const char *value)
{
    unsigned long v = strtoul(value, NULL, 10);

    v <<= strpbrk(value, "kK") ? 10 : strpbrk(value, "mM") ? 20 : 0;
    if (!strcmp(name, "cluster_size"))
        how->cluster = (u32)v;
    else if (!strcmp(name, "compat"))
        how->version = !strcmp(value, "0.10") || v == 2 ? 2 : 3;
    else if (!strcmp(name, "subformat"))
        how->subformat = subformat_word(value);
    else
        return err_say(t->why, ERR_RANGE, "-o %.20s: there are cluster_size, "
                       "compat and subformat", name);
    return ERR_OK;
}

enum err tool_create_how(struct tool *t, struct create_how *how)
{
    const char *p = t->options;
    enum err e = ERR_OK;

    how->backing = t->backing;
    how->backing_format = t->backing_format;
    while (p && *p && !e) {
        size_t n = strcspn(p, ",");
        char name[16] = "", value[24] = "";

        if (n > 40 || sscanf(p, "%15[^=,]=%23[^,]", name, value) != 2)
            return err_say(t->why, ERR_RANGE, "-o %.60s: not name=value", p);
        e = take_setting(t, how, name, value);
        p += n + (p[n] == ',');
    }
    return e;
}

enum err tool_open(struct tool *t, struct block **b, bool readonly)
{
    struct open_how how = { .format = t->format, .readonly = readonly };
    const char *disc = isodisc_parse(t->arg[0]), *line;
    enum err e;

    if (disc && !readonly)
        return err_say(t->why, ERR_RDONLY, "%.150s: a disc can't be written",
                       t->arg[0]);
    if (disc) {
        e = isodisc_open(b, disc, t->format, t->why);
        while (!e && !t->json && (line = block_line(*b)))
            tool_print(t, "%s\n", line);
        return e;
    }
    return block_open(b, t->arg[0], &how, t->why);
}

/* ---- running ---- */

static const struct command *tool_find_command(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}

const char *pc_image_command(int n)
{
    return n >= 0 && (size_t)n < COUNT_OF(commands) ? commands[n].name : NULL;
}

const char *pc_image_usage(int n)
{
    return n >= 0 && (size_t)n < COUNT_OF(commands) ? commands[n].usage : NULL;
}

int pc_image(int argc, const char *const *argv, const struct pc_image_io *io,
             char *words)
{
    const struct command *c = argc > 0 ? tool_find_command(argv[0]) : NULL;
    struct why why = { "" };
    struct tool t = { .io = io, .why = &why };
    enum err e = ERR_OK;

    if (!c)
        e = err_say(&why, ERR_RANGE, "image: unknown command");
    for (int i = 1; c && i < argc && !e; i++)
        e = tool_take_word(&t, c, argc, argv, &i);
    if (!e && (t.args < c->least || t.args > c->most))
        e = tool_usage(&t, c);
    t.repair = t.recursive;             /* both are -r */
    if (!e)
        e = c->run(&t);
    if (e && !why.text[0])
        err_say(&why, e, "image %s: %s", argv[0], err_text(e));
    if (e && words)
        memcpy(words, why.text, sizeof why.text);
    return e ? 2 : t.status;
}
