/* control.c - connections that drive the machine. */
#define _XOPEN_SOURCE 700
#include "ui/control/control.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ui/host/edit.h"
#include "ui/session/session.h"
#include "ui/host/tty.h"

/* Limits for one client: bytes that wait for it before it is cut off, and
 * before its commands wait; bytes of its input that wait; host time that its
 * commands get in one turn, and after which one that says nothing must make
 * room for another. */
enum { MOST_OUTPUT = 16 << 20, ENOUGH_OUTPUT = 1 << 18, MOST_INPUT = 1 << 16,
       TURN_MS = 10, SILENT_MS = 10000 };
#define MS INT64_C(1000000)

/* ---- output ---- */

/* Says which events of a client to wait for. One that does not take its output,
 * or whose commands come faster than they are run, is not read from. */
static void want(struct peer *p)
{
    bool input = !p->ended && p->waiting.n < MOST_INPUT &&
                 p->to.n < ENOUGH_OUTPUT;
    bool output = p->to.n && p->in == p->out;

    if (p->in >= 0)
        watch_events(&p->control->s->watch, p->in,
                     (short)((input ? POLLIN : 0) | (output ? POLLOUT : 0)));
}

static void control_flush(struct peer *p)
{
    size_t done = 0;

    while (p->out >= 0 && done < p->to.n) {
        size_t most = p->to.n - done;
        struct pollfd f = { p->out, POLLOUT, 0 };
        ssize_t n;

        if (p->in != p->out) {          /* not ours alone: it may block */
            if (poll(&f, 1, 0) != 1)
                break;
            most = most < PIPE_BUF ? most : PIPE_BUF;
        }
        n = write(p->out, p->to.p + done, most);
        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN || errno == EINTR)
            break;
        else {
            p->gone = true;
            done = p->to.n;
        }
    }
    strbuf_drop(&p->to, done);
    want(p);
}

void peer_send(struct peer *p, const char *bytes, size_t n)
{
    if (p->gone)
        return;
    if (p->to.n + n > MOST_OUTPUT)
        p->gone = true;
    else
        strbuf_bytes(&p->to, bytes, n);
}

/* ---- clients ---- */

static void close_peer(struct peer *p)
{
    if (p->in >= 0 && p->control->protocol->closed)
        p->control->protocol->closed(p);
    watch_remove(&p->control->s->watch, p->in);
    if (p->in > STDERR_FILENO)
        close(p->in);
    p->in = p->out = -1;
    p->gone = p->ready = p->skipping = p->in_string = p->escaped = false;
    p->ended = p->greeted = p->spoke = false;
    p->depth = 0;
    strbuf_free(&p->waiting);
    strbuf_free(&p->from);
    strbuf_free(&p->to);
    edit_free(p->edit);
    p->edit = NULL;
}

/* The commands that wait, by lines, as long as there is room for what they
 * answer and a little host time. */
static void run_waiting(struct peer *p)
{
    const struct protocol *protocol = p->control->protocol;
    int64_t end = pace_clock() + TURN_MS * MS;

    if (!p->greeted && p->waiting.n)
        guard_greet(p);
    while (p->greeted && p->waiting.n && !p->gone &&
           !p->control->s->quit && p->to.n < ENOUGH_OUTPUT) {
        char *nl = memchr(p->waiting.p, '\n', p->waiting.n);
        size_t n = nl ? (size_t)(nl - p->waiting.p) + 1 : p->waiting.n;

        protocol->input(p, p->waiting.p, n);
        strbuf_drop(&p->waiting, n);
        p->spoke = true;
        if (pace_clock() > end)
            break;
    }
    if (p->ended && !p->waiting.n && !p->gone) {
        if (protocol->ended && p->greeted)
            protocol->ended(p);
        control_flush(p);
        p->gone = true;
    }
}

static void control_readable(void *ctx, short events)
{
    struct peer *p = ctx;
    char part[4096];
    ssize_t n;

    if (events & POLLOUT)
        control_flush(p);
    if (p->gone || p->ended || !(events & ~POLLOUT))
        return;
    n = read(p->in, part, sizeof part);
    if (n > 0)
        strbuf_bytes(&p->waiting, part, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        p->ended = true;
    run_waiting(p);
    control_flush(p);
}

/* The oldest of those that have not said anything for a while goes. */
static void drop_silent(struct control *c)
{
    struct peer *oldest = NULL;

    for (int i = 0; i < PEERS; i++) {
        struct peer *p = &c->peer[i];

        if (p->in < 0 || p->gone)
            return;                     /* there is room, or soon */
        if (!p->spoke && p->socket && (!oldest || p->since < oldest->since))
            oldest = p;
    }
    if (oldest && pace_clock() > oldest->since + SILENT_MS * MS)
        close_peer(oldest);
}

static bool add_peer(struct control *c, int in, int out)
{
    for (int i = 0; i < PEERS; i++) {
        struct peer *p = &c->peer[i];

        if (p->in >= 0 || p->gone ||
            !watch_add(&c->s->watch,
                       (struct watch){ in, POLLIN, control_readable, p }))
            continue;
        p->in = in;
        p->out = out;
        p->socket = in == out;
        p->since = pace_clock();
        p->greeted = !p->socket;
        if (!c->password)
            c->protocol->opened(p);
        control_flush(p);
        return true;
    }
    return false;
}

static void control_take_client(void *ctx, short events)
{
    struct control *c = ctx;
    int fd = accept(c->listener, NULL, NULL);

    (void)events;
    if (fd < 0)
        return;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (!socket_allows(&c->words, fd)) {
        fprintf(stderr, "isabox: %.80s: a client from an address that is not "
                "allowed was cut off\n", c->spec);
        close(fd);
        return;
    }
    drop_silent(c);
    if (!add_peer(c, fd, fd))           /* too many: this one must go */
        close(fd);
}

/* ---- opening ---- */

static bool control_open_stdio(struct control *c, char *why)
{
    struct session *s = c->s;

    for (int i = 0; i < PC_CHANNELS; i++)
        if (s->o->channel[i] && !strcmp(s->o->channel[i], "stdio"))
            return opt_bad(why, "stdio is taken by another port");
    for (int i = 0; i < s->controls.n - 1; i++)
        if (!strcmp(s->controls.list[i].spec, "stdio"))
            return opt_bad(why, "stdio is taken by another monitor");
    return add_peer(c, STDIN_FILENO, STDOUT_FILENO);
}

static bool open_socket(struct control *c, char *why)
{
    int fd = socket_open(c->spec, &c->words, why);

    if (fd < 0)
        return false;
    if (!guard_open(c, why)) {
        close(fd);
        return false;
    }
    if (!c->words.server) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        return add_peer(c, fd, fd);
    }
    c->listener = fd;
    if (!watch_add(&c->s->watch,
                   (struct watch){ fd, POLLIN, control_take_client, c }))
        return opt_bad(why, "too many connections");
    if (c->words.wait) {
        fprintf(stderr, "isabox: waiting for connection on: %s\n", c->spec);
        control_take_client(c, POLLIN);
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return true;
}

bool control_open(struct session *s, const struct protocol *protocol,
                  const char *spec, char *why)
{
    struct control *c = &s->controls.list[s->controls.n++];

    *c = (struct control){ .s = s, .protocol = protocol, .spec = spec,
                           .listener = -1 };
    for (int i = 0; i < PEERS; i++)
        c->peer[i] = (struct peer){ .control = c, .in = -1, .out = -1 };
    return !strcmp(spec, "stdio") ? control_open_stdio(c, why)
                                  : open_socket(c, why);
}

/* ---- between slices ---- */

void controls_serve(struct session *s)
{
    for (int n = 0; n < s->controls.n; n++)
        for (int i = 0; i < PEERS; i++) {
            struct peer *p = &s->controls.list[n].peer[i];

            if (p->to.n && !p->gone)
                control_flush(p);
            if (p->in >= 0 && !p->gone && (p->waiting.n || p->ended)) {
                run_waiting(p);
                control_flush(p);
            }
            if (p->gone)
                close_peer(p);
        }
}

bool controls_busy(const struct session *s)
{
    for (int n = 0; n < s->controls.n; n++)
        for (int i = 0; i < PEERS; i++) {
            const struct peer *p = &s->controls.list[n].peer[i];

            if (p->greeted && p->waiting.n && !p->gone &&
                p->to.n < ENOUGH_OUTPUT)
                return true;
        }
    return false;
}

void controls_close(struct session *s)
{
    for (int n = 0; n < s->controls.n; n++) {
        struct control *c = &s->controls.list[n];

        for (int i = 0; i < PEERS; i++)
            if (c->peer[i].in >= 0) {
                control_flush(&c->peer[i]);
                close_peer(&c->peer[i]);
            }
        if (c->listener >= 0)
            close(c->listener);
        socket_forget(&c->words);
        free(c->password);
    }
    s->controls.n = 0;
}
