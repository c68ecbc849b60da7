/* gus_card.c - around the GF1's voices: its interrupts, timers and DMA. */
#include "devices/sound/gus_priv.h"

enum { BURST = 512, BURST_NS = 800 * 1000, STALL_NS = 1000 * 1000 };
enum { D_ENABLE = 0x01, D_OUT = 0x02, D_WIDE = 0x04, D_IRQ = 0x20,
       D_INVERT = 0x80, D_WORDS = 0x40 };
enum { T_IRQ1 = 0x04, T_START1 = 0x01, T_RESET = 0x80,
       T_MASK1 = 0x40, S_TIMER1 = 0x40 };

/* ---- the line ---- */

static bool voice_pending(const struct gus_state *s)
{
    for (int n = 0; n < s->active; n++)
        if ((s->voice[n].control | s->voice[n].ramp) & C_PENDING)
            return true;
    return false;
}

/* DMA is done and wants to be told so. */
bool gus_dma_waits(const struct gus_state *s)
{
    return s->dma_done && (s->dma_control & D_IRQ);
}

void gus_new_irq(struct gus *g)
{
    line_set(&g->irq, false);
    gus_update_irq(g);
}

void gus_update_irq(struct gus *g)
{
    const struct gus_state *s = &g->s;
    bool wants = (s->reset & RESET_IRQ) && voice_pending(s);

    wants |= s->overflows || gus_dma_waits(s);
    line_set(&g->irq, wants && (s->mix & MIX_LATCHES));
}

/* ---- voices ---- */

static ns_t gus_time_of(const struct gus *g, u64 frame)
{
    unsigned __int128 t = (unsigned __int128)frame * g->voice.den * NS_PER_S;

    return g->s.since + (ns_t)((t + g->voice.num - 1) / g->voice.num);
}

/* Sets the timer for the next end of a voice or a ramp that interrupts. The
 * voices must be settled, for it counts from the present frame. */
static void gus_await_end(struct gus *g)
{
    u64 n = g->s.reset & RESET_RUN ? gus_next_end(&g->s) : 0;
    u64 now = voice_count(&g->voice, g->clk->now);

    timer_set(&g->voice_end, n ? gus_time_of(g, now + n) : NEVER);
}

void gus_arm(struct gus *g)
{
    gus_await_end(g);
    gus_update_irq(g);
}

static void voice_end(void *dev, int n, ns_t when)
{
    struct gus *g = dev;

    (void)n, (void)when;
    voice_settle(&g->voice);
    gus_await_end(g);
    gus_new_irq(g);
}

void gus_set_active(struct gus *g, u8 n)
{
    n = n < GUS_LEAST ? GUS_LEAST : n > GUS_VOICES ? GUS_VOICES : n;
    voice_settle(&g->voice);
    g->s.active = n;
    g->s.since = g->clk->now;
    voice_rate(&g->voice, GUS_RATE, n, g->s.since);
    gus_arm(g);
}

/* ---- DMA ---- */

/* Stores n bytes that came by DMA. The address register counts units of 16
 * bytes. */
static void gus_store(struct gus *g, const u8 *p, u32 n)
{
    bool words = g->s.dma_control & D_WORDS;
    u32 at = (u32)g->s.dma_address << 4;

    if (g->wide_dma)                    /* as of 16-bit samples */
        at = (at & 0xc0000) | (at & 0x1ffff) << 1;
    for (u32 i = 0; i < n; i++) {
        bool high = !words || (i & 1);

        g->memory[(at + i) & (GUS_MEMORY - 1)] =
            (u8)(p[i] ^ ((g->s.dma_control & D_INVERT) && high ? 0x80 : 0));
    }
    g->s.dma_address = (u16)(g->s.dma_address +
                             (n >> 4 >> (g->wide_dma ? 1 : 0)));
}

static void dma_step(void *dev, int n, ns_t when)
{
    struct gus *g = dev;
    u8 p[BURST];
    bool tc = false, out = g->s.dma_control & D_OUT;
    u32 moved;

    (void)n, (void)when;
    voice_settle(&g->voice);
    for (u32 i = 0; out && i < BURST; i++)
        p[i] = g->memory[(((u32)g->s.dma_address << 4) + i) &
                         (GUS_MEMORY - 1)];
    moved = dma_move(&g->dma, p, BURST, out, &tc);
    if (!out)
        gus_store(g, p, moved);
    if (tc) {
        g->s.dma_control &= (u8)~D_ENABLE;
        g->s.dma_done = true;
        gus_new_irq(g);
        return;
    }
    timer_set(&g->dma_step, g->clk->now + (moved ? BURST_NS : STALL_NS));
}

void gus_dma_control(struct gus *g, u8 v)
{
    g->s.dma_control = v;
    timer_set(&g->dma_step, v & D_ENABLE ? g->clk->now + BURST_NS : NEVER);
    gus_update_irq(g);
}

/* ---- timers ---- */

static ns_t gus_period(const struct gus *g, int n)
{
    return (256 - g->s.timer_count[n]) * (n ? 320000 : 80000);
}

static void timer(void *dev, int n, ns_t when)
{
    struct gus *g = dev;

    if (!(g->s.timers & T_MASK1 >> n))
        g->s.expired |= S_TIMER1 >> n;
    if (g->s.timer_control & T_IRQ1 << n)
        g->s.overflows |= (u8)(T_IRQ1 << n);
    timer_set(&g->timer[n], when + gus_period(g, n) > g->clk->now
                                ? when + gus_period(g, n)
                                : g->clk->now + gus_period(g, n));
    if (g->s.timer_control & T_IRQ1 << n)
        gus_new_irq(g);
}

/* AdLib's register 4, by ports 2X8 and 2X9. */
void gus_timers(struct gus *g, u8 v)
{
    if (v & T_RESET) {
        g->s.overflows = g->s.expired = 0;
        gus_update_irq(g);
        return;
    }
    for (int n = 0; n < 2; n++) {
        u8 bit = (u8)(T_START1 << n);

        if (v & ~g->s.timers & bit)
            timer_set(&g->timer[n], g->clk->now + gus_period(g, n));
        else if (!(v & bit))
            timer_stop(&g->timer[n]);
    }
    g->s.timers = v;
}

/* An interrupt that is switched off is let go. */
void gus_timer_control(struct gus *g, u8 v)
{
    g->s.timer_control = v;
    g->s.overflows &= v;
    gus_update_irq(g);
}

/* ---- life ---- */

void gus_card_init(struct gus *g, const struct dev_env *env)
{
    timer_init(&g->voice_end, env, 2, "gus voice", &g->s.voice_due, voice_end,
               g);
    timer_init(&g->dma_step, env, 3, "gus dma", &g->s.dma_due, dma_step, g);
    for (int n = 0; n < 2; n++)
        timer_init(&g->timer[n], env, n, "gus timer", &g->s.timer_due[n], timer,
                   g);
}

void gus_card_loaded(struct gus *g)
{
    struct gus_state *s = &g->s;

    if (s->active < GUS_LEAST)
        s->active = GUS_LEAST;
    if (s->since < 0 || s->since > g->clk->now)
        s->since = g->clk->now;
    for (int n = 0; n < GUS_VOICES; n++)
        if (s->voice[n].volume > 0xfff << FRACTION)
            s->voice[n].volume = 0xfff << FRACTION;
    voice_rate(&g->voice, GUS_RATE, s->active, s->since);
    gus_update_irq(g);
}
