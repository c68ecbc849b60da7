/* gdb.c - what gdb asks for, and what it is told. */
#include "ui/control/gdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/monitor.h"
#include "ui/session/session.h"

enum { SIG_INT = 2, SIG_TRAP = 5, WATCH_MOST = 1 << 20 };

static struct session *session_of(const struct gdb *g)
{
    return g->peer->control->s;
}

/* ---- stops ---- */

/* Where in the watched range the access was, as gdb wants to hear it. */
static uint32_t watched_at(const struct pc_break *b, const struct pc_hit *h)
{
    return h->device || h->addr < b->first ? b->first : h->addr;
}

static void add_reason(struct gdb *g, struct strbuf *out)
{
    static const char *const names[] = { "swbreak", "hwbreak", "watch",
                                         "rwatch", "awatch" };
    struct session *s = session_of(g);
    const struct pc_break *b;
    const struct stop *t;
    struct pc_hit h;

    if (!pc_last_hit(s->pc, &h))
        return;
    t = stop_find(s, h.number);
    b = pc_break_get(s->pc, h.number);
    if (!t || !b || t->owner != g->peer)
        return;
    if (t->type >= 2)
        strbuf_add(out, "%s:%x;", names[t->type], watched_at(b, &h));
    else if (t->type ? g->knows_hwbreak : g->knows_swbreak)
        strbuf_add(out, "%s:;", names[t->type]);
}

/* more: what else belongs to the answer, "name:value;". */
static void tell_stop(struct gdb *g, const char *more)
{
    struct strbuf out = { 0 };

    strbuf_add(&out, "T%02xthread:1;", g->interrupted ? SIG_INT : SIG_TRAP);
    if (*more)
        strbuf_add(&out, "%s", more);
    else if (!g->interrupted)
        add_reason(g, &out);
    g->interrupted = false;
    gdb_send(g, out.p ? out.p : "", out.n);
    strbuf_free(&out);
}

static struct gdb *each_gdb(const struct session *s, int *n)
{
    for (; *n < CONTROLS * PEERS; ++*n) {
        const struct control *c = &s->controls.list[*n / PEERS];
        const struct peer *p = &c->peer[*n % PEERS];

        if (*n / PEERS < s->controls.n && c->protocol == &gdb_protocol &&
            p->gdb && !p->gone)
            return s->controls.list[(*n)++ / PEERS].peer[p - c->peer].gdb;
    }
    return NULL;
}

void gdb_paused(struct session *s)
{
    struct gdb *g;

    for (int n = 0; (g = each_gdb(s, &n));) {
        if (!g->running)
            continue;
        g->running = false;
        tell_stop(g, "");
    }
}

bool gdb_attached(const struct session *s)
{
    struct gdb *g;

    for (int n = 0; (g = each_gdb(s, &n));)
        if (!g->detached)
            return true;
    return false;
}

void gdb_interrupt(struct gdb *g)
{
    g->interrupted = g->running;
    if (g->running)
        session_pause(session_of(g), true);
}

/* ---- running ---- */

static void gdb_go(struct gdb *g)
{
    struct session *s = session_of(g);

    if (session_status(s) == STATUS_OFF) {
        gdb_say(g, "W00");
        return;
    }
    g->running = true;
    session_pause(s, false);
}

static void step_one(struct gdb *g)
{
    struct session *s = session_of(g);

    session_pause(s, true);
    session_step(s);
    if (s->off || s->quit)
        gdb_say(g, "W00");
    else
        tell_stop(g, "");
}

/* bs, bc: by the history. */
static void go_back(struct gdb *g, bool step)
{
    struct session *s = session_of(g);
    struct pc_moment before = pc_moment(s->pc);
    struct pc_hit h;
    char why[PC_WHY];
    bool ok, begins;

    session_pause(s, true);
    ok = step ? pc_step_back(s->pc, why) : pc_run_back(s->pc, why);
    begins = !ok || (!step && !pc_last_hit(s->pc, &h));
    session_travelled(s);
    if (!ok && !pc_history_info(s->pc).limit)
        gdb_say(g, "E06");
    else if (!ok && pc_moment(s->pc).count != before.count)
        gdb_say(g, "E05");
    else
        tell_stop(g, begins ? "replaylog:begin;" : "");
}

static void gdb_back(struct gdb *g, const char *p)
{
    if (strcmp(p, "c") && strcmp(p, "s"))
        gdb_say(g, "");
    else
        go_back(g, *p == 's');
}

/* vCont;ACTION[:THREAD][;...]: there is one thread, so the first counts. */
static void v_packet(struct gdb *g, const char *p)
{
    if (!strcmp(p, "Cont?"))
        gdb_say(g, "vCont;c;C;s;S");
    else if (!strncmp(p, "Cont;c", 6) || !strncmp(p, "Cont;C", 6))
        gdb_go(g);
    else if (!strncmp(p, "Cont;s", 6) || !strncmp(p, "Cont;S", 6))
        step_one(g);
    else if (!strncmp(p, "Kill", 4)) {
        gdb_say(g, "OK");
        session_quit(session_of(g), 0);
    } else
        gdb_say(g, "");
}

/* ---- registers and memory ---- */

static void gdb_get_all(struct gdb *g)
{
    struct strbuf out = { 0 };

    for (int n = 0; n < gdb_registers(); n++)
        gdb_register_get(session_of(g)->pc, n, &out);
    gdb_send(g, out.p ? out.p : "", out.n);
    strbuf_free(&out);
}

static void gdb_set_all(struct gdb *g, const char *p, size_t n)
{
    bool ok = true;

    for (int r = 0; r < gdb_registers(); r++) {
        size_t digits = 2 * gdb_register_size(r);

        if (n < digits)
            break;
        ok &= gdb_register_set(session_of(g)->pc, r, p);
        p += digits;
        n -= digits;
    }
    gdb_say(g, ok ? "OK" : "E01");
}

static void gdb_get_one(struct gdb *g, const char *p)
{
    struct strbuf out = { 0 };
    uint32_t n;

    if (gdb_hex(&p, &n) && n <= INT16_MAX &&
        gdb_register_get(session_of(g)->pc, (int)n, &out))
        gdb_send(g, out.p, out.n);
    else
        gdb_say(g, "E01");
    strbuf_free(&out);
}

static void gdb_set_one(struct gdb *g, const char *p)
{
    uint32_t n;
    bool ok = gdb_hex(&p, &n) && n <= INT16_MAX && *p == '=' &&
              gdb_register_set(session_of(g)->pc, (int)n, p + 1);

    gdb_say(g, ok ? "OK" : "E01");
}

static bool address_and_size(const char **p, uint32_t *addr, uint32_t *n)
{
    if (!gdb_hex(p, addr) || **p != ',')
        return false;
    ++*p;
    return gdb_hex(p, n);
}

static void gdb_read(struct gdb *g, const char *p)
{
    struct strbuf out = { 0 };
    uint8_t bytes[GDB_PACKET / 2];
    uint32_t addr = 0, n = 0;
    bool ok = address_and_size(&p, &addr, &n) && !*p;
    size_t got = 0;

    if (ok && n) {
        n = n < sizeof bytes ? n : (uint32_t)sizeof bytes;
        got = pc_peek_virtual(session_of(g)->pc, addr, bytes, n);
        gdb_add_bytes(&out, bytes, got);
    }
    if (ok && (got || !n))
        gdb_send(g, out.p ? out.p : "", out.n);
    else
        gdb_say(g, "E14");
    strbuf_free(&out);
}

/* M brings digits, X bytes as they are. */
static void gdb_write(struct gdb *g, const char *p, const char *end,
                      bool raw)
{
    uint8_t bytes[GDB_PACKET];
    uint32_t addr, n;
    bool ok = address_and_size(&p, &addr, &n) && *p++ == ':' &&
              n <= sizeof bytes && (size_t)(end - p) == (raw ? n : 2 * n);

    if (ok && raw)
        memcpy(bytes, p, n);
    ok = ok && (raw || gdb_bytes(p, bytes, n));
    if (ok && n)
        ok = pc_poke_virtual(session_of(g)->pc, addr, bytes, n) == n;
    gdb_say(g, ok ? "OK" : "E14");
}

/* ---- breakpoints ---- */

static const enum pc_break_kind kinds[] = {
    PC_BREAK_CODE, PC_BREAK_CODE, PC_BREAK_WRITE, PC_BREAK_READ,
    PC_BREAK_ACCESS,
};

static struct stop *gdb_stop_of(struct gdb *g, int type, uint32_t first,
                                uint32_t last)
{
    struct session *s = session_of(g);

    for (int i = 0; i < s->stops.n; i++) {
        struct stop *t = s->stops.stop[i];
        const struct pc_break *b = pc_break_get(s->pc, t->number);

        if (t->owner == g->peer && t->type == type && b &&
            b->first == first && b->last == last)
            return t;
    }
    return NULL;
}

static bool insert_stop(struct gdb *g, int type, uint32_t first, uint32_t last)
{
    struct pc_break b = { .kind = kinds[type], .first = first, .last = last };
    char text[STOP_TEXT], why[PC_WHY];
    int n;

    if (gdb_stop_of(g, type, first, last))
        return true;
    snprintf(text, sizeof text, "gdb's %s %08x", type < 2 ? "breakpoint"
             : "watchpoint", first);
    n = stop_add(session_of(g), &b, text, NULL, why);
    if (!n)
        return false;
    stop_find(session_of(g), n)->owner = g->peer;
    stop_find(session_of(g), n)->type = type;
    return true;
}

/* Z0 to Z4 and z0 to z4: TYPE,ADDR,KIND; of code the kind says nothing. */
static void stop_packet(struct gdb *g, const char *p, bool insert)
{
    int type = *p - '0';
    uint32_t addr = 0, n = 0, last;
    struct stop *t;

    if (type < 0 || type > 4 || p[1] != ',') {
        gdb_say(g, "");
        return;
    }
    p += 2;
    if (!address_and_size(&p, &addr, &n) ||
        (type >= 2 && (!n || n > WATCH_MOST || addr + n - 1 < addr))) {
        gdb_say(g, "E01");
        return;
    }
    last = type < 2 ? addr : addr + n - 1;
    t = insert ? NULL : gdb_stop_of(g, type, addr, last);
    if (t)
        stop_remove(session_of(g), t->number);
    gdb_say(g, !insert || insert_stop(g, type, addr, last) ? "OK" : "E0c");
}

/* ---- queries ---- */

static void tell_features(struct gdb *g, const char *p)
{
    char text[200];

    g->knows_swbreak = strstr(p, "swbreak+");
    g->knows_hwbreak = strstr(p, "hwbreak+");
    snprintf(text, sizeof text, "PacketSize=%x;qXfer:features:read+;"
             "QStartNoAckMode+;vContSupported+;swbreak+;hwbreak+%s",
             GDB_PACKET, pc_history_info(session_of(g)->pc).limit
                             ? ";ReverseStep+;ReverseContinue+" : "");
    gdb_say(g, text);
}

static void read_description(struct gdb *g, const char *p)
{
    struct strbuf xml = { 0 }, out = { 0 };
    uint32_t off, n;

    gdb_description(&xml);
    if (!address_and_size(&p, &off, &n) || *p || off > xml.n) {
        gdb_say(g, "E01");
    } else {
        size_t rest = xml.n - off, most = n < GDB_PACKET / 2 ? n
                                                             : GDB_PACKET / 2;

        strbuf_bytes(&out, rest > most ? "m" : "l", 1);
        strbuf_bytes(&out, xml.p + off, rest > most ? most : rest);
        gdb_send(g, out.p, out.n);
    }
    strbuf_free(&xml);
    strbuf_free(&out);
}

/* In pieces that fit into packets. */
static void send_output(struct gdb *g, const char *text)
{
    enum { PIECE = GDB_PACKET / 4 };

    for (size_t n = strlen(text), at = 0; at < n; at += PIECE) {
        struct strbuf out = { 0 };

        strbuf_bytes(&out, "O", 1);
        gdb_add_bytes(&out, (const uint8_t *)text + at,
                      n - at < PIECE ? n - at : PIECE);
        gdb_send(g, out.p, out.n);
        strbuf_free(&out);
    }
}

/* A command of the monitor, as its client on a socket may give it. */
static void remote_command(struct gdb *g, const char *p, size_t n)
{
    char line[1024] = "", *text;

    if (n % 2 || n / 2 >= sizeof line ||
        !gdb_bytes(p, (uint8_t *)line, n / 2)) {
        gdb_say(g, "E01");
        return;
    }
    text = monitor_command(session_of(g), line, g->peer->socket);
    if (text)
        send_output(g, text);
    free(text);
    gdb_say(g, "OK");
}

static void gdb_query(struct gdb *g, const char *p, size_t n)
{
    static const struct { const char *ask, *answer; } fixed[] = {
        { "C", "QC1" }, { "fThreadInfo", "m1" }, { "sThreadInfo", "l" },
        { "Symbol::", "OK" },
    };
    static const char features[] = "Xfer:features:read:target.xml:";

    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (!strcmp(p, fixed[i].ask)) {
            gdb_say(g, fixed[i].answer);
            return;
        }
    if (!strncmp(p, "Supported", 9))
        tell_features(g, p);
    else if (!strncmp(p, "Attached", 8))
        gdb_say(g, "1");
    else if (!strncmp(p, features, sizeof features - 1))
        read_description(g, p + sizeof features - 1);
    else if (!strncmp(p, "Rcmd,", 5))
        remote_command(g, p + 5, n - 5);
    else
        gdb_say(g, "");
}

static void gdb_mode(struct gdb *g, const char *p)
{
    bool quiet = !strcmp(p, "StartNoAckMode");

    gdb_say(g, quiet ? "OK" : "");
    g->quiet |= quiet;
}

/* ---- requests ---- */

/* Its breakpoints go, and the machine runs. */
static void gdb_detach(struct gdb *g)
{
    stops_clear(session_of(g), g->peer);
    g->detached = true;
    gdb_say(g, "OK");
    if (session_status(session_of(g)) == STATUS_PAUSED)
        session_pause(session_of(g), false);
}

void gdb_request(struct gdb *g, const char *p, size_t n)
{
    const char *end = p + n;

    if (strlen(p) != n && *p != 'X') {
        gdb_say(g, "E01");
        return;
    }
    switch (*p++) {
    case '?': tell_stop(g, ""); break;
    case 'g': gdb_get_all(g); break;
    case 'G': gdb_set_all(g, p, n - 1); break;
    case 'p': gdb_get_one(g, p); break;
    case 'P': gdb_set_one(g, p); break;
    case 'm': gdb_read(g, p); break;
    case 'M': gdb_write(g, p, end, false); break;
    case 'X': gdb_write(g, p, end, true); break;
    case 'Z': stop_packet(g, p, true); break;
    case 'z': stop_packet(g, p, false); break;
    case 'c': case 'C': gdb_go(g); break;
    case 's': case 'S': step_one(g); break;
    case 'b': gdb_back(g, p); break;
    case 'v': v_packet(g, p); break;
    case 'H': case 'T': gdb_say(g, "OK"); break;
    case 'D': gdb_detach(g); break;
    case 'k': session_quit(session_of(g), 0); break;
    case 'q': gdb_query(g, p, n - 1); break;
    case 'Q': gdb_mode(g, p); break;
    default:  gdb_say(g, "");
    }
}

/* ---- the peer ---- */

static void gdb_opened(struct peer *p)
{
    p->gdb = calloc(1, sizeof *p->gdb);
    if (!p->gdb) {
        p->gone = true;
        return;
    }
    p->gdb->peer = p;
    session_pause(p->control->s, true);
}

static void gdb_input(struct peer *p, const char *bytes, size_t n)
{
    if (p->gdb)
        gdb_take(p->gdb, bytes, n);
}

static void gdb_closed(struct peer *p)
{
    stops_clear(p->control->s, p);
    if (p->gdb) {
        strbuf_free(&p->gdb->in);
        strbuf_free(&p->gdb->sent);
    }
    free(p->gdb);
    p->gdb = NULL;
}

const struct protocol gdb_protocol = { gdb_opened, gdb_input, NULL,
                                       gdb_closed };
