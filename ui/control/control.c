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

enum { MOST_OUTPUT = 16 << 20 };        /* to a client that does not read */

/* ---- output ---- */

static void want(struct peer *p, bool output)
{
    if (p->in >= 0 && p->in == p->out)
        watch_events(&p->control->s->watch, p->in,
                     output ? POLLIN | POLLOUT : POLLIN);
}

static void flush(struct peer *p)
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
    want(p, p->to.n);
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
    watch_remove(&p->control->s->watch, p->in);
    if (p->in > STDERR_FILENO)
        close(p->in);
    p->in = p->out = -1;
    p->gone = p->ready = p->skipping = p->in_string = p->escaped = false;
    p->depth = 0;
    strbuf_free(&p->from);
    strbuf_free(&p->to);
    edit_free(p->edit);
    p->edit = NULL;
}

static void readable(void *ctx, short events)
{
    struct peer *p = ctx;
    const struct protocol *protocol = p->control->protocol;
    char part[4096];
    ssize_t n;

    if (events & POLLOUT)
        flush(p);
    if (p->gone || !(events & ~POLLOUT))
        return;
    n = read(p->in, part, sizeof part);
    if (n > 0)
        protocol->input(p, part, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        if (protocol->ended)
            protocol->ended(p);
        flush(p);
        p->gone = true;
    }
    flush(p);
}

static bool add_peer(struct control *c, int in, int out)
{
    for (int i = 0; i < PEERS; i++) {
        struct peer *p = &c->peer[i];

        if (p->in >= 0 || p->gone ||
            !watch_add(&c->s->watch, (struct watch){ in, POLLIN, readable, p }))
            continue;
        p->in = in;
        p->out = out;
        c->protocol->opened(p);
        flush(p);
        return true;
    }
    return false;
}

static void take_client(void *ctx, short events)
{
    struct control *c = ctx;
    int fd = accept(c->listener, NULL, NULL);

    (void)events;
    if (fd < 0)
        return;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (!add_peer(c, fd, fd))           /* too many: this one must go */
        close(fd);
}

/* ---- opening ---- */

static bool open_stdio(struct control *c, char *why)
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
    bool server, wait;
    int fd = socket_open(c->spec, &server, &wait, &c->path, why);

    if (fd < 0)
        return false;
    if (!server) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        return add_peer(c, fd, fd);
    }
    c->listener = fd;
    if (!watch_add(&c->s->watch, (struct watch){ fd, POLLIN, take_client, c }))
        return opt_bad(why, "too many connections");
    if (wait) {
        fprintf(stderr, "isabox: waiting for connection on: %s\n", c->spec);
        take_client(c, POLLIN);
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
    return !strcmp(spec, "stdio") ? open_stdio(c, why) : open_socket(c, why);
}

/* ---- between slices ---- */

void controls_serve(struct session *s)
{
    for (int n = 0; n < s->controls.n; n++)
        for (int i = 0; i < PEERS; i++) {
            struct peer *p = &s->controls.list[n].peer[i];

            if (p->to.n && !p->gone)
                flush(p);
            if (p->gone)
                close_peer(p);
        }
}

void controls_close(struct session *s)
{
    for (int n = 0; n < s->controls.n; n++) {
        struct control *c = &s->controls.list[n];

        for (int i = 0; i < PEERS; i++)
            if (c->peer[i].in >= 0) {
                flush(&c->peer[i]);
                close_peer(&c->peer[i]);
            }
        if (c->listener >= 0)
            close(c->listener);
        if (c->path)
            unlink(c->path);
        free(c->path);
    }
    s->controls.n = 0;
}
