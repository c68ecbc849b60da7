/* migration.c - sends a session's machine to another process. */
#define _POSIX_C_SOURCE 200809L
#include "ui/migration/migration.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ui/control/qmp.h"
#include "ui/session/session.h"

#define MS INT64_C(1000000)
#define S INT64_C(1000000000)

/* A running guest shares the host's time with its migration: at least so much
 * of it in each slice is for the stream. */
enum { SHARE_MS = 2, MOST_PASSES = 30, SILENT_S = 30, AGAIN_MS = 100,
       DOWNTIME_MS = 300 };
#define BANDWIDTH ((int64_t)128 << 20)

void migration_become(struct session *s, enum migration_status status)
{
    s->migration->status = status;
    qmp_member_event(s, "MIGRATION", "status", migration_word(s));
}

bool migration_under_way(const struct session *s)
{
    const struct migration *m = s->migration;

    if (!m)
        return false;
    return m->back || (m->status >= MIGRATION_SETUP &&
                       m->status <= MIGRATION_DEVICE && !m->coming);
}

const char *migration_holds(const struct session *s)
{
    const struct migration *m = s->migration;

    if (!m)
        return NULL;
    if (m->coming)
        return pc_incoming(s->pc) == PC_INCOMING_KEPT
                   ? "the machine has come, but its sender was gone before it "
                     "let go of it: it is kept, and migrate_revive lets it run"
                   : "the machine has yet to come";
    if (pc_is_gone(s->pc))
        return "the machine runs elsewhere: it has migrated";
    if (m->back)
        return m->why;
    return m->status == MIGRATION_DEVICE ? "the machine is being handed over"
                                         : NULL;
}

/* ---- opening and closing ---- */

bool migration_open(struct session *s, char *why)
{
    struct migration *m = s->migration = calloc(1, sizeof *m);
    const struct options *o = s->o;

    if (!m)
        return opt_bad(why, "out of memory");
    m->fd = m->listener = m->from = m->broker.fd = -1;
    m->downtime_limit = DOWNTIME_MS;
    m->bandwidth = BANDWIDTH;
    return !o->allow || broker_start(&m->broker, o->allow & ALLOW_EXEC,
                                     o->run_as, o->chroot, why);
}

static void close_way(struct migration *m, bool keep)
{
    char why[PC_WHY];

    if (m->fd >= 0)
        close(m->fd);
    if (m->file && !pc_file_close(m->file, keep, why) && keep)
        snprintf(m->why, sizeof m->why, "%s", why);
    m->fd = -1;
    m->file = NULL;
}

void migration_close(struct session *s)
{
    struct migration *m = s->migration;

    char why[PC_WHY];

    if (!m)
        return;
    if (migration_under_way(s) && !pc_migrate_cancel(s->pc, why))
        fprintf(stderr, "isabox: %s\n", why);
    close_way(m, false);
    if (m->from >= 0)
        close(m->from);
    if (m->listener >= 0)
        close(m->listener);
    socket_forget(&m->words);
    broker_end(&m->broker);
    free(m);
    s->migration = NULL;
}

/* ---- the end ---- */

/* The machine goes on here, once it has its media again. */
static bool take_back(struct session *s)
{
    struct migration *m = s->migration;
    char why[PC_WHY];

    m->moved = pace_clock();
    if (!pc_migrate_cancel(s->pc, why)) {
        if (!m->back)
            front_say(s, "%s", why);
        m->back = true;
        snprintf(m->why, sizeof m->why, "%s", why);
        return false;
    }
    m->back = false;
    return true;
}

static void goes_on_here(struct session *s)
{
    struct migration *m = s->migration;

    if (m->stopped && !m->was_paused)
        session_pause(s, false);
    m->stopped = 0;
}

static void migration_end(struct session *s, enum migration_status status)
{
    struct migration *m = s->migration;

    m->last = pc_migration(s->pc);
    m->ended = pace_clock();
    close_way(m, status == MIGRATION_COMPLETED);
    migration_become(s, status);
    if (status != MIGRATION_COMPLETED && take_back(s))
        goes_on_here(s);
}

static void migration_fail(struct session *s, const char *why)
{
    struct migration *m = s->migration;

    if (why != m->why)
        snprintf(m->why, sizeof m->why, "%s", why);
    migration_end(s, MIGRATION_FAILED);
    front_say(s, "migration failed: %s", m->why);
}

bool migration_cancel(struct session *s, char *why)
{
    struct migration *m = s->migration;

    if (pc_is_gone(s->pc))
        return opt_bad(why, "the machine runs elsewhere already");
    if (m->coming)
        return migration_give_up(s, why);
    if (m->status >= MIGRATION_SETUP &&
        m->status <= MIGRATION_DEVICE)
        migration_end(s, MIGRATION_CANCELLED);
    return true;
}

bool migration_revive(struct session *s, char *why)
{
    if (s->migration->coming)
        return migration_bring_on(s, why);
    if (!pc_migrate_revive(s->pc, why))
        return false;
    snprintf(s->migration->why, PC_WHY, "the target has not gone on");
    migration_become(s, MIGRATION_FAILED);
    session_pause(s, s->migration->was_paused);
    return true;
}

/* From here on only a person leads back. */
static void migration_hand_over(struct session *s)
{
    struct migration *m = s->migration;
    char go[64];
    size_t n;

    pc_migrate_commit(s->pc);
    while (m->answers && (n = pc_migrate_bytes(s->pc, go, sizeof go)) > 0)
        if (send(m->fd, go, n, MSG_NOSIGNAL) != (ssize_t)n)
            front_say(s, "the target may not have heard that it may begin");
    m->down_ns = pace_clock() - m->stopped;
    migration_end(s, MIGRATION_COMPLETED);
    front_say(s, "migrated");
}

/* ---- the way there ---- */

bool migration_allowed(const struct session *s, const char *uri, bool remote,
                       char *why)
{
    unsigned allow = s->o->allow;

    if (!strncmp(uri, "exec:", 5))
        return (allow & ALLOW_EXEC) || opt_bad(why, "exec: starts a program: "
                                               "needs -allow exec");
    return (allow & ALLOW_MIGRATE) ||
           (s->o->sandbox == SANDBOX_OFF && !remote) ||
           opt_bad(why, "makes a connection: needs -allow migrate");
}

static void connected(struct session *s, struct broker_answer *a)
{
    struct migration *m = s->migration;
    char why[PC_WHY];

    m->asked = false;
    m->fd = a->fd;
    if (a->fd < 0) {
        migration_fail(s, a->why);
        return;
    }
    fcntl(m->fd, F_SETFL, O_NONBLOCK);
    if (!pc_migrate_begin(s->pc, why)) {
        migration_fail(s, why);
        return;
    }
    m->moved = pace_clock();
    m->setup_ns = m->moved - m->began;
    migration_become(s, MIGRATION_ACTIVE);
}

static bool ask_way(struct session *s, const char *uri, char *why)
{
    struct migration *m = s->migration;
    enum broker_wish wish = m->command ? BROKER_WRITE_TO : BROKER_CONNECT;
    struct broker_answer a;

    uri += m->command ? 5 : 0;
    m->asked = true;
    if (m->broker.fd >= 0)
        return broker_ask(&m->broker, wish, uri, why);
    broker_do(wish, uri, false, &a);
    connected(s, &a);
    return true;
}

static bool open_file(struct session *s, const char *path, bool remote,
                      char *why)
{
    struct migration *m = s->migration;

    if ((remote || s->files.for_all) &&
        !files_may_write(&s->files, path, false, why))
        return false;
    m->file = pc_file_open(path, why);
    if (!m->file)
        return false;
    if (pc_migrate_begin(s->pc, why)) {
        files_note(&s->files, path);
        migration_become(s, MIGRATION_ACTIVE);
        return true;
    }
    close_way(m, false);
    return false;
}

static void begin_anew(struct session *s)
{
    struct migration *m = s->migration;

    *m->why = 0;
    m->answers = m->command = m->sent = m->asked = false;
    m->part_n = m->part_at = 0;
    m->began = m->moved = pace_clock();
    m->stopped = m->ended = m->busy = m->setup_ns = m->down_ns = 0;
    m->sent_bytes = m->busy_bytes = 0;
    m->last = (struct pc_migration){ 0 };
    migration_become(s, MIGRATION_SETUP);
}

/* What was given up while the broker was at it is answered late. */
static bool broker_is_free(struct migration *m)
{
    struct pollfd p = { m->broker.fd, POLLIN, 0 };
    struct broker_answer a;

    if (!m->asked)
        return true;
    if (poll(&p, 1, 0) <= 0 || !broker_hear(&m->broker, &a))
        return false;
    if (a.fd >= 0)
        close(a.fd);
    m->asked = false;
    return true;
}

bool migration_knows(const char *uri, char *why)
{
    return !strncmp(uri, "tcp:", 4) || !strncmp(uri, "unix:", 5) ||
           !strncmp(uri, "exec:", 5) || !strncmp(uri, "file:", 5) ||
           opt_bad(why, "%.80s: one of tcp:, unix:, exec: and file:", uri);
}

bool migration_start(struct session *s, const char *uri, bool remote,
                     char *why)
{
    struct migration *m = s->migration;
    bool file = !strncmp(uri, "file:", 5), ok;

    if (migration_holds(s) || migration_under_way(s))
        return opt_bad(why, "%s", migration_holds(s) ? migration_holds(s)
                                           : "a migration is under way");
    if (!migration_knows(uri, why) ||
        (!file && !migration_allowed(s, uri, remote, why)))
        return false;
    if (!broker_is_free(m))
        return opt_bad(why, "the one before has yet to end");
    begin_anew(s);
    m->command = !strncmp(uri, "exec:", 5);
    m->answers = !file && !m->command;
    ok = file ? open_file(s, uri + 5, remote, why) : ask_way(s, uri, why);
    if (!ok) {
        snprintf(m->why, sizeof m->why, "%s", why);
        migration_become(s, MIGRATION_FAILED);
    }
    return ok;
}

/* ---- the stream ---- */

static void hear_target(struct session *s);

/* A target that has ended may have said why. */
static void send_failed(struct session *s, int error)
{
    struct migration *m = s->migration;

    if (m->answers)
        hear_target(s);
    if (migration_under_way(s) && m->status != MIGRATION_FAILED)
        migration_fail(s, error == EPIPE || error == ECONNRESET
                              ? "the target has ended" : strerror(error));
}

/* Puts the next bytes on their way; false: none can go now. */
static bool send_part(struct session *s)
{
    struct migration *m = s->migration;
    ssize_t n;

    if (m->part_at == m->part_n) {
        m->part_at = 0;
        m->part_n = pc_migrate_bytes(s->pc, m->part, sizeof m->part);
    }
    if (m->part_at == m->part_n)
        return false;
    if (m->file) {
        pc_file_put(m->file, m->part, m->part_n);
        n = (ssize_t)m->part_n;
    } else if (m->answers) {
        n = send(m->fd, m->part + m->part_at, m->part_n - m->part_at,
                 MSG_NOSIGNAL);
    } else {
        n = write(m->fd, m->part + m->part_at, m->part_n - m->part_at);
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n < 0) {
        send_failed(s, errno);
        return false;
    }
    m->part_at += (size_t)n;
    m->sent_bytes += (uint64_t)n;
    m->moved = pace_clock();
    return true;
}

static void hear_target(struct session *s)
{
    struct migration *m = s->migration;
    char bytes[512], why[PC_WHY] = "";
    ssize_t n = recv(m->fd, bytes, sizeof bytes, 0);
    enum pc_target said;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        migration_fail(s, "the target has ended");
        return;
    }
    said = pc_migrate_answer(s->pc, bytes, (size_t)n, why);
    m->moved = pace_clock();
    if (said == PC_TARGET_REFUSES)
        migration_fail(s, why);
    else if (said == PC_TARGET_READY)
        migration_hand_over(s);
}

/* Everything has been written to a command or a file, which answer by their
 * end. */
static void end_one_way(struct session *s)
{
    struct migration *m = s->migration;
    struct pc_file *file = m->file;
    char why[PC_WHY];

    m->sent = true;
    if (m->fd >= 0) {                   /* the command sees its end */
        close(m->fd);
        m->fd = -1;
        m->asked = true;
        if (!broker_ask(&m->broker, BROKER_AWAIT, "", why))
            migration_fail(s, why);
        return;
    }
    m->file = NULL;
    if (pc_file_close(file, true, why))
        migration_hand_over(s);
    else
        migration_fail(s, why);
}

static void hear_broker(struct session *s)
{
    struct migration *m = s->migration;
    struct broker_answer a;

    if (!broker_hear(&m->broker, &a))
        return;
    if (m->status == MIGRATION_SETUP) {
        connected(s, &a);
        return;
    }
    m->asked = false;
    if (m->status != MIGRATION_DEVICE) {        /* cancelled meanwhile */
        if (a.fd >= 0)
            close(a.fd);
    } else if (a.status || *a.why) {
        migration_fail(s, a.why);
    } else {
        migration_hand_over(s);
    }
}

/* ---- the last pass ---- */

/* Bytes a second, as measured so far, within the limit. */
static int64_t migration_speed(const struct migration *m)
{
    int64_t v = m->busy > MS ? (int64_t)((double)m->busy_bytes * 1e9 /
                                         (double)m->busy)
                             : m->bandwidth;

    return v < m->bandwidth || !m->bandwidth ? v : m->bandwidth;
}

static bool fits(const struct session *s)
{
    const struct migration *m = s->migration;
    struct pc_migration i = pc_migration(s->pc);
    double ms = (double)i.remaining * 1e3 / (double)(migration_speed(m) + 1);

    return i.passes >= MOST_PASSES ||
           (i.passes && ms <= (double)m->downtime_limit);
}

/* The guest stands still from here on. What was sent in part of a frame is
 * not lost: the stream goes on behind it. */
static void last_pass(struct session *s)
{
    struct migration *m = s->migration;
    char why[PC_WHY];

    m->was_paused = s->paused;
    m->stopped = pace_clock();
    session_pause(s, true);
    migration_become(s, MIGRATION_DEVICE);
    if (!pc_migrate_finish(s->pc, why))
        migration_fail(s, why);
}

/* ---- serving ---- */

/* How many bytes the limit lets through now. */
static bool held_back(const struct migration *m, int64_t now)
{
    double ns = (double)(now - m->began - m->setup_ns);

    return m->bandwidth && m->status == MIGRATION_ACTIVE &&
           (double)m->sent_bytes >
               (double)m->bandwidth * ns / 1e9 + MIGRATION_PART;
}

static int way_fd(const struct migration *m)
{
    return m->asked ? m->broker.fd : m->fd;
}

/* Waits until something can be done; false when nothing was within `ns`. */
static bool await_way(struct session *s, int64_t ns)
{
    struct migration *m = s->migration;
    struct pollfd p = { way_fd(m), POLLIN, 0 };
    bool full = m->part_at < m->part_n;

    if (p.fd < 0)
        return false;
    if (full && !m->asked && !held_back(m, pace_clock()))
        p.events |= POLLOUT;
    if (!m->asked && !m->answers)
        p.events &= ~POLLIN;
    if (poll(&p, 1, (int)((ns + MS - 1) / MS)) <= 0)
        return false;
    if (m->asked)
        hear_broker(s);
    else if (m->answers && p.revents & (POLLIN | POLLHUP | POLLERR))
        hear_target(s);
    else if (p.revents & (POLLHUP | POLLERR))
        migration_fail(s, "the target has ended");
    return true;
}

static void send_until(struct session *s, int64_t end)
{
    struct migration *m = s->migration;
    int64_t start = pace_clock(), now = start;
    uint64_t before = m->sent_bytes;

    while (now < end && !m->asked && !held_back(m, now) && send_part(s))
        now = pace_clock();
    m->busy += pace_clock() - start;
    m->busy_bytes += m->sent_bytes - before;
}

static bool all_sent(const struct session *s)
{
    const struct migration *m = s->migration;

    return m->status == MIGRATION_DEVICE && !m->asked && !m->sent &&
           m->part_at == m->part_n;
}

/* Some of the stream, an answer, the next step. False: nothing can be done
 * before the guest or the host has. */
static bool serve_once(struct session *s, int64_t end)
{
    struct migration *m = s->migration;

    send_until(s, end);
    if (!migration_under_way(s))
        return false;
    if (!pc_migration(s->pc).able && m->status > MIGRATION_SETUP) {
        migration_fail(s, "out of memory");
        return false;
    }
    if (m->status == MIGRATION_ACTIVE && fits(s)) {
        last_pass(s);
        return true;
    }
    if (all_sent(s) && !m->answers) {
        end_one_way(s);
        return true;
    }
    if (pace_clock() > m->moved + SILENT_S * S && !m->asked &&
        !held_back(m, pace_clock())) {
        migration_fail(s, "the target takes nothing and says nothing");
        return false;
    }
    return false;
}

/* How long there may be waited for the other end: the guest's time is not
 * wasted on that. */
static int64_t patience(const struct session *s, int64_t wait, int64_t left)
{
    const struct migration *m = s->migration;
    bool full = m->part_at < m->part_n && !held_back(m, pace_clock());

    return left > 0 && (full || s->paused || wait > 0) ? left : 0;
}

int64_t migration_serve(struct session *s, int64_t wait)
{
    struct migration *m = s->migration;
    int64_t start = pace_clock(), now = start, end, ns;

    migration_mind_sender(s);
    if (!migration_under_way(s))
        return wait;
    if (m->back) {
        if (start > m->moved + AGAIN_MS * MS && take_back(s))
            goes_on_here(s);
        return wait;
    }
    end = start + (wait > SHARE_MS * MS ? wait : SHARE_MS * MS);
    do {
        bool more = serve_once(s, end);

        now = pace_clock();
        if (more || !migration_under_way(s) || m->back)
            continue;
        ns = patience(s, wait, end - now);
        if (!await_way(s, ns) && !ns)
            break;
        now = pace_clock();
    } while (now < end && migration_under_way(s) && !m->back);
    return start + wait > now ? start + wait - now : 0;
}
