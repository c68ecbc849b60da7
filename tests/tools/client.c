/* client.c - talks to sockets as its input says; for tests of the monitor and
 * of QMP.
 *
 *   client unix:PATH|tcp:PORT < SCRIPT
 *
 * Each line of the script begins with the digit of a connection, which is
 * made when it is first named (for up to five seconds), then:
 *   >TEXT  send the text and a newline      -TEXT  send without a newline
 *   <TEXT  wait for this text in what comes  !TEXT  it has not come so far
 *   *N TEXT  send the text N times          #N  send N bytes of noise
 *   x      close it                         $   the other end closes it
 * Ends with 1 and a message where something does not come within 10 s. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 100, TRY_MS = 50, WAIT_MS = 10000, ROOM = 1 << 20 };

struct link {
    int fd;                             /* 0: not made */
    char *p;                            /* what has come and is not passed */
    size_t n;
};

static void fail(int line, const char *what, const char *text)
{
    fprintf(stderr, "line %d: %s '%.200s'\n", line, what, text);
    exit(1);
}

static int dial(const char *spec)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    struct sockaddr_in i = { .sin_family = AF_INET };
    int tcp = !strncmp(spec, "tcp:", 4), fd;

    snprintf(u.sun_path, sizeof u.sun_path, "%s", strchr(spec, ':') + 1);
    i.sin_port = htons((unsigned short)atoi(spec + 4));
    i.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
    if (tcp ? connect(fd, (struct sockaddr *)&i, sizeof i)
            : connect(fd, (struct sockaddr *)&u, sizeof u)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void make(struct link *l, const char *spec, int line)
{
    struct timespec t = { 0, TRY_MS * 1000000 };

    for (int n = 0; n < TRIES; n++) {
        if ((l->fd = dial(spec)) > 0) {
            if (!l->p && !(l->p = malloc(ROOM)))
                fail(line, "no memory for", spec);
            l->n = 0;
            return;
        }
        nanosleep(&t, NULL);
    }
    fail(line, "no connection to", spec);
}

/* What the other end sends meanwhile is not read: it must not mind. */
static void transmit(struct link *l, const char *p, size_t n)
{
    while (n) {
        ssize_t k = write(l->fd, p, n);

        if (k <= 0)
            return;                     /* it has gone: $ will tell */
        p += k;
        n -= (size_t)k;
    }
}

/* False at the end of the stream. */
static int more(struct link *l, int line, const char *text)
{
    struct pollfd f = { l->fd, POLLIN, 0 };
    ssize_t n;

    if (l->n == ROOM)
        l->n = 0;
    if (poll(&f, 1, WAIT_MS) <= 0)
        fail(line, "did not come:", text);
    n = read(l->fd, l->p + l->n, ROOM - l->n);
    if (n <= 0)
        return 0;
    l->n += (size_t)n;
    return 1;
}

static char *find(const struct link *l, const char *text)
{
    size_t k = strlen(text);

    for (size_t i = 0; i + k <= l->n; i++)
        if (!memcmp(l->p + i, text, k))
            return l->p + i;
    return NULL;
}

static void expect(struct link *l, int line, const char *text)
{
    char *at;

    while (!(at = find(l, text)))
        if (!more(l, line, text))
            fail(line, "ended before", text);
    at += strlen(text);
    l->n -= (size_t)(at - l->p);
    memmove(l->p, at, l->n);
}

static void repeat(struct link *l, const char *text)
{
    char *rest;
    long n = strtol(text, &rest, 10);

    while (n-- > 0)
        transmit(l, rest + 1, strlen(rest + 1));
}

static void noise(struct link *l, long n)
{
    unsigned x = 12345;

    while (n-- > 0) {
        char c = (char)((x = x * 1103515245 + 12345) >> 16);

        transmit(l, &c, 1);
    }
}

static void act(struct link *l, char *text, int line)
{
    switch (text[1]) {
    case '>': transmit(l, text + 2, strlen(text + 2));  /* fall through */
    case '\n': transmit(l, "\n", 1); break;
    case '-': transmit(l, text + 2, strlen(text + 2)); break;
    case '<': expect(l, line, text + 2); break;
    case '!':
        if (find(l, text + 2))
            fail(line, "must not come:", text + 2);
        break;
    case '*': repeat(l, text + 2); break;
    case '#': noise(l, atol(text + 2)); break;
    case '$':
        while (more(l, line, "the end"))
            l->n = 0;                   /* fall through */
    case 'x':
        close(l->fd);
        l->fd = 0;
        break;
    default:
        fail(line, "not understood:", text);
    }
}

int main(int argc, char **argv)
{
    static struct link links[10];
    static char text[4096];

    signal(SIGPIPE, SIG_IGN);
    if (argc != 2 || !strchr(argv[1], ':'))
        return 2;
    for (int line = 1; fgets(text, sizeof text, stdin); line++) {
        struct link *l = &links[*text - '0'];

        text[strcspn(text, "\n")] = 0;
        if (*text < '0' || *text > '9')
            continue;
        if (!l->fd)
            make(l, argv[1], line);
        act(l, text, line);
    }
    return 0;
}
