/* console.c - the monitor on the terminal of -nographic, behind Ctrl-A c. */
#define _POSIX_C_SOURCE 200809L
#include "ui/control/console.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/host/edit.h"
#include "ui/control/commands.h"
#include "ui/control/monitor.h"

static void console_show(struct strbuf *b)
{
    for (size_t done = 0; done < b->n;) {
        ssize_t n = write(STDOUT_FILENO, b->p + done, b->n - done);

        if (n <= 0)
            break;
        done += (size_t)n;
    }
    strbuf_free(b);
}

static void console_complete(void *ctx, const char *line, struct strbuf *names)
{
    command_complete(ctx, line, names);
}

void console_switch(struct session *s)
{
    struct strbuf b = { 0 };

    if (!s->console)
        s->console = edit_new("(isabox) ", console_complete, s);
    s->in_console = !s->in_console && s->console;
    strbuf_add(&b, "\n");
    if (s->in_console)
        edit_prompt(s->console, &b);
    console_show(&b);
}

bool console_byte(void *session, uint8_t byte)
{
    struct session *s = session;
    struct strbuf b = { 0 };
    const char *line;
    char *text;

    if (!s->in_console)
        return false;
    if ((line = edit_byte(s->console, byte, &b))) {
        text = monitor_command(s, line, false);
        strbuf_add(&b, "%s", text ? text : "");
        free(text);
        edit_prompt(s->console, &b);
    }
    console_show(&b);
    return true;
}
