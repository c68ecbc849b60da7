/* qmpinput.c - keys and mouse events of QMP. */
#include "ui/control/qmp.h"

#if HAVE_CJSON
#include <string.h>

#include "ui/session/keys.h"
#include "ui/session/session.h"

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* QEMU's numbers are set-1 codes, with bit 7 for those behind E0. */
static uint16_t key_number(double n)
{
    if (n < 1 || n > 0xff)
        return 0;
    return (uint16_t)((int)n & 0x80 ? 0xe000 | ((int)n & 0x7f) : (int)n);
}

/* { "type": "qcode" or "number", "data": ... }; 0 after an error. */
static uint16_t key_of(struct qmp_call *c, const cJSON *v)
{
    const char *type = cJSON_GetStringValue(member(v, "type"));
    const cJSON *data = member(v, "data");
    uint16_t code = 0;

    if (!type || !data)
        qmp_error(c, "Parameter 'key' needs 'type' and 'data'");
    else if (!strcmp(type, "qcode") && cJSON_IsString(data))
        code = key_by_name(data->valuestring);
    else if (!strcmp(type, "number") && cJSON_IsNumber(data))
        code = key_number(data->valuedouble);
    if (!code && cJSON_IsString(data))
        qmp_error(c, "Parameter 'data' does not accept value '%.80s'",
                  data->valuestring);
    if (!code)
        qmp_error(c, "Parameter 'key' is no qcode and no number");
    return code;
}

cJSON *qmp_send_key(struct qmp_call *c)
{
    const cJSON *keys_array = member(c->args, "keys"), *v;
    double hold = qmp_number(c, "hold-time");
    uint16_t code[CHORD_KEYS];
    int n = 0;

    if (!member(c->args, "hold-time"))
        hold = 100;
    cJSON_ArrayForEach(v, keys_array) {
        if (n == CHORD_KEYS) {
            qmp_error(c, "Parameter 'keys' holds too many");
            return NULL;
        }
        code[n++] = key_of(c, v);
    }
    if (hold < 1 || hold > 60000)
        qmp_error(c, "Parameter 'hold-time' expects 1 to 60000");
    if (!c->class && n && !typist_chord(&c->s->typist, code, n, (int)hold))
        qmp_error(c, "too many keys are waiting already");
    return NULL;
}

/* ---- input-send-event ---- */

struct moves { int dx, dy, dz; bool any; };

static void key_event(struct qmp_call *c, const cJSON *data, bool check)
{
    const cJSON *down = member(data, "down");
    uint16_t code = key_of(c, member(data, "key"));

    if (!cJSON_IsBool(down))
        qmp_error(c, "Parameter 'down' is missing");
    else if (code && !check && !typist_event(&c->s->typist, c->s->pc, code,
                                             cJSON_IsTrue(down)))
        qmp_error(c, "too many keys are waiting already");
}

static void rel_event(struct qmp_call *c, const cJSON *data, struct moves *m)
{
    const char *axis = cJSON_GetStringValue(member(data, "axis"));
    const cJSON *value = member(data, "value");
    int n = cJSON_IsNumber(value) ? value->valueint : 0;

    if (!axis || (strcmp(axis, "x") && strcmp(axis, "y")))
        qmp_error(c, "Parameter 'axis' expects x or y");
    else if (!cJSON_IsNumber(value) || n < -32768 || n > 32767)
        qmp_error(c, "Parameter 'value' expects -32768 to 32767");
    else if (*axis == 'x')
        m->dx += n;
    else
        m->dy += n;
    m->any = true;
}

static void btn_event(struct qmp_call *c, const cJSON *data, struct moves *m,
                      unsigned *buttons)
{
    static const char *const names[] = { "left", "right", "middle" };
    const char *name = cJSON_GetStringValue(member(data, "button"));
    bool down = cJSON_IsTrue(member(data, "down"));

    m->any = true;
    for (unsigned i = 0; name && i < 3; i++)
        if (!strcmp(name, names[i])) {
            *buttons = down ? *buttons | 1u << i : *buttons & ~(1u << i);
            return;
        }
    if (name && !strcmp(name, "wheel-up"))
        m->dz = down ? -1 : 0;
    else if (name && !strcmp(name, "wheel-down"))
        m->dz = down;
    else
        qmp_error(c, "Parameter 'button' expects left, middle, right, "
                  "wheel-up or wheel-down");
}

static void send_moves(struct qmp_call *c, struct moves *m, unsigned buttons)
{
    if (m->any && !pc_mouse(c->s->pc, m->dx, m->dy, m->dz, buttons))
        qmp_error(c, "the input queue is full");
    *m = (struct moves){ 0 };
}

/* The list is looked through once before anything is sent, so a bad one
 * does nothing. Movements of one list join; a button sends them. */
static void walk(struct qmp_call *c, bool check, unsigned *buttons)
{
    struct moves m = { 0 };
    const cJSON *v;

    cJSON_ArrayForEach(v, member(c->args, "events")) {
        const char *type = cJSON_GetStringValue(member(v, "type"));
        const cJSON *data = member(v, "data");

        if (!type || !data)
            qmp_error(c, "Parameter 'events' needs 'type' and 'data'");
        else if (!strcmp(type, "key"))
            key_event(c, data, check);
        else if (!strcmp(type, "rel"))
            rel_event(c, data, &m);
        else if (!strcmp(type, "btn"))
            btn_event(c, data, &m, buttons);
        else
            qmp_error(c, "Input handler not found for event type %.20s", type);
        if (!check && type && !strcmp(type, "btn"))
            send_moves(c, &m, *buttons);
    }
    if (!check)
        send_moves(c, &m, *buttons);
}

cJSON *qmp_input_send_event(struct qmp_call *c)
{
    unsigned buttons = c->s->buttons;

    walk(c, true, &buttons);
    if (!c->class)
        walk(c, false, &c->s->buttons);
    return NULL;
}

#endif
