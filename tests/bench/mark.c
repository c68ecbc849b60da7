/* mark.c - runs an emulator and times it between the marks a guest prints.
 *
 * usage: mark [options] COMMAND ...
 *   -n IMAGE N   first write N as the number of iterations into the floppy
 *   -l PORT      the guest's text comes over a TCP connection to us
 *   -p           run it in a pseudo terminal
 *   -s TEXT      starting mark [START]; empty: the start of the process
 *   -d TEXT      final mark [DONE]; empty: the end of the process
 *   -e           stop at the mark -d itself, not at the end of its line
 *   -m           a run of several programs: a line "START" sets the clock, a
 *                line "LAP name sum" is printed with the CPU and wall ns since
 *                then behind it and sets the clock, "DONE" ends the run and
 *                "DONE sum" is printed as a row, too; with a line "STOP"
 *                the row has ended there, before its sum is told
 *   -t SECONDS   give up after [60]
 *
 * Prints: CPU ns from start to done, wall ns of the same, CPU ns and wall ns
 * from the process's start to BOOT, resident KiB at most, the rest of the
 * final mark's line. The CPU time is the process's own clock, so other load
 * does not count. Exit status 1: the marks did not come, words to stderr. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct moment { int64_t cpu, wall; };

struct run {
    const char *start, *done, *image;
    bool pty, early, laps;
    int port, seconds;
    uint32_t n;
    char **command;

    pid_t pid;
    int out, listener, peer;            /* -1: none */
    struct moment spawn, boot, first, stop, last;
    bool has_boot, has_first, has_stop, has_last;
    long rss;
    char text[1 << 16];                 /* what came since the last mark */
    size_t length;
    char sum[80];
};

static void fail(const char *text)
{
    fprintf(stderr, "mark: %s\n", text);
    exit(2);
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t))
        return -1;
    return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

static struct moment moment_now(pid_t pid)
{
    clockid_t clock;
    struct moment m = { -1, clock_ns(CLOCK_MONOTONIC) };
    if (!clock_getcpuclockid(pid, &clock))
        m.cpu = clock_ns(clock);
    return m;
}

static void image_patch(const char *path, uint32_t n)
{
    uint8_t b[4] = { n, n >> 8, n >> 16, n >> 24 };
    int fd = open(path, O_WRONLY);
    if (fd < 0 || pwrite(fd, b, 4, 8) != 4)
        fail("can't write the image");
    close(fd);
}

static int port_listen(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (void *)&a, sizeof a) || listen(fd, 1))
        fail("can't listen");
    return fd;
}

static int pty_open(int *slave)
{
    struct winsize size = { 50, 132, 0, 0 };
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || grantpt(fd) || unlockpt(fd))
        fail("no pseudo terminal");
    *slave = open(ptsname(fd), O_RDWR | O_NOCTTY);
    ioctl(*slave, TIOCSWINSZ, &size);
    return fd;
}

static void child(struct run *r, int out)
{
    int null = open("/dev/null", O_RDWR);
    setsid();
    if (r->pty)
        ioctl(out, TIOCSCTTY, 0);
    dup2(r->pty ? out : null, 0);
    dup2(out, 1);
    dup2(null, 2);
    execvp(r->command[0], r->command);
    _exit(127);
}

static void spawn(struct run *r)
{
    int fd[2];
    if (r->pty)
        fd[0] = pty_open(&fd[1]);
    else if (pipe2(fd, O_CLOEXEC))
        fail("no pipe");
    r->spawn.wall = clock_ns(CLOCK_MONOTONIC);
    r->pid = fork();
    if (r->pid < 0)
        fail("no process");
    if (!r->pid)
        child(r, fd[1]);
    close(fd[1]);
    r->out = fd[0];
    if (!*r->start || r->laps) {
        r->first = r->spawn;
        r->has_first = true;
    }
}

/* Where a mark stands at the beginning of a line or anywhere; NULL: nowhere. */
static char *find(struct run *r, const char *mark)
{
    return memmem(r->text, r->length, mark, strlen(mark));
}

static void drop(struct run *r, char *upto)
{
    r->length -= upto - r->text;
    memmove(r->text, upto, r->length);
}

static void look_done(struct run *r, struct moment now)
{
    char *at = find(r, r->done), *end;
    if (!*r->done || !at)
        return;
    at += strlen(r->done);
    end = memchr(at, '\n', r->text + r->length - at);
    if (!end && !r->early)
        return;
    if (end)
        snprintf(r->sum, sizeof r->sum, "%.*s", (int)(end - at), at);
    r->last = now;
    r->has_last = true;
}

/* A row's end, if the line is one: "name sum", or "DONE sum"; NULL: it isn't. */
static const char *row_of(struct run *r, const char *line)
{
    const char *lap = strstr(line, "LAP "), *done = strstr(line, r->done);
    if (lap)
        return lap + 4;
    return done && done[strlen(r->done)] ? done : NULL;
}

static void row_end(struct run *r, const char *row, struct moment now)
{
    struct moment end = r->has_stop ? r->stop : now;
    printf("%s %lld %lld\n", row, (long long)(end.cpu - r->first.cpu),
           (long long)(end.wall - r->first.wall));
}

static void look_line(struct run *r, const char *line, struct moment now)
{
    const char *row = row_of(r, line);
    if (strstr(line, "STOP") && !r->has_stop) {
        r->stop = now;
        r->has_stop = true;
    }
    if (row)
        row_end(r, row, now);
    if (row || strstr(line, "START")) {
        r->first = now;
        r->has_stop = false;
    }
    if (strstr(line, r->done)) {
        r->last = now;
        r->has_last = true;
    }
}

static void look_laps(struct run *r, struct moment now)
{
    for (char *end; (end = memchr(r->text, '\n', r->length));) {
        *end = 0;
        if (end > r->text && end[-1] == '\r')
            end[-1] = 0;
        look_line(r, r->text, now);
        drop(r, end + 1);
    }
}

static void look(struct run *r)
{
    struct moment now = moment_now(r->pid);
    char *at;
    if (r->laps) {
        look_laps(r, now);
        return;
    }
    if (!r->has_boot && (at = find(r, "BOOT\n"))) {
        r->boot = now;
        r->has_boot = true;
        drop(r, at + 5);
    }
    if (!r->has_first && (at = find(r, r->start))) {
        r->first = now;
        r->has_first = true;
        drop(r, at + strlen(r->start));
    }
    if (r->has_first && !r->has_last)
        look_done(r, now);
}

/* False when fd has ended. */
static bool take(struct run *r, int fd)
{
    if (r->length > sizeof r->text / 2)
        drop(r, r->text + r->length - 1000);
    ssize_t n = read(fd, r->text + r->length, sizeof r->text - r->length);
    if (n <= 0)
        return n < 0 && (errno == EINTR || errno == EAGAIN);
    if (fd == r->out && r->port)
        return true;                    /* the emulator's own chatter */
    r->length += n;
    look(r);
    return true;
}

static void wait_input(struct run *r, int64_t deadline)
{
    struct pollfd p[3] = { { r->out, POLLIN, 0 }, { r->peer, POLLIN, 0 },
                           { r->listener, POLLIN, 0 } };
    int64_t ms = (deadline - clock_ns(CLOCK_MONOTONIC)) / 1000000;
    if (poll(p, 3, ms < 0 ? 0 : (int)ms) <= 0)
        return;
    if (p[2].revents && r->peer < 0)
        r->peer = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
    if (p[1].revents && !take(r, r->peer))
        r->peer = -2;
    if (p[0].revents && !take(r, r->out)) {
        close(r->out);
        r->out = -1;
    }
}

/* Ends the process; its total CPU time when it ended by itself. */
static int64_t reap(struct run *r, bool itself)
{
    struct rusage u;
    if (!itself)
        kill(-r->pid, SIGKILL);
    while (wait4(r->pid, NULL, 0, &u) < 0 && errno == EINTR)
        ;
    r->rss = u.ru_maxrss;
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * (int64_t)1000000000 +
           (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * (int64_t)1000;
}

static void watch(struct run *r)
{
    int64_t deadline = r->spawn.wall + r->seconds * (int64_t)1000000000;
    while (!r->has_last && r->out >= 0 &&
           clock_ns(CLOCK_MONOTONIC) < deadline)
        wait_input(r, deadline);
    bool ended = r->out < 0 && !r->has_last;
    int64_t cpu = reap(r, ended);
    if (ended && !*r->done) {
        r->last.cpu = cpu;
        r->last.wall = clock_ns(CLOCK_MONOTONIC);
        r->has_last = true;
    }
    if (r->has_last)
        return;
    fprintf(stderr, "mark: %s; last text: %.300s\n", ended ? "it ended early" :
            "out of time", r->text + (r->length > 300 ? r->length - 300 : 0));
    exit(1);
}

static void options(struct run *r, int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "+n:l:ps:d:emt:")) != -1;) {
        switch (c) {
        case 'n':
            r->image = optarg;
            r->n = strtoul(argv[optind++], NULL, 0);
            break;
        case 'l': r->port = atoi(optarg); break;
        case 'p': r->pty = true; break;
        case 's': r->start = optarg; break;
        case 'd': r->done = optarg; break;
        case 'e': r->early = true; break;
        case 'm': r->laps = true; break;
        case 't': r->seconds = atoi(optarg); break;
        default: exit(2);
        }
    }
    r->command = argv + optind;
    if (!*r->command)
        fail("no command");
}

int main(int argc, char **argv)
{
    static struct run run = { .start = "START\n", .done = "DONE", .seconds = 60,
                              .out = -1, .listener = -1, .peer = -1 };
    struct run *r = &run;
    options(r, argc, argv);
    if (r->image)
        image_patch(r->image, r->n);
    if (r->port)
        r->listener = port_listen(r->port);
    spawn(r);
    watch(r);
    printf("%lld %lld %lld %lld %ld%s\n",
           (long long)(r->last.cpu - r->first.cpu),
           (long long)(r->last.wall - r->first.wall),
           (long long)r->boot.cpu,
           (long long)(r->has_boot ? r->boot.wall - r->spawn.wall : 0), r->rss,
           r->sum);
    return 0;
}
