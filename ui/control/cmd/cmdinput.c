/* cmdinput.c - commands that press keys and move the mouse.
 *
 * In a script a command lasts until the guest has had its keys, and as long
 * as a hand would need; elsewhere they are only queued. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"
#include "ui/session/keys.h"

#define MS INT64_C(1000000)
enum { HOLD_MS = 100, SCRIPT_HOLD_MS = 60, CLICK_MS = 60, MOUSE_MS = 30,
       HOLD_MOST = 60000 };

/* ---- keys ---- */

static bool cmdinput_ended(const struct session *s)
{
    return s->quit || s->off;
}

static void finish_typing(struct call *c)
{
    struct session *s = c->s;

    while (c->way == BY_SCRIPT && !cmdinput_ended(s) &&
           (s->typist.count || s->typist.due > pc_now(s->pc)))
        session_run(s, MS);
}

static void cmdinput_press(struct call *c, const char *chord, int hold_ms)
{
    uint16_t code[CHORD_KEYS];
    char bad[32];
    int n = key_chord(chord, code, bad);

    if (n && !typist_chord(&c->s->typist, code, n, hold_ms))
        call_fail(c, "keys", "too many are waiting already");
    finish_typing(c);
}

void cmd_sendkey(struct call *c)
{
    int hold = (int)call_within(c, "hold_ms", HOLD_MS, 1, HOLD_MOST);

    if (!c->bad)
        cmdinput_press(c, call_text(c, "keys"), hold);
}

void cmd_key(struct call *c)
{
    const char *p = call_text(c, "chord");
    char chord[CALL_KEYS];

    for (size_t n; *p && !c->bad; p += n + strspn(p + n, " \t\r\n")) {
        n = strcspn(p, " \t\r\n");
        snprintf(chord, sizeof chord, "%.*s", (int)n, p);
        cmdinput_press(c, chord, SCRIPT_HOLD_MS);
    }
}

void cmd_reboot_keys(struct call *c)
{
    static const uint16_t code[] = { KEY_CTRL, KEY_ALT, KEY_DELETE };

    typist_clear(&c->s->typist);        /* the rest of a paste, say */
    typist_chord(&c->s->typist, code, 3, HOLD_MS);
    finish_typing(c);
}

void cmd_type(struct call *c)
{
    struct session *s = c->s;

    for (const char *p = call_text(c, "text"); *p && !c->bad; p++)
        while (!typist_char(&s->typist, *p) && !c->bad && !cmdinput_ended(s))
            if (c->way == BY_SCRIPT)
                session_run(s, MS);
            else
                call_fail(c, "text", "too many keys are waiting already");
    finish_typing(c);
}

/* ---- the mouse ---- */

static void cmdinput_move(struct call *c, int dx, int dy, int dz)
{
    if (!pc_mouse(c->s->pc, dx, dy, dz, c->s->buttons))
        call_fail(c, NULL, "the input queue is full");
}

void cmd_mouse_move(struct call *c)
{
    int dx = (int)call_within(c, "dx", 0, -32768, 32767);
    int dy = (int)call_within(c, "dy", 0, -32768, 32767);
    int dz = (int)call_within(c, "dz", 0, -32768, 32767);
    int far = abs(dx) > abs(dy) ? abs(dx) : abs(dy);

    if (!c->bad)
        cmdinput_move(c, dx, dy, dz);
    if (c->way == BY_SCRIPT)
        session_run(c->s, (MOUSE_MS + far / 16) * MS);
}

void cmd_mouse_button(struct call *c)
{
    int64_t n = call_number(c, "state", 0);

    if (n < 0 || n > 7) {
        call_fail(c, "state", "sum of 1 left, 2 right, 4 middle");
        return;
    }
    c->s->buttons = (unsigned)n;
    cmdinput_move(c, 0, 0, 0);
}

void cmd_click(struct call *c)
{
    struct pc *pc = c->s->pc;

    pc_mouse(pc, 0, 0, 0, 1u << call_number(c, "button", 0));
    session_run(c->s, CLICK_MS * MS);
    pc_mouse(pc, 0, 0, 0, 0);
    session_run(c->s, CLICK_MS * MS);
}

/* ---- joysticks ---- */

void cmd_joystick(struct call *c)
{
    int x = (int)call_within(c, "x", 0, -100, 100);
    int y = (int)call_within(c, "y", 0, -100, 100);
    unsigned buttons = (unsigned)call_within(c, "buttons", 0, 0, 3);
    int stick = (int)call_within(c, "stick", 0, 0, 1);

    if (!c->bad && !pc_joystick(c->s->pc, stick, x * 32767 / 100,
                                y * 32767 / 100, buttons))
        call_fail(c, NULL, "the input queue is full");
}
