/* gdbpacket.c - the frames of gdb's remote protocol.
 *
 *     $ body # two digits       the sum of the body's bytes, modulo 256
 *     } byte                    in a body: the byte, exclusive or 20h
 *     + - 03h                   between frames: got it, again, stop */
#include <ctype.h>
#include <string.h>

#include "ui/control/gdb.h"

enum { INTERRUPT = 3, ESCAPE = '}', ESCAPED = 0x20 };

/* ---- hexadecimal ---- */

static const char digits[] = "0123456789abcdef";

static int digit_of(char ch)
{
    const char *p = ch ? strchr(digits, tolower((unsigned char)ch)) : NULL;

    return p ? (int)(p - digits) : -1;
}

bool gdb_hex(const char **p, uint32_t *v)
{
    uint64_t sum = 0;
    int n = 0;

    for (; digit_of(**p) >= 0 && n <= 16; ++*p, n++)
        sum = sum << 4 | (unsigned)digit_of(**p);
    *v = (uint32_t)sum;
    return n && n <= 16 && sum <= UINT32_MAX;
}

bool gdb_bytes(const char *p, uint8_t *to, size_t n)
{
    for (size_t i = 0; i < n; i++, p += 2) {
        int high = digit_of(p[0]), low = high < 0 ? -1 : digit_of(p[1]);

        if (low < 0)
            return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void gdb_add_bytes(struct strbuf *b, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char two[2] = { digits[p[i] >> 4], digits[p[i] & 15] };

        strbuf_bytes(b, two, 2);
    }
}

/* ---- sending ---- */

void gdb_send(struct gdb *g, const char *bytes, size_t n)
{
    struct strbuf *f = &g->sent;
    unsigned sum = 0;

    strbuf_drop(f, f->n);
    strbuf_bytes(f, "$", 1);
    for (size_t i = 0; i < n; i++) {
        char two[2] = { ESCAPE, (char)(bytes[i] ^ ESCAPED) };
        bool special = strchr("#$}*", bytes[i]) && bytes[i];

        strbuf_bytes(f, special ? two : &bytes[i], special ? 2 : 1);
    }
    for (size_t i = 1; i < f->n; i++)
        sum += (unsigned char)f->p[i];
    strbuf_add(f, "#%02x", sum & 0xff);
    peer_send(g->peer, f->p, f->n);
}

void gdb_say(struct gdb *g, const char *text)
{
    gdb_send(g, text, strlen(text));
}

/* ---- taking ---- */

static void begin_frame(struct gdb *g)
{
    strbuf_drop(&g->in, g->in.n);
    g->sum = 0;
    g->escaped = g->too_long = false;
    g->place = GDB_BODY;
}

static void take_idle(struct gdb *g, char ch)
{
    if (ch == '$')
        begin_frame(g);
    else if (ch == INTERRUPT)
        gdb_interrupt(g);
    else if (ch == '-' && !g->quiet && g->sent.n)
        peer_send(g->peer, g->sent.p, g->sent.n);
}

static void take_body(struct gdb *g, char ch)
{
    if (ch == '#') {
        g->place = GDB_SUM_1;
        return;
    }
    g->sum += (unsigned char)ch;
    if (ch == ESCAPE && !g->escaped) {
        g->escaped = true;
        return;
    }
    if (g->escaped)
        ch ^= ESCAPED;
    g->escaped = false;
    if (g->in.n < GDB_PACKET)
        strbuf_bytes(&g->in, &ch, 1);
    else
        g->too_long = true;
}

static void end_frame(struct gdb *g, int low)
{
    bool good = g->told < 0x100 && low >= 0 &&
                (g->told << 4 | (unsigned)low) == (g->sum & 0xff) &&
                !g->escaped && !g->too_long;

    g->place = GDB_IDLE;
    if (!g->quiet)
        peer_send(g->peer, good ? "+" : "-", 1);
    if (good)
        gdb_request(g, g->in.n ? g->in.p : "", g->in.n);
}

void gdb_take(struct gdb *g, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && !g->peer->gone; i++) {
        char ch = bytes[i];

        switch (g->place) {
        case GDB_IDLE: take_idle(g, ch); break;
        case GDB_BODY: take_body(g, ch); break;
        case GDB_SUM_1:
            g->told = digit_of(ch) < 0 ? 0x100 : (unsigned)digit_of(ch);
            g->place = GDB_SUM_2;
            break;
        default: end_frame(g, digit_of(ch));
        }
    }
}
