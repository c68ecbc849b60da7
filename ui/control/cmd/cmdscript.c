/* cmdscript.c - commands that look and wait, in guest time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"
#include "ui/display/screen.h"

#define MS INT64_C(1000000)
#define DEFAULT_NS INT64_C(30000000000)
enum { POLL_MS = 20, SERIAL_SHOWN = 4000, NOT_MET = 1 };

/* ---- looking ---- */

static bool on_screen(struct session *s, const char *text)
{
    char *screen = screen_text(s->pc, false);
    bool found = screen && strstr(screen, text);

    free(screen);
    if (found)
        return true;
    screen = screen_text(s->pc, true);  /* "A:\\> " ends in a blank */
    found = screen && strstr(screen, text);
    free(screen);
    return found;
}

static char *find_bytes(char *p, size_t n, const char *text, size_t len)
{
    for (; n >= len; p++, n--)
        if (!memcmp(p, text, len))
            return p;
    return NULL;
}

/* What matched counts as read: the next look begins behind it. */
static bool on_serial(struct session *s, const char *text)
{
    struct capture *p = &s->serial;
    size_t n = strlen(text);
    char *at = p->p ? find_bytes(p->p + p->seen, p->n - p->seen, text, n)
                    : NULL;

    if (at)
        p->seen = (size_t)(at - p->p) + n;
    return at;
}

static bool wait_for(struct call *c, int64_t ns,
                     bool (*seen)(struct session *, const char *))
{
    struct session *s = c->s;
    int64_t end = pc_now(s->pc) + ns;

    for (;;) {
        int64_t left = end - pc_now(s->pc);

        if (seen(s, call_text(c, "text")))
            return true;
        if (left <= 0 || s->quit || s->off)
            return false;
        session_run(s, left < POLL_MS * MS ? left : POLL_MS * MS);
    }
}

/* The words for an expectation that was not met; a session that was told to
 * quit meanwhile ends by that. */
static void fail_wait(struct call *c, int64_t ns, const char *what)
{
    char reason[60] = "the machine is off";

    if (!c->s->off)
        snprintf(reason, sizeof reason, "not seen in %.9g s",
                 (double)ns / 1e9);
    call_fail(c, NULL, "%.*s \"%.200s\": %s; %s:",
              (int)strcspn(c->row->name, "|"), c->row->name,
              call_text(c, "text"), reason, what);
    c->status = NOT_MET;
}

void cmd_expect(struct call *c)
{
    int64_t ns = call_number(c, "time", DEFAULT_NS);
    char *screen;

    if (wait_for(c, ns, on_screen) || c->s->quit)
        return;
    fail_wait(c, ns, "the screen");
    screen = screen_text(c->s->pc, false);
    call_print(c, "%s", screen && *screen ? "" : "(no text)\n");
    if (screen)
        strbuf_bytes(&c->text, screen, strlen(screen));
    free(screen);
}

void cmd_expect_serial(struct call *c)
{
    int64_t ns = call_number(c, "time", DEFAULT_NS);
    struct capture *p = &c->s->serial;
    size_t from;

    if (wait_for(c, ns, on_serial) || c->s->quit)
        return;
    fail_wait(c, ns, "COM1 sent");
    from = p->n > SERIAL_SHOWN ? p->n - SERIAL_SHOWN : 0;
    if (p->n > from)
        strbuf_bytes(&c->text, p->p + from, p->n - from);
    call_print(c, "\n");
}

void cmd_wait(struct call *c)
{
    session_run(c->s, call_number(c, "time", 0));
}

/* ---- the machine's state ---- */

void cmd_hash(struct call *c)
{
    call_print(c, "%016" PRIx64 "\n", pc_hash(c->s->pc));
}

void cmd_assert_mem(struct call *c)
{
    uint8_t want[256], have[256];
    int n = value_bytes(call_text(c, "bytes"), want, sizeof want);
    char text[2 * sizeof have + 1] = "";

    pc_memory(c->s->pc, (uint32_t)call_number(c, "addr", 0), have, (size_t)n);
    if (!memcmp(want, have, (size_t)n))
        return;
    for (int i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", have[i]);
    call_fail(c, NULL, "assert-mem %s: there is %.300s",
              call_text(c, "addr"), text);
    c->status = NOT_MET;
}
