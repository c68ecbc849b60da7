/* qmpinput.c - input-send-event: keys and movements of the mouse. */
#include "ui/control/qmp.h"

#include "ui/control/commands.h"

#if HAVE_CJSON
#include <string.h>

#include "ui/session/keys.h"
#include "ui/session/session.h"

/* ---- input-send-event ---- */

struct moves { int dx, dy, dz; bool any; };

static void key_event(struct call *c, const cJSON *data, bool check)
{
    const cJSON *down = qmp_member(data, "down");
    uint16_t code = qmp_key(c, qmp_member(data, "key"));

    if (!cJSON_IsBool(down))
        call_fail(c, NULL, "Parameter 'down' is missing");
    else if (code && !check && !typist_event(&c->s->typist, c->s->pc, code,
                                             cJSON_IsTrue(down)))
        call_fail(c, NULL, "too many keys are waiting already");
}

static void rel_event(struct call *c, const cJSON *data, struct moves *m)
{
    const char *axis = cJSON_GetStringValue(qmp_member(data, "axis"));
    const cJSON *value = qmp_member(data, "value");
    int n = cJSON_IsNumber(value) ? value->valueint : 0;

    if (!axis || (strcmp(axis, "x") && strcmp(axis, "y")))
        call_fail(c, NULL, "Parameter 'axis' expects x or y");
    else if (!cJSON_IsNumber(value) || n < -32768 || n > 32767)
        call_fail(c, NULL, "Parameter 'value' expects -32768 to 32767");
    else if (*axis == 'x')
        m->dx += n;
    else
        m->dy += n;
    m->any = true;
}

static void btn_event(struct call *c, const cJSON *data, struct moves *m,
                      unsigned *buttons)
{
    static const char *const names[] = { "left", "right", "middle" };
    const char *name = cJSON_GetStringValue(qmp_member(data, "button"));
    bool down = cJSON_IsTrue(qmp_member(data, "down"));

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
        call_fail(c, NULL, "Parameter 'button' expects left, middle, right, "
                  "wheel-up or wheel-down");
}

static void send_moves(struct call *c, struct moves *m, unsigned buttons)
{
    if (m->any && !pc_mouse(c->s->pc, m->dx, m->dy, m->dz, buttons))
        call_fail(c, NULL, "the input queue is full");
    *m = (struct moves){ 0 };
}

/* The list is looked through once before anything is sent, so a bad one
 * does nothing. Movements of one list join; a button sends them. */
static void qmpinput_walk(struct call *c, bool check, unsigned *buttons)
{
    struct moves m = { 0 };
    const cJSON *v;

    cJSON_ArrayForEach(v, qmp_member(c->json, "events")) {
        const char *type = cJSON_GetStringValue(qmp_member(v, "type"));
        const cJSON *data = qmp_member(v, "data");

        if (!type || !data)
            call_fail(c, NULL, "Parameter 'events' needs 'type' and 'data'");
        else if (!strcmp(type, "key"))
            key_event(c, data, check);
        else if (!strcmp(type, "rel"))
            rel_event(c, data, &m);
        else if (!strcmp(type, "btn"))
            btn_event(c, data, &m, buttons);
        else
            call_fail(c, NULL, "Input handler not found for event type %.20s",
                      type);
        if (!check && type && !strcmp(type, "btn"))
            send_moves(c, &m, *buttons);
    }
    if (!check)
        send_moves(c, &m, *buttons);
}

void cmd_input_send_event(struct call *c)
{
    unsigned buttons = c->s->buttons;

    qmpinput_walk(c, true, &buttons);
    if (!c->bad)
        qmpinput_walk(c, false, &c->s->buttons);
}

#else

void cmd_input_send_event(struct call *c) { (void)c; }

#endif
