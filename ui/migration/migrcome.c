/* migrcome.c - a session's machine comes from another process. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ui/control/qmp.h"
#include "ui/migration/migration.h"
#include "ui/session/session.h"

enum { PARTS_AT_ONCE = 32, HEAR_MS = 1000, SILENT_S = 120 };

const char *migration_word(const struct session *s)
{
    static const char *const words[] = {
        "none", "setup", "active", "device", "completed", "failed",
        "cancelled"
    };

    return words[s->migration->status];
}

/* ---- the end ---- */

static void close_from(struct session *s)
{
    struct migration *m = s->migration;

    if (m->from >= 0) {
        watch_remove(&s->watch, m->from);
        close(m->from);
    }
    m->from = -1;
}

/* Bytes that nobody has read would reset the connection, and the sender would
 * not hear the answer. */
static void let_hear(struct session *s)
{
    struct migration *m = s->migration;
    int64_t end = pace_clock() + HEAR_MS * INT64_C(1000000);
    struct pollfd p = { m->from, POLLIN, 0 };

    shutdown(m->from, SHUT_WR);
    while (pace_clock() < end && poll(&p, 1, HEAR_MS) > 0 &&
           read(m->from, m->part, sizeof m->part) > 0)
        ;
}

/* Who was started for that machine alone ends; -incoming defer can be told of
 * another. */
static void did_not_come(struct session *s, enum migration_status status,
                         const char *why)
{
    struct migration *m = s->migration;

    snprintf(m->why, sizeof m->why, "%s", why);
    migration_become(s, status);
    if (m->deferred) {
        front_say(s, "the machine did not come: %s", why);
        return;
    }
    fprintf(stderr, "isabox: the machine did not come: %s\n", why);
    session_quit(s, 2);
}

/* The sender hears why, and goes on. */
static void refuse(struct session *s, const char *why)
{
    struct migration *m = s->migration;
    uint8_t bytes[512];
    size_t n;

    pc_incoming_drop(s->pc, why);
    while (!m->one_way && (n = pc_incoming_bytes(s->pc, bytes, sizeof bytes)))
        if (send(m->from, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
            break;
    if (!m->one_way)
        let_hear(s);
    close_from(s);
    did_not_come(s, MIGRATION_FAILED, why);
}

/* Nothing comes any more. A machine that is whole is kept, for it may be the
 * only one: whether it is only a person can tell. */
static void lose_sender(struct session *s, const char *why)
{
    struct migration *m = s->migration;

    pc_incoming_lost(s->pc, why);
    if (pc_incoming(s->pc) != PC_INCOMING_KEPT) {
        refuse(s, why);
        return;
    }
    close_from(s);
    snprintf(m->why, sizeof m->why, "%s", why);
    migration_become(s, MIGRATION_FAILED);
    fprintf(stderr, "isabox: %s\n", migration_holds(s));
    front_say(s, "%s", migration_holds(s));
}

static void has_come(struct session *s)
{
    struct migration *m = s->migration;

    close_from(s);
    m->coming = false;
    m->ended = pace_clock();
    migration_become(s, MIGRATION_COMPLETED);
    session_come(s);
}

/* ---- the stream ---- */

static bool send_answers(struct session *s)
{
    struct migration *m = s->migration;
    uint8_t bytes[512];
    size_t n;

    while ((n = pc_incoming_bytes(s->pc, bytes, sizeof bytes)))
        if (!m->one_way &&
            send(m->from, bytes, n, MSG_NOSIGNAL) != (ssize_t)n) {
            lose_sender(s, "the sender is gone");
            return false;
        }
    return true;
}

/* False: that was the last. */
static bool incoming_step(struct session *s)
{
    struct migration *m = s->migration;
    char why[PC_WHY];

    if (pc_incoming(s->pc) == PC_INCOMING_WHOLE &&
        !pc_incoming_arrive(s->pc, why)) {
        refuse(s, why);
        return false;
    }
    if (!send_answers(s))
        return false;
    if (m->one_way)
        pc_incoming_start(s->pc);
    if (pc_incoming(s->pc) != PC_INCOMING_HERE)
        return true;
    has_come(s);
    return false;
}

static void stream_readable(void *ctx, short events)
{
    struct session *s = ctx;
    struct migration *m = s->migration;
    char why[PC_WHY];

    (void)events;
    for (int i = 0; i < PARTS_AT_ONCE; i++) {
        ssize_t n = read(m->from, m->part, sizeof m->part);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            lose_sender(s, n ? strerror(errno) : "the sender is gone");
            return;
        }
        m->heard = pace_clock();
        if (!pc_incoming_put(s->pc, m->part, (size_t)n, why)) {
            lose_sender(s, why);
            return;
        }
        if (!incoming_step(s))
            return;
    }
}

static bool take_stream(struct session *s, int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (!watch_add(&s->watch, (struct watch){ fd, POLLIN, stream_readable,
                                              s })) {
        close(fd);
        return false;
    }
    s->migration->from = fd;
    s->migration->heard = pace_clock();
    migration_become(s, MIGRATION_ACTIVE);
    return true;
}

void migration_mind_sender(struct session *s)
{
    struct migration *m = s->migration;

    if (m->coming && !m->one_way && m->from >= 0 &&
        pace_clock() > m->heard + SILENT_S * INT64_C(1000000000))
        lose_sender(s, "the sender has been silent for two minutes");
}

/* Once the sender has been told that all is ready the machine may be ours, and
 * nobody else's. */
bool migration_give_up(struct session *s, char *why)
{
    struct migration *m = s->migration;
    enum pc_incoming at = pc_incoming(s->pc);

    if (at == PC_INCOMING_KEPT) {
        pc_incoming_drop(s->pc, "");
        did_not_come(s, MIGRATION_CANCELLED, "it was kept, and let go");
        return true;
    }
    if (m->from < 0)
        return true;                    /* nobody has come yet */
    if (at != PC_INCOMING_PART)
        return opt_bad(why, "the sender was told that it may let go");
    refuse(s, "the target was told not to take it");
    return true;
}

bool migration_bring_on(struct session *s, char *why)
{
    if (!pc_migrate_revive(s->pc, why))
        return false;
    has_come(s);
    return true;
}

/* ---- the place ---- */

static void close_listener(struct migration *m)
{
    close(m->listener);
    m->listener = -1;
    socket_forget(&m->words);
}

static void sender_came(void *ctx, short events)
{
    struct session *s = ctx;
    struct migration *m = s->migration;
    int fd = accept(m->listener, NULL, NULL);

    (void)events;
    if (fd < 0)
        return;
    if (!socket_allows(&m->words, fd)) {
        fprintf(stderr, "isabox: a sender from an address that is not allowed "
                "was cut off\n");
        close(fd);
        return;
    }
    watch_remove(&s->watch, m->listener);
    close_listener(m);
    take_stream(s, fd);                 /* there is room for one again */
}

static bool listen_at(struct session *s, const struct broker_answer *a,
                      char *why)
{
    struct migration *m = s->migration;

    m->listener = a->fd;
    m->words = a->words;
    m->one_way = false;
    fcntl(a->fd, F_SETFL, O_NONBLOCK);
    migration_become(s, MIGRATION_SETUP);
    if (watch_add(&s->watch, (struct watch){ a->fd, POLLIN, sender_came, s }))
        return true;
    close_listener(m);
    return opt_bad(why, "too many connections");
}

/* The command line's, while the process may still do it by itself. */
static bool listen_here(struct session *s, const char *uri, char *why)
{
    struct broker_answer a;

    broker_do(BROKER_LISTEN, uri, false, &a);
    return a.fd < 0 ? opt_bad(why, "%s", a.why) : listen_at(s, &a, why);
}

static bool open_stream(struct session *s, const char *uri, char *why)
{
    struct broker_answer a = { .fd = -1 };

    if (!strncmp(uri, "file:", 5)) {
        a.fd = open(uri + 5, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (a.fd < 0)
            return opt_bad(why, "%.150s: %s", uri + 5, strerror(errno));
    } else {
        broker_do(BROKER_READ_FROM, uri + 5, true, &a);
        if (a.fd < 0)
            return opt_bad(why, "%s", a.why);
    }
    s->migration->one_way = true;
    return take_stream(s, a.fd) || opt_bad(why, "too many connections");
}

/* Later on, what the process may not do the broker does. */
static bool listen_by_broker(struct session *s, const char *uri, bool command,
                             char *why)
{
    struct migration *m = s->migration;
    struct broker_answer a = { .fd = -1 };

    if (!broker_ask(&m->broker, command ? BROKER_READ_FROM : BROKER_LISTEN,
                    uri + (command ? 5 : 0), why))
        return false;
    while (!broker_hear(&m->broker, &a))
        ;
    if (a.fd < 0)
        return opt_bad(why, "%s", a.why);
    m->one_way = command;
    return command ? take_stream(s, a.fd) : listen_at(s, &a, why);
}

bool migration_listen(struct session *s, const char *uri, bool remote,
                      char *why)
{
    struct migration *m = s->migration;
    bool first = !m->coming, file = !strncmp(uri, "file:", 5);
    bool command = !strncmp(uri, "exec:", 5);

    m->coming = true;
    if (!strcmp(uri, "defer") && first) {
        m->deferred = true;
        return true;
    }
    if (!migration_knows(uri, why))
        return false;
    if (first)
        return file || command ? open_stream(s, uri, why)
                               : listen_here(s, uri, why);
    if (!m->deferred || m->listener >= 0 || m->from >= 0)
        return opt_bad(why, "the machine is waited for already");
    if (pc_incoming(s->pc) == PC_INCOMING_KEPT)
        return opt_bad(why, "%s", migration_holds(s));
    if (file)
        return (!(remote || s->files.for_all) ||
                files_may_read(&s->files, uri + 5, why)) &&
               open_stream(s, uri, why);
    return migration_allowed(s, uri, remote, why) &&
           (m->broker.fd >= 0 ? listen_by_broker(s, uri, command, why)
                              : listen_here(s, uri, why));
}
