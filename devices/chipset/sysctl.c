/* sysctl.c - system control ports A (92h) and B (61h) of an AT. */
#include "devices/chipset/sysctl.h"

enum { PORT_B, PORT_A };
enum { B_GATE2 = 1, B_SPEAKER = 2, B_NO_PARITY = 4, B_NO_IOCHK = 8,
       B_WRITABLE = 15, B_REFRESH = 16, B_OUT2 = 32, B_IOCHK = 64,
       B_PARITY = 128 };
enum { A_RESET = 1, A_A20 = 2, A_WRITABLE = 0xca };
enum { TIMER_HZ = 1193182, REFRESH_TICKS = 18 };   /* 15.085 us */

static bool out2(const struct sysctl *d)
{
    return d->out2 ? d->out2(d->out2_ctx) : d->s.out2;
}

bool sysctl_speaker(const struct sysctl *d)
{
    return (d->s.port_b & B_SPEAKER) && out2(d);
}

/* Each refresh request turns the bit over. */
static bool sysctl_refresh(const struct sysctl *d)
{
    return ticks_at(d->clk->now, TIMER_HZ) / REFRESH_TICKS & 1;
}

static bool nmi(const struct sysctl *d)
{
    return !d->s.nmi_mask && (d->s.port_b & (B_IOCHK | B_PARITY));
}

static void update_but_speaker(struct sysctl *d)
{
    line_set(&d->gate2, d->s.port_b & B_GATE2);
    line_set(&d->a20, (d->s.port_a & A_A20) || d->s.kbc_a20);
    line_set(&d->nmi, nmi(d));
}

static void sysctl_update(struct sysctl *d)
{
    line_set(&d->speaker, sysctl_speaker(d));
    update_but_speaker(d);
}

void sysctl_set_out2(void *dev, int n, bool level)
{
    struct sysctl *d = dev;

    (void)n;
    d->s.out2 = level;
    line_set(&d->speaker, sysctl_speaker(d));
}

void sysctl_set_kbc_a20(void *dev, int n, bool level)
{
    struct sysctl *d = dev;

    (void)n;
    d->s.kbc_a20 = level;
    sysctl_update(d);
}

void sysctl_set_nmi_mask(void *dev, int n, bool level)
{
    struct sysctl *d = dev;

    (void)n;
    d->s.nmi_mask = level;
    sysctl_update(d);
}

/* The checks are latched until their enable bit is set to 1, which also
 * keeps them from being latched again. */
static void latch_checks(struct sysctl *d)
{
    u8 *b = &d->s.port_b;

    *b |= (u8)((d->s.iochk ? B_IOCHK : 0) | (d->s.parity ? B_PARITY : 0));
    if (*b & B_NO_IOCHK)
        *b &= (u8)~B_IOCHK;
    if (*b & B_NO_PARITY)
        *b &= (u8)~B_PARITY;
    sysctl_update(d);
}

void sysctl_set_iochk(void *dev, int n, bool level)
{
    struct sysctl *d = dev;

    (void)n;
    d->s.iochk = level;
    latch_checks(d);
}

void sysctl_set_parity(void *dev, int n, bool level)
{
    struct sysctl *d = dev;

    (void)n;
    d->s.parity = level;
    latch_checks(d);
}

/* The reset bit falls back by itself, so that it can be set again. */
static void sysctl_write_a(struct sysctl *d, u8 v)
{
    d->s.port_a = v & A_WRITABLE;
    sysctl_update(d);
    if (!(v & A_RESET))
        return;
    line_set(&d->reset, true);
    line_set(&d->reset, false);
}

static u32 sysctl_in(void *dev, u16 port, int size)
{
    const struct sysctl *d = dev;

    (void)size;
    if (port != PORT_B)
        return d->s.port_a;
    return d->s.port_b | (sysctl_refresh(d) ? B_REFRESH : 0u) |
           (out2(d) ? B_OUT2 : 0u);
}

static void sysctl_out(void *dev, u16 port, int size, u32 v)
{
    struct sysctl *d = dev;

    (void)size;
    if (port != PORT_B) {
        sysctl_write_a(d, (u8)v);
        return;
    }
    d->s.port_b = (u8)((d->s.port_b & (B_IOCHK | B_PARITY)) |
                       (v & B_WRITABLE));
    latch_checks(d);
}

static void sysctl_reset(void *dev)
{
    struct sysctl *d = dev;

    d->s.port_a = d->s.port_b = 0;
    latch_checks(d);
}

/* A state file may hold bits that cannot be. The speaker's line is as it was
 * when someone last asked for the timer's output. */
static void sysctl_loaded(void *dev)
{
    struct sysctl *d = dev;

    d->s.port_a &= A_WRITABLE;
    d->s.port_b &= B_WRITABLE | B_IOCHK | B_PARITY;
    update_but_speaker(d);
}

void sysctl_init(struct sysctl *d, const struct dev_env *env)
{
    d->clk = env->clk;
    sysctl_reset(d);
}

#define S struct sysctl_state
static const struct field sysctl_fields[] = {
    FIELD_BITS(S, port_b, "gate2,speaker,noparity,noiochk,0,0,iochk,parity",
               "port 61"),
    FIELD_BITS(S, port_a, "0,a20,0,lock,0,0,lamp0,lamp1", "port 92"),
    FIELD(S, out2, "level of the timer's output 2, where wired"),
    FIELD(S, kbc_a20, "A20 as the keyboard controller wants it"),
    FIELD(S, nmi_mask, "NMI is masked"),
    FIELD(S, iochk, "level of the I/O channel check"),
    FIELD(S, parity, "level of the parity check"),
    FIELD(S, spare, "zero"),
    FIELD_END
};
#undef S
static const struct table sysctl_table =
    { "sysctl", sizeof(struct sysctl_state), sysctl_fields };

const struct dev_ops sysctl_ops = {
    .name = "sysctl", .state = &sysctl_table, .reset = sysctl_reset,
    .port_in = sysctl_in, .port_out = sysctl_out, .loaded = sysctl_loaded,
};
