/* mouse.c - PS/2 mouse with wheel and five buttons. */
#include "devices/input/mouse.h"

#include <string.h>

enum { ACK = 0xfa, RESEND = 0xfe, ERROR = 0xfc, BAT_OK = 0xaa };
enum { ID_PLAIN = 0, ID_WHEEL = 3, ID_FIVE = 4 };
enum {                                  /* first byte of a packet */
    P_ALWAYS = 0x08, P_XSIGN = 0x10, P_YSIGN = 0x20, P_XOVER = 0x40,
    P_YOVER = 0x80,
};
enum {
    BAT_NS = 5 * 1000 * 1000,
    PATIENCE_NS = 100 * 1000 * 1000,
    MOTION_MAX = 2047,                  /* counts kept between two packets */
    PACKET_MAX = 255,                   /* and what one packet holds */
    WHEEL_MAX = 63,
};

static int mouse_clamp(int v, int top)
{
    return v > top ? top : v < -top ? -top : v;
}

static bool mouse_changed(const struct mouse *m)
{
    const struct mouse_state *s = &m->s;
    u8 mask = s->id == ID_FIVE ? 0x1f : 7;

    return s->dx || s->dy || (s->dz && s->id) ||
           ((s->buttons ^ s->reported) & mask);
}

static bool streaming(const struct mouse *m)
{
    return m->s.enabled && !m->s.remote && !m->s.wrap && !m->s.expect &&
           m->s.bat_due == NEVER;
}

/* Arms the next sample, one period after the last or at once. A packet that
 * has not left yet holds the next one back. */
static void schedule(struct mouse *m)
{
    struct mouse_state *s = &m->s;
    ns_t period = NS_PER_S / (s->rate ? s->rate : 100);
    ns_t wait = s->sampled - m->clk->now;

    if (s->sample_due != NEVER || !streaming(m) || !mouse_changed(m) ||
        s->tx.count || s->tx.replies)
        return;
    wait = wait > -period && wait <= 0 ? wait + period : 0;
    timer_set(&m->sample, m->clk->now + wait);
}

static void mouse_has_room(void *dev)
{
    schedule(dev);
}

static void unschedule(struct mouse *m)
{
    timer_stop(&m->sample);
}

/* Scaling 2:1 gives slow motion less and fast motion more weight. */
static int mouse_scale(const struct mouse *m, int v)
{
    static const u8 small[] = { 0, 1, 1, 3, 6, 9 };
    int n = v < 0 ? -v : v;

    if (!m->s.twice || m->s.remote)
        return v;
    n = n < (int)COUNT_OF(small) ? small[n] : 2 * n;
    return mouse_clamp(v < 0 ? -n : n, PACKET_MAX);
}

/* Takes up to `top` counts out of an accumulator. */
static int mouse_take(u16 *sum, int top)
{
    int all = (s16)*sum, part = mouse_clamp(all, top);

    *sum = (u16)(all - part);
    return part;
}

/* Makes a packet of what has changed. What one packet cannot hold stays for
 * the next; the overflow bits tell that counts were lost for good. */
static void packet(struct mouse *m)
{
    struct mouse_state *s = &m->s;
    int x = mouse_scale(m, mouse_take(&s->dx, PACKET_MAX));
    int y = mouse_scale(m, -mouse_take(&s->dy, PACKET_MAX));
    int z = mouse_take(&s->dz, 7);

    s->reported = s->buttons;
    s->sampled = m->clk->now;
    ps2_tx_put(&m->tx, (u8)(P_ALWAYS | (s->buttons & 7) |
                            (x < 0 ? P_XSIGN : 0) | (y < 0 ? P_YSIGN : 0) |
                            (s->lost ? P_XOVER | P_YOVER : 0)));
    s->lost = false;
    ps2_tx_put(&m->tx, (u8)x);
    ps2_tx_put(&m->tx, (u8)y);
    if (s->id == ID_WHEEL)
        ps2_tx_put(&m->tx, (u8)z);
    else if (s->id == ID_FIVE)
        ps2_tx_put(&m->tx, (u8)((z & 0x0f) | (s->buttons & 0x18) << 1));
}

static void mouse_sample(void *dev, int n, ns_t when)
{
    struct mouse *m = dev;

    (void)n, (void)when;
    if (streaming(m) && mouse_changed(m) && !m->s.tx.count)
        packet(m);
}

static void mouse_add(struct mouse *m, u16 *sum, int v, int top)
{
    int all = (s16)*sum + mouse_clamp(v, 2 * MOTION_MAX);

    *sum = (u16)mouse_clamp(all, top);
    m->s.lost |= top == MOTION_MAX && mouse_clamp(all, top) != all;
}

void mouse_move(struct mouse *m, int dx, int dy, int dz, unsigned buttons)
{
    mouse_add(m, &m->s.dx, dx, MOTION_MAX);
    mouse_add(m, &m->s.dy, dy, MOTION_MAX);
    mouse_add(m, &m->s.dz, dz, WHEEL_MAX);
    m->s.buttons = buttons & 0x1f;
    m->s.moved = m->clk->now;
    schedule(m);
}

/* A guest that switches the port off while the mouse reports would keep the
 * caller waiting for good; so there is an end to it. */
bool mouse_idle(const struct mouse *m)
{
    return !streaming(m) || (!mouse_changed(m) && !m->s.tx.count) ||
           m->clk->now - m->s.moved >= PATIENCE_NS;
}

static void forget_motion(struct mouse *m)
{
    m->s.dx = m->s.dy = m->s.dz = 0;
    m->s.lost = false;
}

static void mouse_defaults(struct mouse *m)
{
    m->s.rate = 100;
    m->s.resolution = 2;
    m->s.twice = m->s.remote = m->s.enabled = false;
    forget_motion(m);
}

static void mouse_bat(void *dev, int n, ns_t when)
{
    struct mouse *m = dev;

    (void)n, (void)when;
    ps2_tx_reply(&m->tx, BAT_OK);
    ps2_tx_reply(&m->tx, m->s.id);
}

static void end_bat(struct mouse *m)
{
    timer_stop(&m->bat);
}

static void reset_command(struct mouse *m)
{
    mouse_defaults(m);
    m->s.id = ID_PLAIN;
    m->s.wrap = false;
    memset(m->s.knock, 0, sizeof m->s.knock);
    timer_set(&m->bat, m->clk->now + BAT_NS);
}

/* The sample rates are also how a driver asks for the longer packets. */
static void mouse_set_rate(struct mouse *m, u8 v)
{
    u8 *k = m->s.knock;

    if (k[0] == 200 && k[1] == 100 && v == 80)
        m->s.id = ID_WHEEL;
    else if (k[0] == 200 && k[1] == 200 && v == 80)
        m->s.id = ID_FIVE;
    k[0] = k[1];
    k[1] = v;
    m->s.rate = v;
}

static void mouse_refuse(struct mouse *m, u8 byte)
{
    LOG(m->log, GUEST, "mouse", "invalid byte %02x", byte);
    ps2_tx_reply(&m->tx, m->s.error ? ERROR : RESEND);
    if (m->s.error)
        m->s.expect = 0;
    m->s.error = !m->s.error;
}

static void mouse_accept(struct mouse *m)
{
    m->s.error = false;
    ps2_tx_reply(&m->tx, ACK);
}

static bool is_rate(u8 v)
{
    return v == 10 || v == 20 || v == 40 || v == 60 || v == 80 ||
           v == 100 || v == 200;
}

/* The byte after E8 or F3. After a wrong one another chance is given. */
static void mouse_argument(struct mouse *m, u8 v)
{
    bool resolution = m->s.expect == 0xe8;

    if (resolution ? v > 3 : !is_rate(v)) {
        mouse_refuse(m, v);
        return;
    }
    m->s.expect = 0;
    if (resolution)
        m->s.resolution = v;
    else
        mouse_set_rate(m, v);
    mouse_accept(m);
}

static void mouse_status(struct mouse *m)
{
    const struct mouse_state *s = &m->s;
    u8 b = s->buttons;

    mouse_accept(m);
    ps2_tx_reply(&m->tx, (u8)((b & MOUSE_RIGHT ? 1 : 0) |
                              (b & MOUSE_MIDDLE ? 2 : 0) |
                              (b & MOUSE_LEFT ? 4 : 0) | s->twice << 4 |
                              s->enabled << 5 | s->remote << 6));
    ps2_tx_reply(&m->tx, s->resolution);
    ps2_tx_reply(&m->tx, s->rate);
}

static void set_remote(struct mouse *m, bool on)
{
    m->s.remote = on;
    forget_motion(m);
    mouse_accept(m);
}

static void mouse_command(struct mouse *m, u8 c)
{
    switch (c) {
    case 0xe6: case 0xe7: m->s.twice = c & 1; break;
    case 0xe8: case 0xf3: m->s.expect = c; break;
    case 0xe9: mouse_status(m); return;
    case 0xea: case 0xf0: set_remote(m, c == 0xf0); return;
    case 0xeb: mouse_accept(m); packet(m); return;
    case 0xec: m->s.wrap = false; break;
    case 0xee: m->s.wrap = true; forget_motion(m); break;
    case 0xf2: mouse_accept(m); ps2_tx_reply(&m->tx, m->s.id); return;
    case 0xf4: forget_motion(m); m->s.enabled = true; break;
    case 0xf5: m->s.enabled = false; break;
    case 0xf6: mouse_defaults(m); break;
    case 0xff: reset_command(m); break;
    default: mouse_refuse(m, c); return;
    }
    mouse_accept(m);
}

/* Whatever the mouse was about to send is void when the host speaks, but for
 * Resend, which wants just that. */
void mouse_frame(void *dev, int n, u8 byte)
{
    struct mouse *m = dev;

    (void)n;
    LOG(m->log, TRACE, "mouse", "byte %02x", byte);
    if (byte == 0xfe && !m->s.wrap) {
        ps2_tx_reply(&m->tx, m->s.tx.last);
        return;
    }
    end_bat(m);
    unschedule(m);
    ps2_tx_clear(&m->tx);
    if (m->s.wrap && byte != 0xec && byte != 0xff)
        ps2_tx_reply(&m->tx, byte);
    else if (m->s.expect && byte < 0xe6)
        mouse_argument(m, byte);
    else {
        m->s.expect = 0;
        mouse_command(m, byte);
    }
}

void mouse_clock(void *dev, int n, bool free)
{
    struct mouse *m = dev;

    (void)n;
    ps2_tx_clock(&m->tx, free);
}

/* Power on; the wires' level and the user's fingers stay. */
static void mouse_reset(void *dev)
{
    struct mouse *m = dev;

    ps2_tx_clear(&m->tx);
    unschedule(m);
    reset_command(m);
    end_bat(m);
    m->s.expect = 0;
    m->s.error = false;
    m->s.tx.last = 0;
    m->s.sampled = m->s.moved = 0;
    m->s.reported = m->s.buttons;
}

void mouse_init(struct mouse *m, const struct dev_env *env)
{
    m->clk = env->clk;
    m->log = env->log;
    ps2_tx_init(&m->tx, &m->s.tx, &m->host, env, "mouse frame");
    m->tx.idle = mouse_has_room;
    m->tx.dev = m;
    timer_init(&m->sample, env, 1, "mouse sample", &m->s.sample_due,
               mouse_sample, m);
    timer_init(&m->bat, env, 2, "mouse self test", &m->s.bat_due, mouse_bat, m);
    mouse_reset(m);
}

#define S struct mouse_state
static const struct field fields[] = {
    FIELD_STRUCT(S, tx, ps2_tx_table,   "what is on its way"),
    FIELD_MAX(S, sample_due, INT64_MAX, "when the next packet is made, ns"),
    FIELD_MAX(S, sampled, INT64_MAX,    "when the last one was, ns"),
    FIELD_MAX(S, bat_due, INT64_MAX,    "end of the self test, ns"),
    FIELD_MAX(S, moved, INT64_MAX,      "when the host last moved it, ns"),
    FIELD(S, dx,                        "counts not reported, right"),
    FIELD(S, dy,                        "down"),
    FIELD(S, dz,                        "wheel"),
    FIELD_BITS(S, buttons, "left,right,middle,back,forward", "buttons held"),
    FIELD(S, reported,                  "those the guest knows of"),
    FIELD_MAX(S, id, 4,                 "0 three bytes, 3 wheel, 4 buttons"),
    FIELD(S, rate,                      "samples a second"),
    FIELD(S, resolution,                "2^n counts per mm"),
    FIELD_ARRAY(S, knock,               "sample rates set before"),
    FIELD(S, expect,                    "command that waits for its byte"),
    FIELD(S, enabled,                   "reports by itself"),
    FIELD(S, remote,                    "reports when asked only"),
    FIELD(S, wrap,                      "echoes what it is sent"),
    FIELD(S, twice,                     "scaling 2:1"),
    FIELD(S, error,                     "the last byte was refused"),
    FIELD(S, lost,                      "motion did not fit"),
    FIELD_ARRAY(S, spare,               "zero"),
    FIELD_END
};
#undef S
static const struct table table =
    { "mouse", sizeof(struct mouse_state), fields };

const struct dev_ops mouse_ops = {
    .name = "mouse", .state = &table, .reset = mouse_reset,
};
