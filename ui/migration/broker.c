/* broker.c - a second process, outside of the sandbox, that makes
 * connections. */
#define _GNU_SOURCE
#include "ui/migration/broker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ui/app/options.h"
#include "ui/host/privileges.h"

/* Both processes are one program, so the structs go over as they are. */
struct broker_question {
    int wish;
    char text[BROKER_TEXT];
};

/* ---- what it does ---- */

/* The command that was started last. */
static pid_t broker_start_command(const char *text, int in, int out)
{
    pid_t pid = fork();

    if (pid)
        return pid;
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    execl("/bin/sh", "sh", "-c", text, (char *)NULL);
    _exit(127);
}

static void broker_run(const char *text, bool writes, pid_t *pid,
                       struct broker_answer *a)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), end[2] = { -1, -1 };
    bool ok = null >= 0 && pipe2(end, O_CLOEXEC) == 0;

    *pid = !ok ? -1 : writes ? broker_start_command(text, end[0], STDOUT_FILENO)
                             : broker_start_command(text, null, end[1]);
    if (*pid < 0)
        opt_bad(a->why, "%.150s: %s", text, strerror(errno));
    else
        a->fd = end[writes];
    if (ok)
        close(end[!writes]);
    if (ok && *pid < 0)
        close(end[writes]);
    if (null >= 0)
        close(null);
}

static void broker_await(pid_t *pid, struct broker_answer *a)
{
    int status = 0;

    while (*pid > 0 && waitpid(*pid, &status, 0) < 0 && errno == EINTR)
        ;
    *pid = 0;
    a->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    if (a->status)
        opt_bad(a->why, "the command ended with status %d", a->status);
}

static bool broker_takes(const char *text, const struct socket_words *w,
                         char *why)
{
    if (w->password_file)
        return opt_bad(why, "password-file: a machine is not asked for one");
    return !w->server || w->loopback || w->nets ||
           opt_bad(why, "%.80s: other hosts could send a machine; say who "
                   "with allow=ADDRESS/BITS", text);
}

static void broker_socket(const char *text, bool listens,
                          struct broker_answer *a)
{
    char spec[BROKER_TEXT + 32];

    snprintf(spec, sizeof spec, "%s%s", text,
             listens ? ",server=on,wait=off" : "");
    a->fd = socket_open(spec, &a->words, a->why);
    if (a->fd >= 0 && broker_takes(text, &a->words, a->why))
        return;
    if (a->fd >= 0)
        close(a->fd);
    a->fd = -1;
    socket_forget(&a->words);
}

static void broker_serve(enum broker_wish wish, const char *text,
                         bool programs, pid_t *pid, struct broker_answer *a)
{
    *a = (struct broker_answer){ .fd = -1 };
    switch (wish) {
    case BROKER_CONNECT:
    case BROKER_LISTEN:
        broker_socket(text, wish == BROKER_LISTEN, a);
        break;
    case BROKER_WRITE_TO:
    case BROKER_READ_FROM:
        if (programs)
            broker_run(text, wish == BROKER_WRITE_TO, pid, a);
        else
            opt_bad(a->why, "exec: needs -allow exec");
        break;
    case BROKER_AWAIT:
        broker_await(pid, a);
        break;
    }
}

void broker_do(enum broker_wish wish, const char *text, bool programs,
               struct broker_answer *a)
{
    pid_t pid = 0;

    broker_serve(wish, text, programs, &pid, a);
}

/* ---- the process ---- */

static bool send_answer(int fd, const struct broker_answer *a)
{
    union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } u;
    struct iovec v = { (void *)(uintptr_t)a, sizeof *a };
    struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
    struct cmsghdr *c;

    memset(&u, 0, sizeof u);
    if (a->fd >= 0) {
        m.msg_control = u.room;
        m.msg_controllen = sizeof u.room;
        c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &a->fd, sizeof(int));
    }
    return sendmsg(fd, &m, MSG_NOSIGNAL) == (ssize_t)sizeof *a;
}

static void broker_loop(int fd, bool programs)
{
    struct broker_question q;
    struct broker_answer a;
    pid_t pid = 0;
    bool ok = true;

    while (ok && recv(fd, &q, sizeof q, MSG_WAITALL) == (ssize_t)sizeof q) {
        q.text[sizeof q.text - 1] = 0;
        broker_serve((enum broker_wish)q.wish, q.text, programs, &pid, &a);
        free(a.words.path);             /* the socket stays */
        free(a.words.password_file);
        a.words.path = a.words.password_file = NULL;
        ok = send_answer(fd, &a);
        if (a.fd >= 0)
            close(a.fd);
    }
}

/* The keys that end isabox are not for the broker: it ends with it. */
static void broker_process(int fd, bool programs, const char *user,
                           const char *root)
{
    char why[PC_WHY];

    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    if (privileges_drop(user, root, why))
        broker_loop(fd, programs);
    _exit(0);
}

bool broker_start(struct broker *b, bool programs, const char *user,
                  const char *root, char *why)
{
    int end[2];
    pid_t pid;

    fflush(NULL);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) != 0)
        return opt_bad(why, "-allow: %s", strerror(errno));
    pid = fork();
    if (pid == 0) {
        close(end[0]);
        broker_process(end[1], programs, user, root);
    }
    close(end[1]);
    if (pid < 0) {
        close(end[0]);
        return opt_bad(why, "-allow: %s", strerror(errno));
    }
    *b = (struct broker){ .fd = end[0], .programs = programs };
    return true;
}

void broker_end(struct broker *b)
{
    if (b->fd >= 0)
        close(b->fd);
    b->fd = -1;
}

/* ---- asking ---- */

bool broker_ask(struct broker *b, enum broker_wish wish, const char *text,
                char *why)
{
    struct broker_question q = { .wish = wish };

    if (strlen(text) >= sizeof q.text)
        return opt_bad(why, "%.80s..: too long", text);
    strcpy(q.text, text);
    return send(b->fd, &q, sizeof q, MSG_NOSIGNAL) == (ssize_t)sizeof q ||
           opt_bad(why, "the process that makes connections has ended");
}

bool broker_hear(struct broker *b, struct broker_answer *a)
{
    union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } u;
    struct iovec v = { a, sizeof *a };
    struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
                        .msg_control = u.room,
                        .msg_controllen = sizeof u.room };
    struct cmsghdr *c;
    ssize_t n = recvmsg(b->fd, &m, MSG_WAITALL | MSG_CMSG_CLOEXEC);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return false;
    if (n != (ssize_t)sizeof *a) {
        *a = (struct broker_answer){ .fd = -1 };
        opt_bad(a->why, "the process that makes connections has ended");
        return true;
    }
    c = CMSG_FIRSTHDR(&m);
    a->fd = -1;
    if (c && c->cmsg_type == SCM_RIGHTS)
        memcpy(&a->fd, CMSG_DATA(c), sizeof(int));
    return true;
}
