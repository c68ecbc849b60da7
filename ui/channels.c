/* channels.c - bytes between the guest's ports and the host. */
#define _XOPEN_SOURCE 700
#include "ui/channels.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/options.h"
#include "ui/tty.h"

enum { CTRL_A = 1, FEED = 8 };          /* bytes a slice of 10 ms */

static const char *const names[PC_CHANNELS] = {
    "serial0", "serial1", "serial2", "serial3", "parallel0", "debugcon"
};

/* ---- output ---- */

/* Once, not for each byte: a full disk is full for long. */
static void tell(struct channel *ch, int why)
{
    if (ch->file && !ch->told)
        fprintf(stderr, "isabox: %s: %s; bytes of %s are lost\n", ch->file,
                strerror(why), names[ch->id]);
    ch->told = true;
}

/* What a file or a terminal does not take is waited for; a peer that is slow
 * loses the rest, a guest must not wait for it. */
static void flush(struct channel *ch)
{
    size_t done = 0;

    while (ch->out >= 0 && done < ch->out_n) {
        ssize_t n = write(ch->out, ch->to_host + done, ch->out_n - done);
        struct pollfd p = { ch->out, POLLOUT, 0 };

        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN && !ch->drops)
            poll(&p, 1, 100);
        else if (errno == EAGAIN && ch->out_n < CHANNEL_BUFFER)
            break;
        else if (errno != EINTR) {
            tell(ch, errno);
            done = ch->out_n;
        }
    }
    if (ch->out < 0)
        done = ch->out_n;
    memmove(ch->to_host, ch->to_host + done, ch->out_n - done);
    ch->out_n -= done;
}

void channels_put(struct channels *c, enum pc_channel id, uint8_t byte)
{
    struct channel *ch = &c->ch[id];

    if (!c->open || ch->out < 0)
        return;
    if (ch->out_n == CHANNEL_BUFFER)
        flush(ch);
    ch->to_host[ch->out_n++] = byte;
}

void channels_flush(struct channels *c)
{
    for (int i = 0; i < PC_CHANNELS && c->open; i++)
        if (c->ch[i].out_n)
            flush(&c->ch[i]);
}

/* ---- input ---- */

static void accept_byte(struct channel *ch, uint8_t byte)
{
    struct channels *c = ch->all;

    if (ch->tty && c->escape && c->after_escape) {
        c->after_escape = false;
        if (byte != CTRL_A) {
            c->escape(c->ctx, byte);
            return;
        }
    } else if (ch->tty && c->escape && byte == CTRL_A) {
        c->after_escape = true;
        return;
    }
    if (ch->tty && c->divert && c->divert(c->ctx, byte))
        return;
    ch->to_guest[ch->in_n++] = byte;
}

/* The peer has gone: its bytes still reach the guest. */
static void hang_up(struct channel *ch)
{
    watch_remove(ch->all->watch, ch->in);
    if (ch->in > STDERR_FILENO)
        close(ch->in);
    if (ch->out == ch->in)
        ch->out = -1;
    ch->in = -1;
    if (ch->listener >= 0)
        watch_events(ch->all->watch, ch->listener, POLLIN);
}

static void readable(void *ctx, short events)
{
    struct channel *ch = ctx;
    uint8_t part[256];
    size_t room = CHANNEL_BUFFER - ch->in_n;
    ssize_t n;

    (void)events;
    if (!room) {
        watch_events(ch->all->watch, ch->in, 0);
        return;
    }
    n = read(ch->in, part, room < sizeof part ? room : sizeof part);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        hang_up(ch);
    for (ssize_t i = 0; i < n; i++)
        accept_byte(ch, part[i]);
}

static void feed(struct channel *ch, struct pc *pc)
{
    size_t n = 0;

    while (n < ch->in_n && n < FEED && pc_receive(pc, ch->id, ch->to_guest[n]))
        n++;
    memmove(ch->to_guest, ch->to_guest + n, ch->in_n - n);
    ch->in_n -= n;
    if (n && ch->in >= 0)
        watch_events(ch->all->watch, ch->in, POLLIN);
}

void channels_feed(struct channels *c, struct pc *pc)
{
    for (int i = 0; i <= PC_COM4; i++)
        if (c->ch[i].in_n)
            feed(&c->ch[i], pc);
}

/* ---- opening ---- */

void channel_connected(struct channel *ch, int fd)
{
    struct watch w = { fd, POLLIN, readable, ch };

    ch->in = fd;
    if (!ch->tty)
        ch->out = fd;
    ch->in_n = ch->out_n = 0;
    watch_add(ch->all->watch, w);
}

static bool open_file(struct channel *ch, const char *path, char *why)
{
    if (!*path)
        return opt_bad(why, "file: without a name");
    ch->file = path;
    ch->out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return ch->out >= 0 ||
           opt_bad(why, "%.150s: %s", path, strerror(errno));
}

static bool open_stdio(struct channel *ch, char *why)
{
    for (int i = 0; i < PC_CHANNELS; i++)
        if (&ch->all->ch[i] != ch && ch->all->ch[i].tty)
            return opt_bad(why, "stdio is taken by another port");
    ch->tty = true;
    ch->out = STDOUT_FILENO;
    if (ch->id > PC_COM4)
        return true;
    if (isatty(STDIN_FILENO))
        tty_raw(STDIN_FILENO, !ch->all->escape, NULL);
    channel_connected(ch, STDIN_FILENO);
    return true;
}

/* The other end stays open here too, or its absence would look like the end
 * of the line. */
static bool open_pty(struct channel *ch, char *why)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    const char *name;

    if (fd < 0 || grantpt(fd) || unlockpt(fd) || !(name = ptsname(fd))) {
        if (fd >= 0)
            close(fd);
        return opt_bad(why, "no pseudo terminal: %s", strerror(errno));
    }
    ch->keep = open(name, O_RDWR | O_NOCTTY);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    ch->drops = true;
    channel_connected(ch, fd);
    fprintf(stderr, "char device redirected to %s (label %s)\n", name,
            names[ch->id]);
    return true;
}

static bool open_one(struct channel *ch, const char *spec, char *why)
{
    if (!strcmp(spec, "null"))
        return true;
    if (!strcmp(spec, "stdio"))
        return open_stdio(ch, why);
    if (!strcmp(spec, "pty"))
        return open_pty(ch, why);
    if (!strncmp(spec, "file:", 5))
        return open_file(ch, spec + 5, why);
    ch->drops = true;
    return channel_open_socket(ch, spec, why);
}

bool channels_open(struct channels *c, const char *const *spec,
                   struct watch_list *watch, char *why)
{
    c->watch = watch;
    c->open = true;
    for (int i = 0; i < PC_CHANNELS; i++)
        c->ch[i] = (struct channel){ .all = c, .id = (enum pc_channel)i,
                                     .in = -1, .out = -1, .listener = -1,
                                     .keep = -1 };
    for (int i = 0; i < PC_CHANNELS; i++)
        if (spec[i] && !open_one(&c->ch[i], spec[i], why))
            return false;
    return true;
}

static void close_fd(int fd)
{
    if (fd > STDERR_FILENO)
        close(fd);
}

void channels_close(struct channels *c)
{
    channels_flush(c);
    for (int i = 0; i < PC_CHANNELS && c->open; i++) {
        struct channel *ch = &c->ch[i];

        close_fd(ch->in);
        if (ch->out != ch->in)
            close_fd(ch->out);
        close_fd(ch->listener);
        close_fd(ch->keep);
        if (ch->path)
            unlink(ch->path);
        free(ch->path);
    }
    c->open = false;
}
