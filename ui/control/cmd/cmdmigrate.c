/* cmdmigrate.c - commands that send the machine elsewhere.
 *
 * Reference: QEMU 7.2, "QEMU QMP Reference Manual", Migration. */
#include "ui/control/commands.h"

#define MS INT64_C(1000000)

enum { PAGE = 4096, LONGEST_MS = 2000000 };

static bool cmd_under_way(const struct session *s)
{
    return migration_under_way(s) && !s->quit && !s->off;
}

/* In a script the next line is for what comes behind it. */
void cmd_migrate(struct call *c)
{
    struct session *s = c->s;
    char why[PC_WHY];

    if (!migration_start(s, call_text(c, "uri"), c->remote, why)) {
        call_fail(c, NULL, "%s", why);
        return;
    }
    while (c->way == BY_SCRIPT && cmd_under_way(s))
        session_turn(s);
    if (c->way == BY_SCRIPT && s->migration->status == MIGRATION_FAILED)
        call_fail(c, NULL, "migrate: %s", s->migration->why);
}

void cmd_migrate_cancel(struct call *c)
{
    char why[PC_WHY];

    if (!migration_cancel(c->s, why))
        call_fail(c, NULL, "%s", why);
}

void cmd_migrate_revive(struct call *c)
{
    char why[PC_WHY];

    if (!call_arg(c, "-f")->given)
        call_fail(c, NULL, "if the %s has gone on, the machine would be in "
                  "two places; migrate_revive -f does it all the same",
                  c->s->migration->coming ? "sender" : "target");
    else if (!migration_revive(c->s, why))
        call_fail(c, NULL, "%s", why);
}

void cmd_migrate_incoming(struct call *c)
{
    char why[PC_WHY];

    if (!c->s->migration->coming)
        call_fail(c, NULL, "the machine was started without -incoming defer");
    else if (!migration_listen(c->s, call_text(c, "uri"), c->remote, why))
        call_fail(c, NULL, "%s", why);
}

/* ---- how far it is ---- */

static struct pc_migration numbers(const struct session *s)
{
    const struct migration *m = s->migration;

    return m->status == MIGRATION_ACTIVE || m->status == MIGRATION_DEVICE
               ? pc_migration(s->pc) : m->last;
}

/* While it lasts, up to now. */
static int64_t total_ns(const struct session *s)
{
    const struct migration *m = s->migration;

    return (m->ended ? m->ended : pace_clock()) - m->began;
}

static int64_t a_second(uint64_t n, int64_t ns)
{
    return ns > MS ? (int64_t)((double)n * 1e9 / (double)ns) : 0;
}

static void tell_ram(struct call *c, const struct pc_migration *i)
{
    int64_t ns = total_ns(c->s);

    reply_open(c, "ram", '{');
    reply_number(c, "total", (int64_t)i->total);
    reply_number(c, "remaining", (int64_t)i->remaining);
    reply_number(c, "transferred", (int64_t)i->bytes);
    reply_number(c, "mbps", a_second(i->bytes * 8, ns) / 1000000);
    reply_number(c, "duplicate", (int64_t)i->zeros);
    reply_number(c, "skipped", 0);
    reply_number(c, "normal", (int64_t)i->pages);
    reply_number(c, "normal-bytes", (int64_t)i->pages * PAGE);
    reply_number(c, "dirty-pages-rate", a_second(i->dirtied, ns));
    reply_number(c, "dirty-sync-count", i->passes);
    reply_number(c, "pages-per-second", a_second(i->zeros + i->pages, ns));
    reply_number(c, "page-size", PAGE);
    reply_close(c, '}');
}

static void print_ram(struct call *c, const struct pc_migration *i)
{
    call_print(c, "transferred ram: %llu kbytes\nremaining ram: %llu kbytes\n"
               "total ram: %llu kbytes\nduplicate: %llu pages\n"
               "normal: %llu pages\ndirty sync count: %u\n"
               "dirty pages rate: %lld pages\n",
               (unsigned long long)i->bytes >> 10,
               (unsigned long long)i->remaining >> 10,
               (unsigned long long)i->total >> 10,
               (unsigned long long)i->zeros, (unsigned long long)i->pages,
               i->passes, (long long)a_second(i->dirtied, total_ns(c->s)));
}

static void tell_times(struct call *c)
{
    const struct migration *m = c->s->migration;
    bool done = m->status == MIGRATION_COMPLETED;

    call_print(c, "total time: %lld ms\n", (long long)(total_ns(c->s) / MS));
    reply_number(c, "total-time", total_ns(c->s) / MS);
    if (done) {
        call_print(c, "downtime: %lld ms\n", (long long)(m->down_ns / MS));
        reply_number(c, "downtime", m->down_ns / MS);
    } else {
        reply_number(c, "expected-downtime", m->downtime_limit);
    }
    call_print(c, "setup: %lld ms\n", (long long)(m->setup_ns / MS));
    reply_number(c, "setup-time", m->setup_ns / MS);
}

void cmd_migrate_info(struct call *c)
{
    const struct migration *m = c->s->migration;
    struct pc_migration i = numbers(c->s);

    if (m->status == MIGRATION_NONE)
        return;
    call_print(c, "Migration status: %s\n", migration_word(c->s));
    reply_string(c, "status", migration_word(c->s));
    if (m->status == MIGRATION_FAILED) {
        call_print(c, "error: %s\n", m->why);
        reply_string(c, "error-desc", m->why);
    }
    if (m->coming && pc_incoming(c->s->pc) == PC_INCOMING_KEPT) {
        call_print(c, "kept: migrate_revive lets it run here\n");
        reply_bool(c, "x-kept", true);
    }
    if (!m->began)
        return;                         /* it came from elsewhere */
    tell_times(c);
    print_ram(c, &i);
    tell_ram(c, &i);
}

/* ---- parameters ---- */

static void set_downtime(struct call *c, const char *name)
{
    int64_t ms = call_within(c, name, c->s->migration->downtime_limit, 0,
                             LONGEST_MS);

    if (!c->bad)
        c->s->migration->downtime_limit = ms;
}

static void set_bandwidth(struct call *c, const char *name)
{
    int64_t n = call_within(c, name, c->s->migration->bandwidth, 0,
                            INT64_MAX);

    if (!c->bad)
        c->s->migration->bandwidth = n;
}

void cmd_migrate_downtime(struct call *c)
{
    set_downtime(c, "ms");
}

void cmd_migrate_speed(struct call *c)
{
    set_bandwidth(c, "value");
}

void cmd_migrate_set(struct call *c)
{
    set_downtime(c, "downtime-limit");
    set_bandwidth(c, "max-bandwidth");
}

void cmd_migrate_parameters(struct call *c)
{
    const struct migration *m = c->s->migration;

    call_print(c, "downtime-limit: %lld ms\nmax-bandwidth: %lld bytes/second\n",
               (long long)m->downtime_limit, (long long)m->bandwidth);
    reply_number(c, "downtime-limit", m->downtime_limit);
    reply_number(c, "max-bandwidth", m->bandwidth);
}
