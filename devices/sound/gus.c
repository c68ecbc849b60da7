/* gus.c - Gravis UltraSound: ports and registers. */
#include "devices/sound/gus_priv.h"

#include <string.h>

enum { MIX = 0x00, STATUS = 0x06, ADLIB = 0x08, ADLIB_DATA = 0x09,
       MIDI_STATUS = 0x10, MIDI_DATA = 0x11, VOICE = 0x12, REGISTER = 0x13,
       LOW = 0x14, HIGH = 0x15, MEMORY = 0x17 };
enum { R_CONTROL, R_PITCH, R_START_HIGH, R_START_LOW, R_END_HIGH, R_END_LOW,
       R_RAMP_RATE, R_RAMP_START, R_RAMP_END, R_VOLUME, R_AT_HIGH, R_AT_LOW,
       R_PAN, R_RAMP, R_ACTIVE,
       R_DMA = 0x41, R_DMA_ADDRESS, R_ADDRESS_LOW, R_ADDRESS_HIGH, R_TIMERS,
       R_TIMER1, R_TIMER2, R_RESET = 0x4c, R_SOURCE = 0x8f,
       R_RESET_AGAIN = 0xcc };
enum { MIX_USUAL = 0x09, MIDI_MAY_SEND = 0x02 };
enum { S_TIMERS = 0x0c, S_WAVE = 0x20, S_RAMP = 0x40, S_DMA = 0x80 };

static struct gus_voice_state *gus_chosen(struct gus *g)
{
    return &g->s.voice[g->s.selected_voice & (GUS_VOICES - 1)];
}

/* ---- registers, written ---- */

static u32 with_high_part(u32 old, u16 v)
{
    return (old & 0xffff) | (u32)(v & 0x1fff) << 16;
}

static u32 low_part(u32 old, u16 v)
{
    return (old & 0x1fff0000) | v;
}

/* The CPU may set an interrupt as well as clear one; but only where it is
 * wanted. */
static u8 written_control(u8 v)
{
    return (v & C_IRQ) ? v : v & (u8)~C_PENDING;
}

static void write_voice(struct gus *g, u8 reg, u16 v)
{
    struct gus_voice_state *c = gus_chosen(g);
    u8 high = (u8)(v >> 8);

    switch (reg) {
    case R_CONTROL:    c->control = written_control(high); break;
    case R_PITCH:      c->pitch = v; break;
    case R_START_HIGH: c->start = with_high_part(c->start, v); break;
    case R_START_LOW:  c->start = low_part(c->start, v & 0xffe0); break;
    case R_END_HIGH:   c->end = with_high_part(c->end, v); break;
    case R_END_LOW:    c->end = low_part(c->end, v & 0xffe0); break;
    case R_RAMP_RATE:  c->ramp_rate = high; break;
    case R_RAMP_START: c->ramp_start = high; break;
    case R_RAMP_END:   c->ramp_end = high; break;
    case R_VOLUME:     c->volume = (u32)(v >> 4) << FRACTION; break;
    case R_AT_HIGH:    c->at = with_high_part(c->at, v); break;
    case R_AT_LOW:     c->at = low_part(c->at, v); break;
    case R_PAN:        c->pan = high & 15; break;
    case R_RAMP:       c->ramp = written_control(high); break;
    }
    gus_arm(g);
}

static void gus_clear(struct gus *g);

static void gus_write_reset(struct gus *g, u8 v)
{
    if (!(v & RESET_RUN))
        gus_clear(g);
    g->s.reset = v & 7;
    gus_arm(g);
}

static void write_global(struct gus *g, u8 reg, u16 v)
{
    u8 high = (u8)(v >> 8);

    switch (reg) {
    case R_ACTIVE:       gus_set_active(g, (u8)((high & 31) + 1)); break;
    case R_DMA:          gus_dma_control(g, high); break;
    case R_DMA_ADDRESS:  g->s.dma_address = v; break;
    case R_ADDRESS_LOW:  g->s.address = (g->s.address & 0xf0000) | v; break;
    case R_ADDRESS_HIGH:
        g->s.address = (g->s.address & 0xffff) | (u32)(high & 15) << 16;
        break;
    case R_TIMERS:       gus_timer_control(g, high & 0x0c); break;
    case R_TIMER1:       g->s.timer_count[0] = high; break;
    case R_TIMER2:       g->s.timer_count[1] = high; break;
    case R_RESET:        gus_write_reset(g, high); break;
    }
}

static void gus_write_reg(struct gus *g, u16 v)
{
    voice_settle(&g->voice);
    if (g->s.selected <= R_RAMP)
        write_voice(g, g->s.selected, v);
    else
        write_global(g, g->s.selected, v);
}

/* ---- registers, read ---- */

/* The first voice that interrupts, low bits for what; it is answered. */
static u8 read_source(struct gus *g)
{
    for (int n = 0; n < g->s.active; n++) {
        struct gus_voice_state *v = &g->s.voice[n];
        u8 out = (u8)(n | 0xe0);

        if (!((v->control | v->ramp) & C_PENDING))
            continue;
        if (v->control & C_PENDING)
            out &= 0x7f;
        if (v->ramp & C_PENDING)
            out &= 0xbf;
        v->control &= (u8)~C_PENDING;
        v->ramp &= (u8)~C_PENDING;
        gus_arm(g);
        gus_new_irq(g);                 /* if there is another one */
        return out;
    }
    return 0xe0;
}

static u8 read_dma(struct gus *g)
{
    u8 v = (u8)((g->s.dma_control & ~0x40) | (g->s.dma_done ? 0x40 : 0));

    g->s.dma_done = false;
    gus_update_irq(g);
    return v;
}

static u16 read_voice(struct gus *g, u8 reg)
{
    const struct gus_voice_state *c = gus_chosen(g);

    switch (reg) {
    case R_CONTROL:    return (u16)(c->control << 8);
    case R_PITCH:      return c->pitch;
    case R_START_HIGH: return (u16)(c->start >> 16);
    case R_START_LOW:  return (u16)c->start;
    case R_END_HIGH:   return (u16)(c->end >> 16);
    case R_END_LOW:    return (u16)c->end;
    case R_RAMP_RATE:  return (u16)(c->ramp_rate << 8);
    case R_RAMP_START: return (u16)(c->ramp_start << 8);
    case R_RAMP_END:   return (u16)(c->ramp_end << 8);
    case R_VOLUME:     return (u16)(c->volume >> FRACTION << 4);
    case R_AT_HIGH:    return (u16)(c->at >> 16);
    case R_AT_LOW:     return (u16)c->at;
    case R_PAN:        return (u16)(c->pan << 8);
    case R_RAMP:       return (u16)(c->ramp << 8);
    default:           return (u16)((0xc0 | (g->s.active - 1)) << 8);
    }
}

static u16 gus_read_reg(struct gus *g)
{
    u8 reg = g->s.selected;

    voice_settle(&g->voice);
    switch (reg) {
    case R_SOURCE:      return (u16)(read_source(g) << 8);
    case R_DMA:         return (u16)(read_dma(g) << 8);
    case R_DMA_ADDRESS: return g->s.dma_address;
    case R_TIMERS:      return (u16)(g->s.timer_control << 8);
    case R_RESET:
    case R_RESET_AGAIN: return (u16)(g->s.reset << 8);
    }
    return reg >= 0x80 && reg <= 0x80 + R_ACTIVE
               ? read_voice(g, reg & 0x7f) : 0xffff;
}

/* ---- ports ---- */

static u8 gus_status(struct gus *g)
{
    u8 v = g->s.overflows;

    voice_settle(&g->voice);
    for (int n = 0; n < g->s.active; n++) {
        v |= g->s.voice[n].control & C_PENDING ? S_WAVE : 0;
        v |= g->s.voice[n].ramp & C_PENDING ? S_RAMP : 0;
    }
    return (u8)(v | (gus_dma_waits(&g->s) ? S_DMA : 0));
}

/* AdLib's status: its timer 1 is bit 6. */
static u8 adlib_status(const struct gus *g)
{
    return g->s.expired ? g->s.expired | 0x80 : 0;
}

/* Registers of 16 bits are those of addresses, the pitch and the volume. One of
 * 8 bits is at both ports. */
static bool gus_is_wide(u8 reg)
{
    reg &= 0x7f;
    return (reg >= R_PITCH && reg <= R_END_LOW) ||
           (reg >= R_VOLUME && reg <= R_AT_LOW) || reg == R_DMA_ADDRESS ||
           reg == R_ADDRESS_LOW;
}

static u8 read_low(struct gus *g)
{
    u16 v = gus_read_reg(g);

    return (u8)(gus_is_wide(g->s.selected) ? v : v >> 8);
}

static u32 gus_in(void *dev, u16 port, int size)
{
    struct gus *g = dev;

    switch (port) {
    case STATUS:   return gus_status(g);
    case ADLIB:    return adlib_status(g);
    case MIDI_STATUS: return MIDI_MAY_SEND;
    case MIDI_DATA: return 0;
    case VOICE:    return g->s.selected_voice;
    case REGISTER: return g->s.selected;
    case LOW:      return size == 2 ? gus_read_reg(g) : read_low(g);
    case HIGH:     return gus_read_reg(g) >> 8;
    case MEMORY:   return g->memory[g->s.address & (GUS_MEMORY - 1)];
    default:       return 0xff;
    }
}

static void gus_out(void *dev, u16 port, int size, u32 v)
{
    struct gus *g = dev;

    switch (port) {
    case MIX:
        voice_settle(&g->voice);
        g->s.mix = (u8)v;
        gus_update_irq(g);
        break;
    case ADLIB:    g->s.adlib = (u8)v; break;
    case ADLIB_DATA:
        if (g->s.adlib == 4)
            gus_timers(g, (u8)v);
        break;
    case VOICE:    g->s.selected_voice = v & 31; break;
    case REGISTER: g->s.selected = (u8)v; break;
    case LOW:
        g->s.low = (u8)v;
        if (size == 2)
            gus_write_reg(g, (u16)v);
        break;
    case HIGH:     gus_write_reg(g, (u16)(g->s.low | v << 8)); break;
    case MEMORY:
        voice_settle(&g->voice);
        g->memory[g->s.address & (GUS_MEMORY - 1)] = (u8)v;
        break;
    }
}

/* ---- life ---- */

/* What register 4C's lowest bit resets. */
static void gus_clear(struct gus *g)
{
    for (int n = 0; n < GUS_VOICES; n++)
        g->s.voice[n] = (struct gus_voice_state){ .control = C_STOPPED,
                                                  .ramp = C_STOPPED, .pan = 7 };
    for (int n = 0; n < 2; n++)
        timer_stop(&g->timer[n]);
    timer_stop(&g->dma_step);
    g->s.dma_control = g->s.timer_control = g->s.timers = 0;
    g->s.overflows = g->s.expired = 0;
    g->s.dma_done = false;
    g->s.reset = 0;
    gus_set_active(g, GUS_LEAST);
}

static void gus_reset(void *dev)
{
    struct gus *g = dev;

    voice_settle(&g->voice);
    gus_clear(g);
    g->s.address = g->s.dma_address = 0;
    g->s.timer_count[0] = g->s.timer_count[1] = 0;
    g->s.selected_voice = g->s.selected = g->s.adlib = g->s.low = 0;
    g->s.mix = MIX_USUAL;
    g->s.reset = RESET_RUN | RESET_DAC | RESET_IRQ;
    gus_update_irq(g);
}

static void gus_loaded(void *dev)
{
    gus_card_loaded(dev);
}

void gus_init(struct gus *g, const struct dev_env *env)
{
    g->clk = env->clk;
    g->log = env->log;
    g->voice = (struct voice){ .name = "gus", .num = GUS_RATE, .den = GUS_LEAST,
                               .make = gus_make, .silent = gus_silent,
                               .dev = g };
    gus_card_init(g, env);
    gus_reset(g);
}

#define S struct gus_voice_state
static const struct field voice_fields[] = {
    FIELD_MAX(S, at, 0x1fffffff,    "where it plays, 1/512 of a sample"),
    FIELD_MAX(S, start, 0x1fffffff, "start"),
    FIELD_MAX(S, end, 0x1fffffff,   "end"),
    FIELD(S, volume,                "logarithm, 1/512"),
    FIELD(S, pitch,                 "added for each frame"),
    FIELD_BITS(S, control, "stopped,stop,wide,loop,bidir,irq,down,pending",
                                    "voice control"),
    FIELD_BITS(S, ramp, "stopped,stop,rollover,loop,bidir,irq,down,pending",
                                    "volume control"),
    FIELD(S, ramp_rate,             "volume ramp: rate"),
    FIELD(S, ramp_start,            "its start"),
    FIELD(S, ramp_end,              "its end"),
    FIELD_MAX(S, pan, 15,           "0 left, 15 right"),
    FIELD_END
};
static const struct table voice_table = { "gus_voice", sizeof(S),
                                          voice_fields };
#undef S

#define S struct gus_state
static const struct field fields[] = {
    FIELD(S, since,             "frame 0 at the present rate, ns"),
    FIELD_MAX(S, voice_due, INT64_MAX, "next end of a voice, ns"),
    FIELD_MAX(S, dma_due, INT64_MAX,   "next burst, ns"),
    FIELD_ARRAY_MAX(S, timer_due, INT64_MAX, "timers, ns"),
    FIELD_STRUCTS(S, voice, voice_table, "voices"),
    FIELD_MAX(S, address, 0xfffff, "memory that the CPU sees"),
    FIELD(S, dma_address,       "of DMA, in 16 bytes"),
    FIELD_MAX(S, active, GUS_VOICES, "active voices"),
    FIELD_BITS(S, reset, "run,dac,irq", "register 4C"),
    FIELD_BITS(S, dma_control, "on,out,wide,,,irq,words,invert",
                                "register 41"),
    FIELD(S, timer_control,     "register 45"),
    FIELD_ARRAY(S, timer_count, "registers 46, 47"),
    FIELD(S, timers,            "AdLib's register 4"),
    FIELD_MAX(S, overflows, 12, "timers that have interrupted"),
    FIELD(S, expired,           "timers that have ended, at port 2X8"),
    FIELD(S, dma_done,          "DMA has come to its count's end"),
    FIELD_MAX(S, selected_voice, 31, "port 3X2"),
    FIELD(S, selected,          "port 3X3"),
    FIELD(S, mix,               "port 2X0"),
    FIELD(S, adlib,             "port 2X8"),
    FIELD(S, low,               "port 3X4"),
    FIELD_ARRAY(S, spare,       "zero"),
    FIELD_END
};
static const struct table table = { "gus", sizeof(S), fields };
#undef S

const struct dev_ops gus_ops = {
    .name = "gus", .state = &table, .reset = gus_reset, .port_in = gus_in,
    .port_out = gus_out, .loaded = gus_loaded,
};
