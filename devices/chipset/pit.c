/* pit.c - Intel 8254 programmable interval timer.
 *
 * Counting is arithmetic: `pulses` CLK pulses after a counter was loaded with
 * n, its value and output follow from (mode, n, pulses). pit_advance() folds in
 * the at most two things that can have happened since the last access: a load
 * on the CLK pulse after a write or trigger, and, in the periodic modes, the
 * end of the cycle in which a new count was written. */
#include "devices/chipset/pit.h"

enum { PORT_CONTROL = 3 };
enum { ACCESS_LATCH, ACCESS_LOW, ACCESS_HIGH, ACCESS_BOTH };
enum { CONTROL_BCD = 1, READ_BACK = 3 };
enum { NOT_COUNT = 0x20, NOT_STATUS = 0x10 };
enum { STATUS_OUT = 0x80, STATUS_NULL = 0x40 };

#define NO_EDGE UINT64_MAX

static u64 tick_of(const struct pit *p)
{
    return ticks_at(p->clk->now, PIT_HZ);
}

static int mode_of(const struct pit_counter *c)
{
    int m = c->control >> 1 & 7;

    return m > 5 ? m & 3 : m;           /* 6 and 7 alias 2 and 3 */
}

static int access_of(const struct pit_counter *c)
{
    return c->control >> 4 & 3;
}

static bool periodic(const struct pit_counter *c)
{
    return mode_of(c) == 2 || mode_of(c) == 3;
}

/* Modes 1 and 5: the gate starts them and does not hold them. */
static bool triggered(const struct pit_counter *c)
{
    return mode_of(c) == 1 || mode_of(c) == 5;
}

static u32 modulus(const struct pit_counter *c)
{
    return c->control & CONTROL_BCD ? 10000 : 65536;
}

/* Between what the registers hold and plain numbers. */
static u32 pit_decode(const struct pit_counter *c, u16 raw)
{
    if (!(c->control & CONTROL_BCD))
        return raw;
    return ((raw >> 12) * 1000u + (raw >> 8 & 15) * 100u +
            (raw >> 4 & 15) * 10u + (raw & 15)) % 10000;
}

static u16 pit_encode(const struct pit_counter *c, u32 v)
{
    v %= modulus(c);
    if (!(c->control & CONTROL_BCD))
        return (u16)v;
    return (u16)(v / 1000 << 12 | v / 100 % 10 << 8 | v / 10 % 10 << 4 |
                 v % 10);
}

static u32 count_of(const struct pit_counter *c)
{
    return c->n ? c->n : modulus(c);
}

static bool counting(const struct pit_counter *c)
{
    return c->loaded && (c->gate || triggered(c));
}

static u64 pulses(const struct pit_counter *c, u64 tick)
{
    return counting(c) ? c->held + (tick - c->at) : c->held;
}

/* Mode 3: how many pulses of a period the output is high. */
static u32 high_half(u32 n) { return (n + 1) / 2; }

/* Mode 3 counts by two; an odd count goes by one first in the high half and
 * by three first in the low half. */
static u32 square_value(u32 n, u32 phase)
{
    u32 high = high_half(n), k = phase < high ? phase : phase - high;

    if (k == 0 || !(n & 1))
        return n - 2 * k;
    return phase < high ? n + 1 - 2 * k : n - 1 - 2 * k;
}

static u16 pit_value(const struct pit_counter *c, u64 tick)
{
    u32 n = count_of(c), m = modulus(c);
    u64 e = pulses(c, tick);

    if (mode_of(c) == 3)
        return pit_encode(c, square_value(n, (u32)(e % n)));
    if (mode_of(c) == 2)
        return pit_encode(c, n - (u32)(e % n));
    return pit_encode(c, n % m + m - (u32)(e % m));
}

static bool pit_output_at(const struct pit_counter *c, u64 tick)
{
    u32 n = count_of(c);
    u64 e = pulses(c, tick);

    if (!c->loaded)
        return mode_of(c) != 0;
    if (periodic(c) && (!c->gate || c->loading || n == 1))
        return true;
    switch (mode_of(c)) {
    case 0:
    case 1:  return e >= n;
    case 2:  return e % n != n - 1;
    case 3:  return e % n < high_half(n);
    default: return e != n;
    }
}

static void pit_load(struct pit_counter *c, u64 tick, u64 phase)
{
    c->n = (u16)pit_decode(c, c->cr);
    c->at = tick;
    c->held = phase;
    c->loading = c->null_count = false;
    c->loaded = true;
}

/* Pulses until the periodic modes reload the counter: at the end of the
 * period, in mode 3 of each half. */
static u64 to_reload(const struct pit_counter *c, u64 e)
{
    u32 n = count_of(c), phase = (u32)(e % n);

    if (mode_of(c) == 3 && phase < high_half(n))
        return high_half(n) - phase;
    return n - phase;
}

/* Takes up a count that was written in the middle of a cycle. */
static void reload(struct pit_counter *c, u64 tick)
{
    u32 n = count_of(c), phase = (u32)(c->held % n);
    u64 when = c->at + to_reload(c, c->held);
    bool half = mode_of(c) == 3 && phase < high_half(n) && n > 1;

    if (tick < when)
        return;
    n = pit_decode(c, c->cr);
    pit_load(c, when, half ? high_half(n ? n : modulus(c)) : 0);
}

static void pit_advance(struct pit_counter *c, u64 tick)
{
    if (c->loading && tick >= c->load_at)
        pit_load(c, c->load_at, 0);
    else if (c->null_count && periodic(c) && !c->loading && counting(c))
        reload(c, tick);
}

/* Fixes the pulses counted so far, before counting starts or stops. */
static void pit_settle(struct pit_counter *c, u64 tick)
{
    pit_advance(c, tick);
    c->held = pulses(c, tick);
    c->at = tick;
}

static struct pit_counter at_tick(const struct pit *p, int n, u64 tick)
{
    struct pit_counter c = p->s.counter[n];

    pit_advance(&c, tick);
    return c;
}

bool pit_output(const struct pit *p, int n)
{
    u64 tick = tick_of(p);
    struct pit_counter c = at_tick(p, n, tick);

    return pit_output_at(&c, tick);
}

/* Pulses until the output next changes, for one that has been loaded. */
static u64 to_edge(const struct pit_counter *c, u64 e)
{
    u32 n = count_of(c), phase = (u32)(e % n), turn = n - 1;

    if (!periodic(c)) {
        if (e < n)
            return n - e;
        return e == n && mode_of(c) >= 4 ? 1 : NO_EDGE;
    }
    if (n == 1 && !c->null_count)
        return NO_EDGE;
    if (mode_of(c) == 3)
        turn = high_half(n);
    return phase < turn ? turn - phase : n - phase;
}

/* The tick at which the output may change next. */
static u64 next_edge(const struct pit_counter *c, u64 tick)
{
    u64 d;

    if (c->loading)
        return c->load_at;
    if (!counting(c))
        return NO_EDGE;
    d = to_edge(c, pulses(c, tick));
    return d == NO_EDGE ? NO_EDGE : tick + d;
}

/* Drives output n as of a tick and arms its next edge. */
static void pit_drive(struct pit *p, int n, u64 tick)
{
    struct pit_counter c = at_tick(p, n, tick);
    u64 edge;

    if (!p->out[n].set)
        return;
    edge = next_edge(&c, tick);
    p->s.counter[n].due = edge == NO_EDGE ? NEVER : first_ns(edge, PIT_HZ);
    p->s.counter[n].driven = pit_output_at(&c, tick);
    timer_set(&p->edge[n], p->s.counter[n].due);
    line_set(&p->out[n], p->s.counter[n].driven);
}

/* An event can be late by the cost of a bus access; its own time counts, so
 * that no short pulse is lost. */
static void on_edge(void *dev, int n, ns_t when)
{
    struct pit *p = dev;

    pit_drive(p, n, ticks_at(when, PIT_HZ));
}

/* Edges that are due come before whatever is about to change. */
static u64 catch_up(struct pit *p, int n)
{
    while (*p->edge[n].due <= p->clk->now)
        on_edge(p, n, *p->edge[n].due);
    return tick_of(p);
}

/* A rising gate starts modes 1 and 5 and restarts 2 and 3. */
static void gate_rises(struct pit_counter *c, u64 tick)
{
    if (!c->written || !(periodic(c) || triggered(c)))
        return;
    c->load_at = tick + 1;
    c->loading = true;
}

void pit_set_gate(void *dev, int n, bool level)
{
    struct pit *p = dev;
    struct pit_counter *c = &p->s.counter[n];
    u64 tick;

    if (c->gate == level)
        return;
    tick = catch_up(p, n);
    pit_settle(c, tick);
    c->gate = level;
    if (level)
        gate_rises(c, tick);
    pit_drive(p, n, tick);
}

/* The counter stands at what it held; the mode may read it otherwise. */
static void pit_set_control(struct pit *p, int n, u8 v)
{
    u64 tick = catch_up(p, n);
    struct pit_counter *c = &p->s.counter[n];
    u16 raw;

    pit_advance(c, tick);
    raw = pit_value(c, tick);
    c->control = v & 0x3f;
    c->n = (u16)pit_decode(c, raw);
    c->held = 0;
    c->at = tick;
    c->null_count = true;
    c->written = c->loading = c->loaded = false;
    c->write_high = c->read_high = false;
    c->latched = c->status_latched = false;
    pit_drive(p, n, tick);
}

static void latch_count(struct pit *p, int n)
{
    u64 tick = tick_of(p);
    struct pit_counter now = at_tick(p, n, tick);
    struct pit_counter *c = &p->s.counter[n];

    if (!c->latched)
        c->latch = pit_value(&now, tick);
    c->latched = true;
}

static void latch_status(struct pit *p, int n)
{
    u64 tick = tick_of(p);
    struct pit_counter now = at_tick(p, n, tick);
    struct pit_counter *c = &p->s.counter[n];

    if (c->status_latched)
        return;
    c->status = now.control;
    if (pit_output_at(&now, tick))
        c->status |= STATUS_OUT;
    if (now.null_count)
        c->status |= STATUS_NULL;
    c->status_latched = true;
}

static void read_back(struct pit *p, u8 v)
{
    for (int n = 0; n < PIT_COUNTERS; n++) {
        if (!(v >> (n + 1) & 1))
            continue;
        if (!(v & NOT_COUNT))
            latch_count(p, n);
        if (!(v & NOT_STATUS))
            latch_status(p, n);
    }
}

static void pit_write_control(struct pit *p, u8 v)
{
    if (v >> 6 == READ_BACK)
        read_back(p, v);
    else if ((v >> 4 & 3) == ACCESS_LATCH)
        latch_count(p, v >> 6);
    else
        pit_set_control(p, v >> 6, v);
}

/* A whole count is in. Modes 0 and 4 take it at the next pulse, 2 and 3 do so
 * when they have none yet, 1 and 5 wait for a trigger. */
static void pit_write_count(struct pit *p, struct pit_counter *c, u64 tick,
                            u16 v)
{
    c->cr = v;
    c->null_count = c->written = true;
    if (periodic(c) && pit_decode(c, v) == 1)
        LOG(p->log, GUEST, "pit", "count 1 in mode %d", mode_of(c));
    if (triggered(c) || (periodic(c) && c->loaded))
        return;
    c->load_at = tick + 1;
    c->loading = true;
}

static void pit_write_byte(struct pit *p, struct pit_counter *c, u64 tick, u8 v)
{
    switch (access_of(c)) {
    case ACCESS_LOW:
        pit_write_count(p, c, tick, v);
        break;
    case ACCESS_HIGH:
        pit_write_count(p, c, tick, (u16)(v << 8));
        break;
    default:
        if (c->write_high)
            pit_write_count(p, c, tick, (u16)(v << 8 | c->low));
        else
            c->low = v;
        c->write_high = !c->write_high;
    }
}

/* In mode 0 any write, even of a first byte, stops the count and pulls the
 * output low. */
static void write_counter(struct pit *p, int n, u8 v)
{
    u64 tick = catch_up(p, n);
    struct pit_counter *c = &p->s.counter[n];

    pit_settle(c, tick);
    if (mode_of(c) == 0)
        c->loaded = c->loading = false;
    pit_write_byte(p, c, tick, v);
    pit_drive(p, n, tick);
}

static u8 read_counter(const struct pit *p, int n)
{
    u64 tick = tick_of(p);
    struct pit_counter now = at_tick(p, n, tick);
    u16 v = now.latched ? now.latch : pit_value(&now, tick);

    if (access_of(&now) == ACCESS_HIGH || now.read_high)
        return (u8)(v >> 8);
    return (u8)v;
}

static u32 pit_in(void *dev, u16 port, int size)
{
    struct pit *p = dev;
    struct pit_counter *c;
    u8 v;

    (void)size;
    if (port >= PORT_CONTROL)
        return 0xff;                    /* write only: the bus floats */
    c = &p->s.counter[port];
    if (c->status_latched) {
        c->status_latched = false;
        return c->status;
    }
    v = read_counter(p, port);
    if (access_of(c) == ACCESS_BOTH)
        c->read_high = !c->read_high;
    if (!c->read_high)
        c->latched = false;
    return v;
}

static void pit_out(void *dev, u16 port, int size, u32 v)
{
    (void)size;
    if (port >= PORT_CONTROL)
        pit_write_control(dev, (u8)v);
    else
        write_counter(dev, port, (u8)v);
}

static void drive_all(struct pit *p)
{
    for (int n = 0; n < PIT_COUNTERS; n++)
        pit_drive(p, n, tick_of(p));
}

static void pit_reset(void *dev)
{
    struct pit *p = dev;

    for (int n = 0; n < PIT_COUNTERS; n++)
        p->s.counter[n] = (struct pit_counter){
            .control = ACCESS_BOTH << 4 | 3 << 1,
            .null_count = true, .gate = p->s.counter[n].gate,
        };
    drive_all(p);
}

/* Whether the edge that is due can be. Older files do not tell. It is late by
 * the bus accesses of an instruction, or by those of a debugger, which may make
 * many between two runs; a hostile file's would keep the host busy for long. */
static bool due_is_true(const struct pit *p, int n)
{
    u64 tick = tick_of(p);
    struct pit_counter c = at_tick(p, n, tick);
    u64 edge = next_edge(&c, tick);
    ns_t next = edge == NO_EDGE ? NEVER : first_ns(edge, PIT_HZ);

    return c.due <= next && c.due > p->clk->now - NS_PER_S;
}

/* A load that is pending comes with the next pulse, never later. An edge that
 * is due is still to come. */
static void pit_loaded(void *dev)
{
    struct pit *p = dev;
    u64 next = tick_of(p) + 1;

    for (int n = 0; n < PIT_COUNTERS; n++) {
        struct pit_counter *c = &p->s.counter[n];

        if (c->load_at > next)
            c->load_at = next;
        if (!p->out[n].set)
            continue;
        if (!due_is_true(p, n)) {
            pit_drive(p, n, tick_of(p));
            continue;
        }
        timer_set(&p->edge[n], c->due);
        line_set(&p->out[n], c->driven);
    }
}

void pit_init(struct pit *p, const struct dev_env *env)
{
    static const char *const name[] = { "pit out 0", "pit out 1", "pit out 2" };

    p->clk = env->clk;
    p->log = env->log;
    for (int n = 0; n < PIT_COUNTERS; n++)
        timer_init(&p->edge[n], env, n, name[n], NULL, on_edge, p);
    p->s.counter[0].gate = p->s.counter[1].gate = true;
    pit_reset(p);
}

#define C struct pit_counter
static const struct field counter_fields[] = {
    FIELD(C, at, "tick at which the pulses were as held"),
    FIELD(C, held, "pulses counted since the load"),
    FIELD(C, load_at, "tick of the load that is due"),
    FIELD(C, due, "next edge of the output, ns"),
    FIELD(C, cr, "count register as written"),
    FIELD(C, n, "count loaded last, 0: the largest"),
    FIELD(C, latch, "count held by a latch command"),
    FIELD_BITS(C, control, "bcd,m0,m1,m2,rw0,rw1", "control word"),
    FIELD_BITS(C, status, "bcd,m0,m1,m2,rw0,rw1,null,out",
               "status held by a read-back command"),
    FIELD(C, low, "low byte waiting for its high byte"),
    FIELD(C, gate, "level of the gate"),
    FIELD(C, written, "a count was written since the control word"),
    FIELD(C, loading, "a load is due"),
    FIELD(C, loaded, "a count has been loaded"),
    FIELD(C, null_count, "the count written is not loaded yet"),
    FIELD(C, write_high, "next write is the high byte"),
    FIELD(C, read_high, "next read is the high byte"),
    FIELD(C, latched, "latch holds a count not yet read"),
    FIELD(C, status_latched, "status is not yet read"),
    FIELD(C, driven, "level of the output until then"),
    FIELD_ARRAY(C, spare, "zero"),
    FIELD_END
};
#undef C
static const struct table counter_table =
    { "counter", sizeof(struct pit_counter), counter_fields };

static const struct field pit_fields[] = {
    FIELD_STRUCTS(struct pit_state, counter, counter_table, "the counters"),
    FIELD_END
};
static const struct table pit_table =
    { "pit", sizeof(struct pit_state), pit_fields };

const struct dev_ops pit_ops = {
    .name = "pit", .state = &pit_table, .reset = pit_reset,
    .port_in = pit_in, .port_out = pit_out, .loaded = pit_loaded,
};
