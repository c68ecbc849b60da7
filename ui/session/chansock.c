/* chansock.c - ports over sockets: tcp:HOST:PORT and unix:PATH. */
#define _XOPEN_SOURCE 700
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ui/session/channels.h"
#include "ui/app/options.h"
#include "ui/host/tty.h"

struct words {
    char text[600];
    char *host, *port;                  /* host NULL: a unix path in port */
    struct socket_words *out;
};

/* "192.168.1.0/24", "::1" or "10.0.0.7". */
static bool parse_net(struct socket_net *n, const char *text)
{
    char addr[64], *end;
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    long bits;

    *n = (struct socket_net){ .family = memchr(text, ':', len) ? AF_INET6
                                                               : AF_INET };
    if (len >= sizeof addr)
        return false;
    memcpy(addr, text, len);
    addr[len] = 0;
    n->bits = n->family == AF_INET6 ? 128 : 32;
    if (slash) {
        bits = strtol(slash + 1, &end, 10);
        if (end == slash + 1 || *end || bits < 0 || bits > n->bits)
            return false;
        n->bits = (int)bits;
    }
    return inet_pton(n->family, addr, n->addr) == 1;
}

static bool take_rule(struct socket_words *o, const char *key, char *value,
                      char *why)
{
    if (!value || !*value)
        return opt_bad(why, "%s needs a value", key);
    if (!strcmp(key, "password-file")) {
        o->password_file = strdup(value);
        return o->password_file || opt_bad(why, "out of memory");
    }
    if (o->nets == SOCKET_NETS)
        return opt_bad(why, "there can be only %d of allow=", SOCKET_NETS);
    return parse_net(&o->net[o->nets++], value) ||
           opt_bad(why, "allow=%.60s: not an address or ADDRESS/BITS", value);
}

static bool take_switch(struct socket_words *o, const char *key,
                        const char *value, char *why)
{
    static const char *const known[] = { "server", "nowait", "wait", "allow",
                                         "password-file", NULL };
    bool on = true;

    if (value && !opt_bool(value, &on))
        return opt_bad(why, "%s=%.40s: on or off", key, value);
    if (!strcmp(key, "server"))
        o->server = on;
    else if (!strcmp(key, "wait"))
        o->wait = on;
    else if (!strcmp(key, "nowait"))
        o->wait = !on;
    else if (strcmp(key, "nodelay") && strcmp(key, "reconnect"))
        return opt_unknown(why, "unknown property", key, known);
    return true;
}

/* tcp:HOST:PORT[,server[=on]][,nowait|wait=off][,allow=NET]
 * [,password-file=FILE]; the same for unix:PATH. */
static bool chansock_split(struct words *w, const char *spec, char *why)
{
    char *p = w->text, *key, *value, *addr;
    bool tcp = *spec == 't';

    w->out->wait = true;
    snprintf(w->text, sizeof w->text, "%s", strchr(spec, ':') + 1);
    if (!opt_prop(&p, &addr, &value) || value || !*addr)
        return opt_bad(why, "%.100s: no address", spec);
    while (opt_prop(&p, &key, &value))
        if (!strcmp(key, "allow") || !strcmp(key, "password-file")
                ? !take_rule(w->out, key, value, why)
                : !take_switch(w->out, key, value, why))
            return false;
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
    mode_t mask;
    int fd;

    if (strlen(w->port) >= sizeof a.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(a.sun_path, w->port);
    if (w->out->server)
        remove_stale(&a);
    mask = umask(0177);                 /* its owner alone may connect */
    fd = use(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&a,
             sizeof a, w->out->server);
    umask(mask);
    return fd;
}

static const uint8_t *chansock_address_of(const struct sockaddr *a)
{
    return a->sa_family == AF_INET6
               ? ((const struct sockaddr_in6 *)(const void *)a)->sin6_addr
                     .s6_addr
               : (const uint8_t *)&((const struct sockaddr_in *)
                                    (const void *)a)->sin_addr;
}

static bool is_within(const struct socket_net *n, int family,
                      const uint8_t *addr)
{
    int whole = n->bits / 8, rest = n->bits % 8;

    return family == n->family && !memcmp(addr, n->addr, (size_t)whole) &&
           (!rest || (addr[whole] ^ n->addr[whole]) >> (8 - rest) == 0);
}

static bool is_loopback(const struct sockaddr *a)
{
    static const struct socket_net four = { AF_INET, 8, { 127 } };
    static const struct socket_net six = { AF_INET6, 128, { [15] = 1 } };

    return is_within(&four, a->sa_family, chansock_address_of(a)) ||
           is_within(&six, a->sa_family, chansock_address_of(a));
}

/* An IPv4 client of an IPv6 socket is ::ffff:A.B.C.D. */
bool socket_allows(const struct socket_words *w, int fd)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    struct sockaddr_storage from;
    struct sockaddr *a = (struct sockaddr *)&from;
    socklen_t n = sizeof from;
    const uint8_t *addr;
    int family;

    if (!w->nets)
        return true;
    if (getpeername(fd, a, &n) ||
        (a->sa_family != AF_INET && a->sa_family != AF_INET6))
        return false;
    addr = chansock_address_of(a);
    family = a->sa_family;
    if (family == AF_INET6 && !memcmp(addr, mapped, sizeof mapped)) {
        family = AF_INET;
        addr += sizeof mapped;
    }
    for (int i = 0; i < w->nets; i++)
        if (is_within(&w->net[i], family, addr))
            return true;
    return false;
}

static int open_tcp(const struct words *w)
{
    struct addrinfo hint = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *list, *a;
    int fd = -1, bad;

    tty_at_once(true);
    bad = getaddrinfo(*w->host ? w->host : "127.0.0.1", w->port, &hint, &list);
    tty_at_once(false);
    if (bad) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    for (a = list; a && fd < 0; a = a->ai_next) {
        w->out->loopback = is_loopback(a->ai_addr);
        fd = use(socket(a->ai_family, a->ai_socktype, a->ai_protocol),
                 a->ai_addr, a->ai_addrlen, w->out->server);
    }
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

static void chansock_take_client(void *ctx, short events)
{
    struct channel *ch = ctx;
    int fd = accept(ch->listener, NULL, NULL);

    (void)events;
    if (fd < 0)
        return;
    if (!socket_allows(&ch->words, fd)) {
        close(fd);
        return;
    }
    speak_soon(fd);
    channel_connected(ch, fd);
    watch_events(ch->all->watch, ch->listener, 0);
}

int socket_open(const char *spec, struct socket_words *out, char *why)
{
    struct words w = { .out = out };
    int fd;

    *out = (struct socket_words){ .loopback = true };
    if (!chansock_split(&w, spec, why))
        return -1;
    fd = w.host ? open_tcp(&w) : open_unix(&w);
    if (fd < 0)
        opt_bad(why, "%.150s: %s", spec, strerror(errno));
    else
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (fd >= 0 && out->server && !w.host)
        out->path = strdup(w.port);
    return fd;
}

void socket_forget(struct socket_words *w)
{
    if (w->path)
        unlink(w->path);
    free(w->path);
    free(w->password_file);
    *w = (struct socket_words){ .server = false };
}

bool channel_open_socket(struct channel *ch, const char *spec, char *why)
{
    struct socket_words *w = &ch->words;
    int fd = socket_open(spec, w, why);

    if (fd < 0)
        return false;
    if (w->password_file) {
        close(fd);
        return opt_bad(why, "password-file: a port's bytes are the guest's; "
                       "only monitor and QMP ask");
    }
    if (!w->server) {
        speak_soon(fd);
        channel_connected(ch, fd);
        return true;
    }
    ch->listener = fd;
    watch_add(ch->all->watch,
              (struct watch){ fd, POLLIN, chansock_take_client, ch });
    if (w->wait) {
        fprintf(stderr, "isabox: waiting for connection on: %s\n", spec);
        chansock_take_client(ch, POLLIN);
    }
    return true;
}
