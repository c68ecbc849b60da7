/* channels.c - bytes between the guest's ports and the host. */
#define _XOPEN_SOURCE 700
#include "ui/session/channels.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ui/app/options.h"
#include "ui/session/pace.h"
#include "ui/host/tty.h"

#define MS INT64_C(1000000)
enum { CTRL_A = 1, CHUNK = 4096, TTY_CHUNK = 256, HOLD_AT = CHANNEL_OUT / 2,
       RELEASE_AT = CHANNEL_OUT / 8 };
enum { SLOW_MS = 2000, SIGNAL_MS = 50, TRY_MS = 20, BUSY_MS = 50,
       EMPTY_LOOKS = 5 };

static const char *const names[PC_CHANNELS] = {
    "serial0", "serial1", "serial2", "serial3", "serial4", "serial5",
    "serial6", "serial7", "parallel0", "parallel1", "parallel2", "debugcon"
};

/* ---- output ---- */

/* Tells the user that a file did not take bytes, errno being `why`. It does so
 * once, not for each byte, for a full disk is full for long. */
static void channels_tell(struct channel *ch, int why)
{
    if (ch->file && !ch->told)
        fprintf(stderr, "isabox: %s: %s; bytes of %s are lost\n", ch->file,
                strerror(why), names[ch->id]);
    ch->told = true;
}

/* A file that has grown to its limit takes no more. */
static bool is_full(struct channel *ch)
{
    if (!ch->file || !ch->all->file_max ||
        ch->written + ch->out_n <= ch->all->file_max)
        return false;
    channels_tell(ch, EFBIG);
    return true;
}

static void channels_drop(struct channel *ch, size_t n)
{
    memmove(ch->to_host, ch->to_host + n, ch->out_n - n);
    ch->out_n -= n;
}

static bool takes(struct channel *ch, int ms)
{
    struct pollfd p = { ch->out, POLLOUT, 0 };

    return poll(&p, 1, ms) == 1;
}

/* Does one write() that does not wait. The descriptor may be shared with other
 * processes, so it is not made O_NONBLOCK; but when poll() sees room, `most`
 * bytes fit. False when nothing more goes out now. */
static bool write_some(struct channel *ch)
{
    size_t most = ch->tty && isatty(ch->out) ? TTY_CHUNK : CHUNK;
    ssize_t n;

    if (!ch->out_n || !takes(ch, 0))
        return false;
    if (is_full(ch)) {
        channels_drop(ch, ch->out_n);
        return true;
    }
    n = write(ch->out, ch->to_host, ch->out_n < most ? ch->out_n : most);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n < 0)
        channels_tell(ch, errno);
    ch->written += n < 0 ? 0 : (uint64_t)n;
    channels_drop(ch, n < 0 ? ch->out_n : (size_t)n);
    ch->slow = false;
    return true;
}

static void channels_flush_one(struct channel *ch)
{
    if (ch->out < 0)
        ch->out_n = 0;
    else if (!ch->pty || ch->attached)
        while (write_some(ch))
            ;
}

/* Waits until `end`, or for a moment only once a signal has come. */
static void flush_until(struct channel *ch, int64_t end)
{
    for (channels_flush_one(ch); ch->out_n && ch->out >= 0;
         channels_flush_one(ch)) {
        int64_t now = pace_clock();

        if (tty_signal() && end > now + SIGNAL_MS * MS)
            end = now + SIGNAL_MS * MS;
        if (now >= end || (ch->pty && !ch->attached))
            return;
        takes(ch, TRY_MS);
    }
}

static void channels_lose(struct channel *ch)
{
    if (ch->out_n && !(ch->pty && !ch->attached))
        fprintf(stderr, "isabox: %s: %zu bytes were not taken in time and "
                "are lost\n", names[ch->id], ch->out_n);
    ch->out_n = 0;
}

/* Makes room in a full buffer. It gets full although ports are held: the debug
 * console can't be, and a port sends some bytes more after that. Who was too
 * slow once is not waited for again until he has taken something. */
static void channels_make_room(struct channel *ch)
{
    if (!ch->slow)
        flush_until(ch, pace_clock() + SLOW_MS * MS);
    else
        channels_flush_one(ch);
    if (ch->out_n < CHANNEL_OUT)
        return;
    if (ch->slow || (ch->pty && !ch->attached))
        channels_drop(ch, CHUNK);                /* the oldest go */
    else
        channels_lose(ch);
    ch->slow = true;
}

void channels_put(struct channels *c, enum pc_channel id, uint8_t byte)
{
    struct channel *ch = &c->ch[id];

    if (!c->open || ch->out < 0)
        return;
    if (ch->out_n == CHANNEL_OUT)
        channels_make_room(ch);
    ch->to_host[ch->out_n++] = byte;
    c->moved |= ch->in >= 0;
}

/* Holds the guest's port while much waits for the host, and lets it go again.
 * A pty that nobody has opened holds nothing. */
static void channels_hold(struct channel *ch, struct pc *pc)
{
    bool held = pc_is_held(pc, ch->id), nobody = ch->pty && !ch->attached;
    bool want = ch->out_n >= (held ? RELEASE_AT : HOLD_AT) && !nobody;

    if (ch->id <= PC_LPT1 && want != held)
        pc_hold(pc, ch->id, want);
}

void channels_flush(struct channels *c, struct pc *pc)
{
    for (int i = 0; i < PC_CHANNELS && c->open; i++) {
        struct channel *ch = &c->ch[i];

        if (ch->out_n)
            channels_flush_one(ch);
        channels_hold(ch, pc);
    }
}

bool channels_busy(struct channels *c, int64_t now)
{
    if (c->moved)
        c->busy = now + BUSY_MS * MS;
    c->moved = false;
    return now < c->busy;
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

/* Closes a connection whose peer has gone. What it has sent still reaches the
 * guest, and a server listens for the next peer. */
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

static void channels_attach(struct channel *ch, bool there)
{
    ch->attached = there;
    watch_events(ch->all->watch, ch->in, there ? POLLIN : 0);
}

static void channels_readable(void *ctx, short events)
{
    struct channel *ch = ctx;
    uint8_t part[256];
    size_t room = CHANNEL_IN - ch->in_n;
    ssize_t n;

    (void)events;
    if (!room) {
        watch_events(ch->all->watch, ch->in, 0);
        return;
    }
    n = read(ch->in, part, room < sizeof part ? room : sizeof part);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 && ch->pty)
        channels_attach(ch, false);
    else if (n <= 0)
        hang_up(ch);
    ch->all->moved |= n > 0;
    for (ssize_t i = 0; i < n; i++)
        accept_byte(ch, part[i]);
}

static void feed(struct channel *ch, struct pc *pc)
{
    size_t n = 0;

    while (n < ch->in_n && pc_receive(pc, ch->id, ch->to_guest[n]))
        n++;
    memmove(ch->to_guest, ch->to_guest + n, ch->in_n - n);
    ch->in_n -= n;
    if (n && ch->in >= 0)
        watch_events(ch->all->watch, ch->in, POLLIN);
}

/* Without somebody at its other end a pseudo terminal is always ready to say
 * so; it is asked instead. */
static void look_for_other_end(struct channel *ch)
{
    struct pollfd p = { ch->in, POLLIN, 0 };
    bool there = poll(&p, 1, 0) >= 0 && !(p.revents & POLLHUP);

    if (there != ch->attached)
        channels_attach(ch, there);
}

void channels_feed(struct channels *c, struct pc *pc)
{
    for (int i = 0; i <= PC_COM4 && c->open; i++) {
        if (c->ch[i].pty)
            look_for_other_end(&c->ch[i]);
        if (c->ch[i].in_n)
            feed(&c->ch[i], pc);
    }
}

/* ---- opening ---- */

void channel_connected(struct channel *ch, int fd)
{
    struct watch w = { fd, POLLIN, channels_readable, ch };

    ch->in = fd;
    if (!ch->tty)
        ch->out = fd;
    ch->in_n = ch->out_n = 0;
    ch->slow = false;
    watch_add(ch->all->watch, w);
}

static bool channels_open_file(struct channel *ch, const char *path, char *why)
{
    if (!*path)
        return opt_bad(why, "file: without a name");
    ch->file = path;
    ch->out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return ch->out >= 0 ||
           opt_bad(why, "%.150s: %s", path, strerror(errno));
}

static bool channels_open_stdio(struct channel *ch, char *why)
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

/* The other end was open once, so that the line is seen as hung up until
 * somebody opens it, and is raw: an echo would come back to the guest. */
static bool prepare_other_end(const char *name)
{
    int fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool ok = fd >= 0 && tty_make_raw(fd);

    if (fd >= 0)
        close(fd);
    return ok;
}

static bool open_pty(struct channel *ch, char *why)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    const char *name;

    if (fd < 0 || grantpt(fd) || unlockpt(fd) || !(name = ptsname(fd)) ||
        !prepare_other_end(name)) {
        if (fd >= 0)
            close(fd);
        return opt_bad(why, "no pseudo terminal: %s", strerror(errno));
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    channel_connected(ch, fd);
    ch->pty = true;
    channels_attach(ch, false);
    fprintf(stderr, "char device redirected to %s (label %s)\n", name,
            names[ch->id]);
    return true;
}

static bool channels_open_one(struct channel *ch, const char *spec, char *why)
{
    if (!strcmp(spec, "null"))
        return true;
    if (!strcmp(spec, "stdio"))
        return channels_open_stdio(ch, why);
    if (!strcmp(spec, "pty"))
        return open_pty(ch, why);
    if (!strncmp(spec, "file:", 5))
        return channels_open_file(ch, spec + 5, why);
    return channel_open_socket(ch, spec, why);
}

bool channels_open(struct channels *c, const char *const *spec,
                   struct watch_list *watch, char *why)
{
    c->watch = watch;
    c->open = true;
    for (int i = 0; i < PC_CHANNELS; i++)
        c->ch[i] = (struct channel){ .all = c, .id = (enum pc_channel)i,
                                     .in = -1, .out = -1, .listener = -1 };
    for (int i = 0; i < PC_CHANNELS; i++)
        if (spec[i] && !channels_open_one(&c->ch[i], spec[i], why))
            return false;
    return true;
}

static void close_fd(int fd)
{
    if (fd > STDERR_FILENO)
        close(fd);
}

/* What a pseudo terminal's other end has not read is gone when ours closes;
 * the kernel takes its time to bring it there. */
static void wait_for_reader(struct channel *ch, int64_t end)
{
    const char *name = ptsname(ch->in);
    int fd = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    int unread, empty = 0;

    while (fd >= 0 && tty_unread(fd, &unread) && empty < EMPTY_LOOKS &&
           pace_clock() < end && !tty_signal()) {
        empty = unread ? 0 : empty + 1;
        poll(NULL, 0, TRY_MS);
    }
    if (fd >= 0)
        close(fd);
}

/* A socket that is closed with bytes unread takes those back that it has
 * sent. */
static void take_the_rest(int fd)
{
    char rest[CHUNK];

    shutdown(fd, SHUT_WR);
    while (recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0)
        ;
}

void channels_close(struct channels *c)
{
    int64_t end = pace_clock() + SLOW_MS * MS;

    for (int i = 0; i < PC_CHANNELS && c->open; i++) {
        struct channel *ch = &c->ch[i];

        flush_until(ch, end);
        channels_lose(ch);
        if (ch->pty && ch->attached)
            wait_for_reader(ch, end);
        else if (ch->in > STDERR_FILENO)
            take_the_rest(ch->in);
        close_fd(ch->in);
        if (ch->out != ch->in)
            close_fd(ch->out);
        close_fd(ch->listener);
        socket_forget(&ch->words);
    }
    c->open = false;
}
