/* monitor.c - lines of commands in, text out, in QEMU's spelling.
 *
 * Reference: QEMU 7.2 documentation, "QEMU Monitor". Not modelled: migration,
 * hot plugging, block jobs. */
#define _POSIX_C_SOURCE 200809L
#include "ui/control/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "ui/control/commands.h"
#include "ui/control/control.h"
#include "ui/host/edit.h"
#include "ui/host/tty.h"

#define PROMPT "(isabox) "

char *monitor_command(struct session *s, const char *line, bool remote)
{
    struct call c = { .s = s, .way = BY_MONITOR, .remote = remote };
    char *text;

    if (call_read(&c, line))
        call_run(&c);
    if (c.bad && c.row)
        call_print(&c, "Error: %.*s: %s\n", (int)strcspn(c.row->name, "|"),
                   c.row->name, c.why);
    else if (c.bad)
        call_print(&c, "%s\n", c.why);
    strbuf_bytes(&c.text, "", 0);
    text = c.text.p;
    c.text.p = NULL;
    call_end(&c);
    return text;
}

/* ---- the protocol ---- */

enum { LINE = 4096 };

static void monitor_complete(void *ctx, const char *line, struct strbuf *names)
{
    command_complete(ctx, line, names);
}

static void monitor_opened(struct peer *p)
{
    struct session *s = p->control->s;
    char hello[120];

    if (p->in == STDIN_FILENO && isatty(STDIN_FILENO) &&
        tty_raw(STDIN_FILENO, true, NULL))
        p->edit = edit_new(PROMPT, monitor_complete, s);
    snprintf(hello, sizeof hello, "isabox %s monitor - type 'help' for more "
             "information\n" PROMPT, ISABOX_VERSION);
    peer_send(p, hello, strlen(hello));
}

static void monitor_run(struct peer *p, const char *line)
{
    char *text = monitor_command(p->control->s, line, p->socket);

    if (text)
        peer_send(p, text, strlen(text));
    free(text);
    if (!p->control->s->quit)
        peer_send(p, PROMPT, strlen(PROMPT));
}

static void monitor_type(struct peer *p, char ch)
{
    struct strbuf out = { 0 };
    const char *line = edit_byte(p->edit, (unsigned char)ch, &out);

    if (out.n)
        peer_send(p, out.p, out.n);
    strbuf_free(&out);
    if (line)
        monitor_run(p, line);
}

static void monitor_take(struct peer *p, char ch)
{
    if (ch == '\n') {
        if (p->skipping)
            monitor_run(p, "# too long");
        else
            monitor_run(p, p->from.n ? p->from.p : "");
        strbuf_drop(&p->from, p->from.n);
        p->skipping = false;
    } else if (p->from.n == LINE)
        p->skipping = true;
    else if (ch != '\r')
        strbuf_bytes(&p->from, ch ? &ch : "?", 1);
}

static void monitor_input(struct peer *p, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && !p->control->s->quit; i++)
        if (p->edit)
            monitor_type(p, bytes[i]);
        else
            monitor_take(p, bytes[i]);
}

static void monitor_ended(struct peer *p)
{
    if (p->from.n && !p->edit)
        monitor_take(p, '\n');
}

void monitor_say(struct session *s, const char *line)
{
    for (int n = 0; n < s->controls.n * PEERS; n++) {
        struct control *c = &s->controls.list[n / PEERS];
        struct peer *p = &c->peer[n % PEERS];

        if (c->protocol != &monitor_protocol || !p->socket || !p->greeted ||
            p->in < 0)
            continue;
        peer_send(p, "\n", 1);
        peer_send(p, line, strlen(line));
        peer_send(p, PROMPT, strlen(PROMPT));
    }
}

const struct protocol monitor_protocol =
    { monitor_opened, monitor_input, monitor_ended, NULL };
