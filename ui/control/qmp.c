/* qmp.c - QEMU's machine protocol: messages, answers, events.
 *
 * Reference: QEMU 7.2, "QEMU Machine Protocol Specification". A message is
 * one JSON object; input that is none is answered by an error, and the rest
 * of its line is dropped. Not modelled: out-of-band commands. */
#define _POSIX_C_SOURCE 200809L
#include "ui/control/qmp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/control/commands.h"
#include "ui/control/monitor.h"
#include "ui/session/session.h"

#if HAVE_CJSON

enum { MOST_TEXT = 1 << 20, DEEPEST = 200 };

/* ---- sending ---- */

static void qmp_send(struct peer *p, cJSON *message)
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
    qmp_send(p, m);
}

static void send_result(struct peer *p, const cJSON *id, cJSON *result)
{
    cJSON *m = cJSON_CreateObject();

    cJSON_AddItemToObject(m, "return", result);
    if (id)
        cJSON_AddItemToObject(m, "id", cJSON_Duplicate(id, true));
    qmp_send(p, m);
}

/* data: NULL for events without. */
static cJSON *qmp_make_event(const char *name, cJSON *data)
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

/* data: taken over; NULL for events without. */
static void to_all(struct session *s, const char *name, cJSON *data)
{
    for (int n = 0; n < s->controls.n; n++)
        for (int i = 0; i < PEERS; i++) {
            struct peer *p = &s->controls.list[n].peer[i];

            if (p->control->protocol == &qmp_protocol && p->ready && !p->gone)
                qmp_send(p, qmp_make_event(name,
                                           cJSON_Duplicate(data, true)));
        }
    cJSON_Delete(data);
}

void qmp_event(struct session *s, const char *name, const char *reason)
{
    to_all(s, name, reason_data(reason));
}

void qmp_member_event(struct session *s, const char *name, const char *member,
                      const char *value)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, member, value);
    to_all(s, name, o);
}

void qmp_block_error(struct session *s, const struct pc_trouble *t)
{
    to_all(s, "BLOCK_IO_ERROR", trouble_data(t));
}

/* ---- messages ---- */

/* The name of the command in a well-formed message. */
static const char *check_message(struct call *c, const cJSON *m)
{
    const cJSON *v, *execute = NULL;

    if (!cJSON_IsObject(m)) {
        call_fail(c, NULL, "QMP input must be a JSON object");
        return NULL;
    }
    cJSON_ArrayForEach(v, m) {
        if (!strcmp(v->string, "execute"))
            execute = v;
        else if (!strcmp(v->string, "arguments"))
            c->json = v;
        else if (strcmp(v->string, "id"))
            call_fail(c, NULL, "QMP input member '%.80s' is unexpected",
                      v->string);
    }
    if (!execute)
        call_fail(c, NULL, "QMP input lacks member 'execute'");
    else if (!cJSON_IsString(execute))
        call_fail(c, NULL, "QMP input member 'execute' must be a string");
    if (c->json && !cJSON_IsObject((const cJSON *)c->json))
        call_fail(c, NULL, "QMP input member 'arguments' must be an object");
    return c->bad ? NULL : execute->valuestring;
}

static void not_found(struct call *c, const char *format, const char *name)
{
    call_fail(c, NULL, format, name);
    c->class = "CommandNotFound";
}

static void execute(struct call *c, const char *name)
{
    bool negotiation = !strcmp(name, "qmp_capabilities");

    c->row = command_of_qmp(name);
    if (!c->peer->ready && !negotiation)
        not_found(c, "Expecting capabilities negotiation with '%s'",
                  "qmp_capabilities");
    else if (!c->row)
        not_found(c, "The command %.80s has not been found", name);
    else if (c->peer->ready && negotiation)
        not_found(c, "Capabilities negotiation is already complete, %s "
                  "ignored", "command");
    else
        qmp_args(c);
    if (!c->bad)
        call_run(c);
}

/* The members of the answer; the text of a command that QEMU does not have
 * goes as QEMU's own commands of that kind send theirs. */
static cJSON *qmp_answer(struct call *c)
{
    struct strbuf b = { 0 };
    cJSON *v;

    if (!c->row->qmp)
        reply_string(c, "human-readable-text", c->text.n ? c->text.p : "");
    strbuf_add(&b, c->bare ? "" : "{");
    if (c->members.n)
        strbuf_bytes(&b, c->members.p, c->members.n);
    strbuf_add(&b, c->bare ? "" : "}");
    v = cJSON_CreateRaw(b.p ? b.p : "{}");
    strbuf_free(&b);
    return v;
}

static void message(struct peer *p, const char *text, size_t n)
{
    struct call c = { .s = p->control->s, .way = BY_QMP,
                      .peer = p, .remote = p->socket };
    cJSON *m = cJSON_ParseWithLength(text, n);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(m, "id");
    const char *name = NULL;

    if (!m)
        call_fail(&c, NULL, "JSON parse error");
    else if ((name = check_message(&c, m)))
        execute(&c, name);
    if (c.bad)
        send_error(p, id, c.class, c.why);
    else
        send_result(p, id, qmp_answer(&c));
    cJSON_Delete(m);
    call_end(&c);
}

void cmd_capabilities(struct call *c)
{
    if (cJSON_GetArraySize(qmp_member(c->json, "enable")))
        call_fail(c, NULL, "Parameter 'enable' holds a capability that is not "
                  "offered");
    else
        c->peer->ready = true;
}

void cmd_human(struct call *c)
{
    char *text = monitor_command(c->s, call_text(c, "command-line"), c->remote);

    reply_string(c, NULL, text ? text : "");
    free(text);
}

/* ---- the stream ---- */

static void qmp_restart(struct peer *p)
{
    strbuf_drop(&p->from, p->from.n);
    p->depth = 0;
    p->in_string = p->escaped = false;
}

static void drop_line(struct peer *p, const char *words)
{
    send_error(p, NULL, "GenericError", words);
    qmp_restart(p);
    p->skipping = true;
}

/* Follows strings and brackets, to find where a message ends. */
static void qmp_follow(struct peer *p, char ch)
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

static void qmp_take(struct peer *p, char ch)
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
    qmp_follow(p, ch);
    if (p->from.n >= MOST_TEXT || p->depth > DEEPEST)
        drop_line(p, p->depth > DEEPEST ? "JSON parse error, too deep"
                                        : "JSON parse error, too long");
    else if (!p->depth) {
        message(p, p->from.p, p->from.n);
        qmp_restart(p);
    }
}

static void qmp_input(struct peer *p, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && !p->control->s->quit && !p->gone; i++)
        qmp_take(p, bytes[i]);
}

static void qmp_opened(struct peer *p)
{
    cJSON *m = cJSON_CreateObject(), *q = cJSON_AddObjectToObject(m, "QMP");
    cJSON *v = cJSON_AddObjectToObject(q, "version");
    cJSON *qemu = cJSON_AddObjectToObject(v, "qemu");

    cJSON_AddNumberToObject(qemu, "micro", 0);
    cJSON_AddNumberToObject(qemu, "minor", 2);
    cJSON_AddNumberToObject(qemu, "major", 7);
    cJSON_AddStringToObject(v, "package", "isabox " ISABOX_VERSION);
    cJSON_AddArrayToObject(q, "capabilities");
    qmp_send(p, m);
}

const struct protocol qmp_protocol = { qmp_opened, qmp_input, NULL, NULL };

#else                                   /* options.c refuses -qmp */

void qmp_event(struct session *s, const char *name, const char *reason)
{
    (void)s, (void)name, (void)reason;
}

void qmp_member_event(struct session *s, const char *name, const char *member,
                      const char *value)
{
    (void)s, (void)name, (void)member, (void)value;
}

void qmp_block_error(struct session *s, const struct pc_trouble *t)
{
    (void)s, (void)t;
}

const struct protocol qmp_protocol = { NULL, NULL, NULL, NULL };

void cmd_capabilities(struct call *c) { (void)c; }
void cmd_human(struct call *c) { (void)c; }

#endif
