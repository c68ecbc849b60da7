/* qmp.c - QEMU's machine protocol: messages, arguments, events.
 *
 * Reference: QEMU 7.2, "QEMU Machine Protocol Specification". A message is
 * one JSON object; input that is none is answered by an error, and the rest
 * of its line is dropped. Not modelled: out-of-band commands. */
#define _POSIX_C_SOURCE 200809L
#include "ui/control/qmp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/control/monitor.h"
#include "ui/session/session.h"

#if HAVE_CJSON

enum { MOST_TEXT = 1 << 20, DEEPEST = 200 };

/* ---- sending ---- */

static void send(struct peer *p, cJSON *message)
{
    char *text = cJSON_PrintUnformatted(message);

    if (text) {
        peer_send(p, text, strlen(text));
        peer_send(p, "\r\n", 2);
    }
    cJSON_free(text);
    cJSON_Delete(message);
}

static void send_error(struct peer *p, const cJSON *id, const char *class,
                       const char *words)
{
    cJSON *m = cJSON_CreateObject(), *e = cJSON_AddObjectToObject(m, "error");

    cJSON_AddStringToObject(e, "class", class);
    cJSON_AddStringToObject(e, "desc", words);
    if (id)
        cJSON_AddItemToObject(m, "id", cJSON_Duplicate(id, true));
    send(p, m);
}

static void send_result(struct peer *p, const cJSON *id, cJSON *result)
{
    cJSON *m = cJSON_CreateObject();

    cJSON_AddItemToObject(m, "return", result ? result : cJSON_CreateObject());
    if (id)
        cJSON_AddItemToObject(m, "id", cJSON_Duplicate(id, true));
    send(p, m);
}

/* data: NULL for events without. */
static cJSON *event(const char *name, cJSON *data)
{
    cJSON *m = cJSON_CreateObject(), *o;
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    o = cJSON_AddObjectToObject(m, "timestamp");
    cJSON_AddNumberToObject(o, "seconds", (double)t.tv_sec);
    cJSON_AddNumberToObject(o, "microseconds", (double)(t.tv_nsec / 1000));
    cJSON_AddStringToObject(m, "event", name);
    if (data)
        cJSON_AddItemToObject(m, "data", data);
    return m;
}

static cJSON *reason_data(const char *reason)
{
    cJSON *o = reason ? cJSON_CreateObject() : NULL;

    if (o) {
        cJSON_AddBoolToObject(o, "guest", !strncmp(reason, "guest-", 6));
        cJSON_AddStringToObject(o, "reason", reason);
    }
    return o;
}

static cJSON *trouble_data(const struct pc_trouble *t)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "device", drive_name(t->drive));
    cJSON_AddStringToObject(o, "operation", t->write ? "write" : "read");
    cJSON_AddStringToObject(o, "action", t->action == PC_ERROR_STOP ? "stop"
                            : t->action == PC_ERROR_IGNORE ? "ignore"
                                                           : "report");
    cJSON_AddBoolToObject(o, "nospace", t->full);
    cJSON_AddStringToObject(o, "reason", t->text);
    return o;
}

static void to_all(struct session *s, const char *name, const char *reason,
                   const struct pc_trouble *t)
{
    for (int n = 0; n < s->controls.n; n++)
        for (int i = 0; i < PEERS; i++) {
            struct peer *p = &s->controls.list[n].peer[i];

            if (p->control->protocol == &qmp_protocol && p->ready && !p->gone)
                send(p, event(name, t ? trouble_data(t) : reason_data(reason)));
        }
}

void qmp_event(struct session *s, const char *name, const char *reason)
{
    to_all(s, name, reason, NULL);
}

void qmp_block_error(struct session *s, const struct pc_trouble *t)
{
    to_all(s, "BLOCK_IO_ERROR", NULL, t);
}

/* ---- arguments ---- */

void qmp_error(struct qmp_call *c, const char *format, ...)
{
    va_list ap;

    if (c->class)
        return;
    va_start(ap, format);
    vsnprintf(c->why, sizeof c->why, format, ap);
    va_end(ap);
    c->class = "GenericError";
}

const char *qmp_string(const struct qmp_call *c, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(c->args,
                                                                 name));
}

double qmp_number(const struct qmp_call *c, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(c->args, name);

    return cJSON_IsNumber(v) ? v->valuedouble : -1;
}

static const char *type_name(char type)
{
    switch (type) {
    case 's': return "string";
    case 'i': return "integer";
    case 'b': return "boolean";
    default:  return "array";
    }
}

static bool has_type(const cJSON *v, char type)
{
    switch (type) {
    case 's': return cJSON_IsString(v);
    case 'i': return cJSON_IsNumber(v) && v->valuedouble >= -9e15 &&
                     v->valuedouble <= 9e15 &&
                     v->valuedouble == (double)(int64_t)v->valuedouble;
    case 'b': return cJSON_IsBool(v);
    default:  return cJSON_IsArray(v);
    }
}

/* Checks those that the row names. */
static void check_known(struct qmp_call *c, const char *args)
{
    char name[40];

    for (const char *p = args; *p && !c->class;) {
        size_t n = strcspn(p, ":");
        bool optional = p[n + 2] == '?';
        char type = p[n + 1];
        const cJSON *v;

        snprintf(name, sizeof name, "%.*s", (int)n, p);
        v = cJSON_GetObjectItemCaseSensitive(c->args, name);
        if (!v && !optional)
            qmp_error(c, "Parameter '%s' is missing", name);
        else if (v && !has_type(v, type))
            qmp_error(c, "Invalid parameter type for '%s', expected: %s", name,
                      type_name(type));
        p += n + 2 + (optional ? 1 : 0);
        p += *p == ' ';
    }
}

static bool names(const char *args, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = args; *p; p += strcspn(p, " "), p += *p == ' ')
        if (!strncmp(p, name, n) && p[n] == ':')
            return true;
    return false;
}

static void check_args(struct qmp_call *c, const struct qmp_command *row)
{
    const cJSON *v;

    check_known(c, row->args);
    cJSON_ArrayForEach(v, c->args)
        if (!names(row->args, v->string))
            qmp_error(c, "Parameter '%.80s' is unexpected", v->string);
}

/* ---- messages ---- */

static const struct qmp_command *find(const char *name)
{
    for (const struct qmp_command *r = qmp_commands; r->name; r++)
        if (!strcmp(r->name, name))
            return r;
    return NULL;
}

/* The name of the command in a well-formed message. */
static const char *check_message(struct qmp_call *c, const cJSON *m)
{
    const cJSON *v, *execute = NULL;

    if (!cJSON_IsObject(m)) {
        qmp_error(c, "QMP input must be a JSON object");
        return NULL;
    }
    cJSON_ArrayForEach(v, m) {
        if (!strcmp(v->string, "execute"))
            execute = v;
        else if (!strcmp(v->string, "arguments"))
            c->args = v;
        else if (strcmp(v->string, "id"))
            qmp_error(c, "QMP input member '%.80s' is unexpected", v->string);
    }
    if (!execute)
        qmp_error(c, "QMP input lacks member 'execute'");
    else if (!cJSON_IsString(execute))
        qmp_error(c, "QMP input member 'execute' must be a string");
    if (c->args && !cJSON_IsObject(c->args))
        qmp_error(c, "QMP input member 'arguments' must be an object");
    return c->class ? NULL : execute->valuestring;
}

static void not_found(struct qmp_call *c, const char *format, const char *name)
{
    snprintf(c->why, sizeof c->why, format, name);
    c->class = "CommandNotFound";
}

static cJSON *execute(struct qmp_call *c, const char *name)
{
    const struct qmp_command *row = find(name);
    bool negotiation = !strcmp(name, "qmp_capabilities");

    if (!c->peer->ready && !negotiation)
        not_found(c, "Expecting capabilities negotiation with '%s'",
                  "qmp_capabilities");
    else if (!row)
        not_found(c, "The command %.80s has not been found", name);
    else if (c->peer->ready && negotiation)
        not_found(c, "Capabilities negotiation is already complete, %s "
                  "ignored", "command");
    else
        check_args(c, row);
    return c->class ? NULL : row->run(c);
}

static void message(struct peer *p, const char *text, size_t n)
{
    struct qmp_call c = { .s = p->control->s, .peer = p };
    cJSON *m = cJSON_ParseWithLength(text, n), *result = NULL;
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(m, "id");
    const char *name = NULL;

    if (!m)
        qmp_error(&c, "JSON parse error");
    else if ((name = check_message(&c, m)))
        result = execute(&c, name);
    if (c.class)
        send_error(p, id, c.class, c.why);
    else
        send_result(p, id, result);
    cJSON_Delete(m);
}

/* ---- the stream ---- */

static void restart(struct peer *p)
{
    strbuf_drop(&p->from, p->from.n);
    p->depth = 0;
    p->in_string = p->escaped = false;
}

static void drop_line(struct peer *p, const char *words)
{
    send_error(p, NULL, "GenericError", words);
    restart(p);
    p->skipping = true;
}

/* Follows strings and brackets, to find where a message ends. */
static void follow(struct peer *p, char ch)
{
    if (p->escaped)
        p->escaped = false;
    else if (p->in_string && ch == '\\')
        p->escaped = true;
    else if (ch == '"')
        p->in_string = !p->in_string;
    else if (!p->in_string && (ch == '{' || ch == '['))
        p->depth++;
    else if (!p->in_string && (ch == '}' || ch == ']'))
        p->depth--;
}

static void take(struct peer *p, char ch)
{
    if (p->skipping) {
        p->skipping = ch != '\n' && ch != '\xff';
        return;
    }
    if (!p->depth && (!ch || strchr(" \t\r\n\xff", ch)))
        return;
    if (!p->depth && ch != '{' && ch != '[') {
        drop_line(p, "JSON parse error, expecting value");
        p->skipping = ch != '\n';
        return;
    }
    strbuf_bytes(&p->from, &ch, 1);
    follow(p, ch);
    if (p->from.n >= MOST_TEXT || p->depth > DEEPEST)
        drop_line(p, p->depth > DEEPEST ? "JSON parse error, too deep"
                                        : "JSON parse error, too long");
    else if (!p->depth) {
        message(p, p->from.p, p->from.n);
        restart(p);
    }
}

static void input(struct peer *p, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && !p->control->s->quit && !p->gone; i++)
        take(p, bytes[i]);
}

static void opened(struct peer *p)
{
    cJSON *m = cJSON_CreateObject(), *q = cJSON_AddObjectToObject(m, "QMP");
    cJSON *v = cJSON_AddObjectToObject(q, "version");
    cJSON *qemu = cJSON_AddObjectToObject(v, "qemu");

    cJSON_AddNumberToObject(qemu, "micro", 0);
    cJSON_AddNumberToObject(qemu, "minor", 2);
    cJSON_AddNumberToObject(qemu, "major", 7);
    cJSON_AddStringToObject(v, "package", "isabox " ISABOX_VERSION);
    cJSON_AddArrayToObject(q, "capabilities");
    send(p, m);
}

const struct protocol qmp_protocol = { opened, input, NULL };

#else                                   /* options.c refuses -qmp */

void qmp_event(struct session *s, const char *name, const char *reason)
{
    (void)s, (void)name, (void)reason;
}

void qmp_block_error(struct session *s, const struct pc_trouble *t)
{
    (void)s, (void)t;
}

const struct protocol qmp_protocol = { NULL, NULL, NULL };

#endif
