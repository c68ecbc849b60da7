/* cmdrun.c - commands that let the machine run, stop and go back. */
#include <stdio.h>
#include <string.h>

#include "ui/control/commands.h"
#include "ui/display/page.h"
#include "ui/files/states.h"

#define ANSWER_NS INT64_C(5000000000)

/* ---- running ---- */

void cmd_stop(struct call *c)
{
    session_pause(c->s, true);
}

void cmd_cont(struct call *c)
{
    if (session_status(c->s) == STATUS_OFF)
        call_fail(c, NULL, "the machine is off: Resetting the Virtual Machine "
                  "is required (system_reset)");
    else if (c->s->migration->coming &&
             pc_incoming(c->s->pc) != PC_INCOMING_KEPT)
        c->s->o->paused = false;        /* it goes on when it comes */
    else if (migration_holds(c->s))
        call_fail(c, NULL, "%s", migration_holds(c->s));
    else
        session_pause(c->s, false);
}

void cmd_pause(struct call *c)
{
    if (c->s->paused)
        cmd_cont(c);
    else
        cmd_stop(c);
    if (!c->bad)
        call_print(c, "%s\n", c->s->paused ? "paused" : "running");
}

void cmd_turbo(struct call *c)
{
    struct session *s = c->s;

    s->turbo = !s->turbo;
    pace_restart(&s->pace, s->pc);
    call_print(c, "%s\n", s->turbo ? "as fast as it can" : "normal speed");
}

void cmd_monitor(struct call *c)
{
    page_show(c->s, !page_shown(c->s));
}

void cmd_reset(struct call *c)
{
    session_reset(c->s);
    if (c->way == BY_KEY)
        call_print(c, "reset\n");
}

void cmd_powerdown(struct call *c)
{
    session_powerdown(c->s);
}

void cmd_nmi(struct call *c)
{
    pc_nmi(c->s->pc);
}

/* By a key, in the middle of a write the question is put; the answer is the
 * same key. */
void cmd_quit(struct call *c)
{
    struct session *s = c->s;
    int64_t now = pace_clock();

    if (c->way == BY_KEY && session_writing(s) &&
        (!s->asked || now > s->asked + ANSWER_NS)) {
        s->asked = now;
        call_print(c, "the guest is writing to a disk; once more to quit\n");
    } else
        session_quit(s, (int)call_number(c, "status", 0) & 0xff);
}

void cmd_log(struct call *c)
{
    char why[PC_WHY];

    if (!session_log(c->s, call_text(c, "topics"), why))
        call_fail(c, "topics", "%s", why);
}

/* ---- states ---- */

/* The name that was given, or the machine's own; NULL after an error. */
static const char *state_name(struct call *c, char *buf, size_t n)
{
    const char *given = call_text(c, "filename");

    snprintf(buf, n, "%s.state", c->s->o->name ? c->s->o->name : "isabox");
    return given ? given : call_may_name(c) ? buf : NULL;
}

void cmd_savevm(struct call *c)
{
    char buf[120], why[PC_WHY];
    const char *given = call_text(c, "filename"), *name;

    if (states_is_name(c->s, given)) {
        if (!states_save(c->s, given, why))
            call_fail(c, NULL, "%s", why);
        return;
    }
    name = state_name(c, buf, sizeof buf);
    if (name && !pc_save(c->s->pc, name, why))
        call_fail(c, NULL, "%s", why);
    else if (name && c->way == BY_KEY)
        call_print(c, "saved in %s\n", name);
}

void cmd_delvm(struct call *c)
{
    char why[PC_WHY];

    if (!states_delete(c->s, call_text(c, "name"), why))
        call_fail(c, NULL, "%s", why);
}

void cmd_snapshots(struct call *c)
{
    char why[PC_WHY];

    if (!states_list(c->s, &c->text, why))
        call_fail(c, NULL, "%s", why);
}

static bool has_states(struct call *c)
{
    if (!c->s->o->states)
        call_fail(c, NULL, "there is no file of named states (-states)");
    return !c->bad;
}

void cmd_snapshot_save(struct call *c)
{
    char why[PC_WHY];

    if (has_states(c) && !states_save(c->s, call_text(c, "tag"), why))
        call_fail(c, NULL, "%s", why);
}

void cmd_snapshot_load(struct call *c)
{
    char why[PC_WHY];
    const char *tag = call_text(c, "tag");

    if (has_states(c) && !states_is_name(c->s, tag))
        call_fail(c, "tag", "'%.63s' is no name of a state", tag);
    if (!c->bad && !session_load(c->s, tag, why))
        call_fail(c, NULL, "%s", why);
}

void cmd_snapshot_delete(struct call *c)
{
    char why[PC_WHY];

    if (!states_delete(c->s, call_text(c, "tag"), why))
        call_fail(c, NULL, "%s", why);
}

/* What does not load, as the disks are others by now, does so by the same key
 * once more: that forces it. */
void cmd_loadvm(struct call *c)
{
    struct session *s = c->s;
    char buf[120], forced[130], why[PC_WHY], *hint;
    const char *name = state_name(c, buf, sizeof buf);
    int64_t now = pace_clock();
    bool key = c->way == BY_KEY;

    if (key && s->warned && now < s->warned + ANSWER_NS) {
        snprintf(forced, sizeof forced, "%.119s,force", name);
        name = forced;
    }
    s->warned = 0;
    if (!name)
        return;
    if (session_load(s, name, why)) {
        if (key)
            call_print(c, "loaded from %s\n", buf);
        return;
    }
    if (key && (hint = strstr(why, "only a forced load"))) {
        snprintf(hint, sizeof why - (size_t)(hint - why),
                 "once more loads it all the same");
        s->warned = now;
    }
    call_fail(c, NULL, "%s", why);
}
