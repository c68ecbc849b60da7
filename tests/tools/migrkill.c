/* migrkill.c - stands between the two ends of a migration, and kills one of them
 * in a certain phase.
 *
 *   migrkill LISTEN TARGET KIND before|after PID
 *
 * Both are sockets of the host's file system. It passes on what comes, in
 * either direction, up to the third frame of PAGES, or the first of another
 * KIND: "before" it passes that on, or after, it kills the process. Then it
 * passes on what still comes. Frames are those of machine/time/migrate.h.
 * Ends with 1 where the frame never came. */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 1 << 20, HEAD = 12, FRAME_PAST = 9, PAGES = 2, NTH_PAGES = 3 };

static const char *const kinds[] = { "none", "config", "pages", "state", "end",
                                     "go", "taken", "ready", "refused" };

struct way {                            /* one direction */
    int from, to;
    uint8_t bytes[ROOM];
    size_t n;
    size_t skip;                        /* what is no frame, or rest of one */
};

struct plan { int kind, seen; bool after, done; pid_t pid; };

static int fail(const char *what)
{
    perror(what);
    return 2;
}

static struct sockaddr_un address(const char *path)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };

    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    return a;
}

static bool pass(struct way *w, size_t n)
{
    for (size_t at = 0; at < n; ) {
        ssize_t k = send(w->to, w->bytes + at, n - at, MSG_NOSIGNAL);

        if (k <= 0)
            return false;
        at += (size_t)k;
    }
    memmove(w->bytes, w->bytes + n, w->n -= n);
    return true;
}

static void carry_out(struct plan *p)
{
    struct timespec nap = { 0, p->after ? 3000000 : 0 };

    nanosleep(&nap, NULL);              /* it works on what was passed on */
    kill(p->pid, SIGKILL);
    p->done = true;
}

/* Whether that frame is the one. */
static bool is_it(struct plan *p, int kind)
{
    return !p->done && kind == p->kind &&
           ++p->seen == (kind == PAGES ? NTH_PAGES : 1);
}

/* Passes on what has come. False: the other end takes no more. */
static bool work(struct way *w, struct plan *p)
{
    while (w->n >= w->skip + FRAME_PAST) {
        const uint8_t *f = w->bytes + w->skip;
        size_t size = (f[1] | (size_t)f[2] << 8 | (size_t)f[3] << 16 |
                       (size_t)f[4] << 24) + FRAME_PAST;
        bool it;

        if (size > ROOM - w->skip || w->n < w->skip + size)
            break;
        it = is_it(p, f[0]);
        if (it && !p->after)
            carry_out(p);
        if (!pass(w, w->skip + size))
            return false;
        w->skip = 0;
        if (it && p->after)
            carry_out(p);
    }
    return true;
}

/* False: it is over in this direction. */
static bool receive(struct way *w, struct plan *p)
{
    ssize_t n = recv(w->from, w->bytes + w->n, ROOM - w->n, 0);

    if (n > 0) {
        w->n += (size_t)n;
        if (work(w, p))
            return true;
    }
    shutdown(w->to, SHUT_WR);
    return false;
}

static int between(int source, int target, struct plan *p)
{
    static struct way way[2];
    struct pollfd fd[2] = { { source, POLLIN, 0 }, { target, POLLIN, 0 } };

    way[0].from = way[1].to = source;
    way[0].to = way[1].from = target;
    way[0].skip = HEAD;
    while (fd[0].fd >= 0 || fd[1].fd >= 0) {
        if (poll(fd, 2, 60000) <= 0)
            break;
        for (int n = 0; n < 2; n++)
            if (fd[n].revents && !receive(&way[n], p))
                fd[n].fd = -1;
    }
    return !p->done;
}

int main(int argc, char **argv)
{
    struct plan p = { 0 };
    struct sockaddr_un here, there;
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    int source, target = socket(AF_UNIX, SOCK_STREAM, 0);

    if (argc != 6) {
        fprintf(stderr, "usage: migrkill LISTEN TARGET KIND before|after "
                "PID\n");
        return 2;
    }
    for (p.kind = (int)(sizeof kinds / sizeof *kinds) - 1; p.kind; p.kind--)
        if (!strcmp(kinds[p.kind], argv[3]))
            break;
    p.after = !strcmp(argv[4], "after");
    p.pid = (pid_t)atol(argv[5]);
    if (p.pid <= 1 || !p.kind)
        return fail(argv[5]);
    here = address(argv[1]);
    there = address(argv[2]);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) ||
        listen(listener, 1) || (source = accept(listener, NULL, NULL)) < 0 ||
        connect(target, (struct sockaddr *)&there, sizeof there))
        return fail(argv[1]);
    return between(source, target, &p);
}
