/* chansock.c - ports over sockets: tcp:HOST:PORT and unix:PATH. */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ui/session/channels.h"
#include "ui/app/options.h"
#include "ui/host/tty.h"

struct words {
    char text[300];
    char *host, *port;                  /* host NULL: a unix path in port */
    bool server, wait;
};

/* tcp:HOST:PORT[,server[=on]][,nowait|wait=off]; the same for unix:PATH. */
static bool split(struct words *w, const char *spec, char *why)
{
    static const char *const known[] = { "server", "nowait", "wait", NULL };
    char *p = w->text, *key, *value, *addr;
    bool on, tcp = *spec == 't';

    *w = (struct words){ .wait = true };
    snprintf(w->text, sizeof w->text, "%s", strchr(spec, ':') + 1);
    if (!opt_prop(&p, &addr, &value) || value || !*addr)
        return opt_bad(why, "%.100s: no address", spec);
    while (opt_prop(&p, &key, &value)) {
        on = true;
        if (value && !opt_bool(value, &on))
            return opt_bad(why, "%s=%.40s: on or off", key, value);
        if (!strcmp(key, "server"))
            w->server = on;
        else if (!strcmp(key, "wait"))
            w->wait = on;
        else if (!strcmp(key, "nowait"))
            w->wait = !on;
        else if (strcmp(key, "nodelay") && strcmp(key, "reconnect"))
            return opt_unknown(why, "unknown property", key, known);
    }
    w->port = addr;
    if (!tcp)
        return true;
    if (!(w->port = strrchr(addr, ':')) || !w->port[1])
        return opt_bad(why, "%.100s: no port", spec);
    *w->port++ = 0;
    w->host = addr;
    return true;
}

static int use(int fd, const struct sockaddr *a, socklen_t n, bool server)
{
    int one = 1;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (server ? bind(fd, a, n) || listen(fd, 8) : connect(fd, a, n)) {
        int e = errno;

        close(fd);
        errno = e;
        return -1;
    }
    return fd;
}

/* What a server that is no more left behind goes; one that answers stays. */
static void remove_stale(const struct sockaddr_un *a)
{
    struct stat st;
    int fd;

    if (lstat(a->sun_path, &st) || !S_ISSOCK(st.st_mode))
        return;
    fd = use(socket(AF_UNIX, SOCK_STREAM, 0), (const struct sockaddr *)a,
             sizeof *a, false);
    if (fd >= 0)
        close(fd);
    else if (errno == ECONNREFUSED)
        unlink(a->sun_path);
}

static int open_unix(const struct words *w)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };

    if (strlen(w->port) >= sizeof a.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(a.sun_path, w->port);
    if (w->server)
        remove_stale(&a);
    return use(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&a,
               sizeof a, w->server);
}

static int open_tcp(const struct words *w)
{
    struct addrinfo hint = { .ai_socktype = SOCK_STREAM,
                             .ai_flags = w->server ? AI_PASSIVE : 0 };
    struct addrinfo *list, *a;
    int fd = -1, bad;

    tty_at_once(true);
    bad = getaddrinfo(*w->host ? w->host : NULL, w->port, &hint, &list);
    tty_at_once(false);
    if (bad) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    for (a = list; a && fd < 0; a = a->ai_next)
        fd = use(socket(a->ai_family, a->ai_socktype, a->ai_protocol),
                 a->ai_addr, a->ai_addrlen, w->server);
    freeaddrinfo(list);
    return fd;
}

/* A byte that waits for those behind it would be late. */
static void speak_soon(int fd)
{
    int one = 1;

    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void take_client(void *ctx, short events)
{
    struct channel *ch = ctx;
    int fd = accept(ch->listener, NULL, NULL);

    (void)events;
    if (fd < 0)
        return;
    speak_soon(fd);
    channel_connected(ch, fd);
    watch_events(ch->all->watch, ch->listener, 0);
}

int socket_open(const char *spec, bool *server, bool *wait, char **path,
                char *why)
{
    struct words w;
    int fd;

    if (!split(&w, spec, why))
        return -1;
    fd = w.host ? open_tcp(&w) : open_unix(&w);
    if (fd < 0)
        opt_bad(why, "%.150s: %s", spec, strerror(errno));
    else
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    *server = w.server;
    *wait = w.wait;
    if (path)
        *path = fd >= 0 && w.server && !w.host ? strdup(w.port) : NULL;
    return fd;
}

bool channel_open_socket(struct channel *ch, const char *spec, char *why)
{
    bool server, wait;
    int fd = socket_open(spec, &server, &wait, &ch->path, why);

    if (fd < 0)
        return false;
    if (!server) {
        speak_soon(fd);
        channel_connected(ch, fd);
        return true;
    }
    ch->listener = fd;
    watch_add(ch->all->watch, (struct watch){ fd, POLLIN, take_client, ch });
    if (wait) {
        fprintf(stderr, "isabox: waiting for connection on: %s\n", spec);
        take_client(ch, POLLIN);
    }
    return true;
}
