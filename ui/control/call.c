/* call.c - one command on its way: arguments, text, members, errors. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"

/* ---- errors ---- */

void call_fail(struct call *c, const char *param, const char *format, ...)
{
    size_t n = 0;
    va_list ap;

    if (c->bad)
        return;
    c->bad = true;
    c->class = "GenericError";
    if (param)
        n = (size_t)snprintf(c->why, sizeof c->why, "%.30s: ", param);
    va_start(ap, format);
    vsnprintf(c->why + n, sizeof c->why - n, format, ap);
    va_end(ap);
}

void call_end(struct call *c)
{
    strbuf_free(&c->text);
    strbuf_free(&c->members);
    free(c->words);
    c->words = NULL;
}

/* ---- arguments ---- */

const struct call_arg *call_arg(const struct call *c, const char *name)
{
    static const struct call_arg none;
    const char *args = c->row->args;
    struct param p;

    for (int n = 0; param_next(&args, &p); n += p.type != P_FORMAT)
        if (p.type != P_FORMAT && !strcmp(p.name, name))
            return &c->arg[n];
    return &none;
}

const char *call_text(const struct call *c, const char *name)
{
    return call_arg(c, name)->text;
}

int64_t call_number(const struct call *c, const char *name, int64_t preset)
{
    const struct call_arg *a = call_arg(c, name);

    return a->given ? a->n : preset;
}

int64_t call_within(struct call *c, const char *name, int64_t preset,
                    int64_t low, int64_t high)
{
    int64_t v = call_number(c, name, preset);

    if (v >= low && v <= high)
        return v;
    call_fail(c, name, high >= 0xffff ? "%lld to 0x%llx" : "%lld to %lld",
              (long long)low, (long long)high);
    return preset;
}

/* ---- running ---- */

/* "FILE,force" is what loadvm has; a folder that is a medium has words before
 * it. */
static bool check_file(struct call *c, const struct param *p,
                       const struct call_arg *a, char *why)
{
    static const char force[] = ",force";
    struct files *f = &c->s->files;
    char path[PC_WHY];
    size_t n = strlen(a->text), k = sizeof force - 1;
    const char *folder;
    bool writable;

    if (n > k && !strcmp(a->text + n - k, force))
        n -= k;
    if (n >= sizeof path)
        return opt_bad(why, "%.60s..: name too long", a->text);
    snprintf(path, sizeof path, "%.*s", (int)n, a->text);
    folder = pc_folder(path, &writable);
    return p->type == P_FILE
               ? files_may_read(f, folder ? folder : path, why)
               : files_may_write(f, path, call_number(c, "-F", 0), why);
}

static void check_files(struct call *c)
{
    const char *args = c->row->args;
    struct param p;
    char why[PC_WHY];

    for (int n = 0; param_next(&args, &p); n += p.type != P_FORMAT)
        if ((p.type == P_FILE || p.type == P_NEWFILE) && c->arg[n].given &&
            !check_file(c, &p, &c->arg[n], why))
            call_fail(c, p.name, "%s", why);
}

bool call_may_name(struct call *c)
{
    if (c->bound)
        call_fail(c, "filename", "is missing");
    return !c->bad;
}

static void note_files(struct call *c)
{
    const char *args = c->row->args;
    struct param p;

    for (int n = 0; param_next(&args, &p); n += p.type != P_FORMAT)
        if (p.type == P_NEWFILE && c->arg[n].given)
            files_note(&c->s->files, c->arg[n].text);
}

void call_run(struct call *c)
{
    c->bound = c->remote || c->s->files.for_all;
    if (c->bound)
        check_files(c);
    if (!c->bad)
        c->row->run(c);
    if (c->bound && !c->bad)
        note_files(c);
}

/* ---- text ---- */

void call_print(struct call *c, const char *format, ...)
{
    char text[1200];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    strbuf_bytes(&c->text, text, strlen(text));
}

/* ---- members, as JSON ---- */

static void put_string(struct strbuf *b, const char *text)
{
    strbuf_add(b, "\"");
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            strbuf_add(b, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            strbuf_add(b, "\\u%04x", (unsigned)*text);
        else
            strbuf_bytes(b, text, 1);
    strbuf_add(b, "\"");
}

/* What stands in front of a value. False when nobody wants it. */
static bool begin_value(struct call *c, const char *name)
{
    struct strbuf *b = &c->members;

    if (c->way != BY_QMP)
        return false;
    if (!b->n)
        c->bare = !name;
    else if (!strchr("[{", b->p[b->n - 1]))
        strbuf_add(b, ",");
    if (name) {
        put_string(b, name);
        strbuf_add(b, ":");
    }
    return true;
}

void reply_open(struct call *c, const char *name, char bracket)
{
    if (begin_value(c, name))
        strbuf_add(&c->members, "%c", bracket);
}

void reply_close(struct call *c, char bracket)
{
    if (c->way == BY_QMP)
        strbuf_add(&c->members, "%c", bracket);
}

void reply_string(struct call *c, const char *name, const char *value)
{
    if (begin_value(c, name))
        put_string(&c->members, value);
}

void reply_number(struct call *c, const char *name, int64_t value)
{
    if (begin_value(c, name))
        strbuf_add(&c->members, "%lld", (long long)value);
}

void reply_bool(struct call *c, const char *name, bool value)
{
    if (begin_value(c, name))
        strbuf_add(&c->members, value ? "true" : "false");
}
