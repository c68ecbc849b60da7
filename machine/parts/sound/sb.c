/* sb.c - parts sb, sbpro and sb16: Creative's Sound Blaster cards.
 *
 *   iobase + 0-3, 8, 9, 388h-38Bh   FM        --> voices fm, fm2
 *   iobase + 4, 5                   mixer     --> gains; IRQ
 *   iobase + 6, 7, A-F              DSP       --> voices pcm, dac; DMA
 *   330h, 331h                      MPU-401 (sb16)
 *
 *   DSP irq8, irq16, MPU-401 irq --> mixer --> IRQ 9, 5, 7, 10 */
#include <stdio.h>
#include <string.h>

#include "devices/sound/mpu401.h"
#include "devices/sound/opl3_pair.h"
#include "devices/sound/sb/sbdsp.h"
#include "devices/sound/sb/sbmixer.h"
#include "machine/part.h"

struct sound_blaster {
    struct sbdsp dsp;                   /* must come first */
    struct sbmixer mixer;
    struct opl_pair fm;
    struct mpu401 mpu;
    u32 iobase, irq, dma, hdma, mpu_iobase;
    bool fm_on;
    const char *model, *midi, *soundfont;
    char mixer_name[SLOT_ID + 8], fm_name[SLOT_ID + 8], mpu_name[SLOT_ID + 8];
    struct slot *slot;
    struct range fm_ports, fm_again, adlib, mixer_ports, reset_port, dsp_ports,
                 mpu_ports;
};

struct model {
    const char *name;
    u16 version;
    enum sbmixer_kind mixer;
    enum opl_kind fm;
};

/* A card of each kind; the first one is the usual. */
static const struct model sb_models[] = {
    { "2.0", 0x201, CT1335, OPL2 }, { "1.5", 0x105, NO_MIXER, OPL2 },
    { "1.0", 0x105, NO_MIXER, OPL2 }, { NULL, 0, NO_MIXER, OPL2 },
};
static const struct model sbpro_models[] = {
    { "2", 0x302, CT1345, OPL3 }, { "1", 0x301, CT1345, DUAL_OPL2 },
    { NULL, 0, NO_MIXER, OPL2 },
};
static const struct model sb16_models[] = {
    { "4.05", 0x405, CT1745, OPL3 }, { NULL, 0, NO_MIXER, OPL2 },
};

enum { NO_CHANNEL = 8 };

#define P struct sound_blaster
#define COMMON_PROPS                                                       \
    PROP_PORT(P, iobase, "0x220", "first of its sixteen ports"),           \
    PROP_(P, irq, PROP_NUMBER, "5", 2, 10, "interrupt line: 2, 5, 7, 10"), \
    PROP_NUM(P, dma, "1", 0, 3, "DMA channel: 0, 1 or 3"),                 \
    { "fm", "FM synthesizer, also at 388h", "on", offsetof(P, fm_on), 0,   \
      1, PROP_BOOL },                                                      \
    PROP_TXT(P, midi, NULL, "a MIDI file to be written, or "                \
             "alsa[:ADDRESS]: the host's sequencer"),                       \
    PROP_TXT(P, soundfont, "none", "General MIDI instrument's file; auto: "  \
             "one of the host's, none: no instrument")

static const struct prop sb_props[] = {
    COMMON_PROPS,
    PROP_TXT(P, model, "2.0", "1.0, 1.5 or 2.0"),
    PROP_END
};
static const struct prop sbpro_props[] = {
    COMMON_PROPS,
    PROP_TXT(P, model, "2", "1 (two OPL2) or 2 (OPL3)"),
    PROP_END
};
static const struct prop sb16_props[] = {
    COMMON_PROPS,
    PROP_NUM(P, hdma, "5", 0, 7, "DMA channel of 16-bit samples: 5, 6 or 7; "
             "as dma: they go by that one"),
    { "mpu", "first port of the MPU-401: 330h or 300h; 0: none", "0x330",
      offsetof(P, mpu_iobase), 0, 0xffff, PROP_HEX },
    PROP_END
};

/* ---- what the mixer decides ---- */

/* The lowest channel of some bits. */
static u32 channel_in(u8 bits)
{
    u32 n = 0;

    while (n < NO_CHANNEL && !(bits >> n & 1))
        n++;
    return n;
}

static struct dma_link link_of(P *p, u32 channel)
{
    const struct roles *r = slot_roles(p->slot);

    return channel < NO_CHANNEL && r->dma.ops
               ? r->dma.ops->link(r->dma.dev, (int)channel)
               : (struct dma_link){ NULL, NULL, 0 };
}

static void choose_dma(P *p)
{
    u32 low = channel_in(p->mixer.s.dma_select & 0x0f);
    u32 high = channel_in(p->mixer.s.dma_select & 0xe0);

    p->dsp.dma8 = link_of(p, low);
    p->dsp.narrow = high == NO_CHANNEL;
    p->dsp.dma16 = link_of(p, high);
}

/* The audio cable of CD-ROM drives ends at a card with a mixer. */
static void lead_cd(const P *p)
{
    const struct roles *r = slot_roles(p->slot);
    u32 v[2];

    if (p->mixer.kind == NO_MIXER)
        return;
    sbmixer_cd(&p->mixer, v);
    for (int n = 0; n < DISK_BUSES; n++)
        if (r->cd_audio[n].ops)
            r->cd_audio[n].ops->gain(r->cd_audio[n].dev, v[0], v[1]);
}

static void sb_chosen(void *ctx)
{
    P *p = ctx;
    u32 v[2];

    choose_dma(p);
    sbmixer_voice(&p->mixer, v);
    voice_gain(&p->dsp.pcm, v[0], v[1]);
    voice_gain(&p->dsp.dac, v[0], v[1]);
    sbmixer_fm(&p->mixer, v);
    opl_pair_gain(&p->fm, v[0], v[1]);
    lead_cd(p);
}

/* ---- one card of several chips ---- */

static void sb_reset(void *dev)
{
    P *p = dev;

    sbdsp_ops.reset(&p->dsp);
    sbmixer_ops.reset(&p->mixer);
    opl_pair_ops.reset(&p->fm);
    mpu401_ops.reset(&p->mpu);
}

static void sb_loaded(void *dev)
{
    P *p = dev;

    sbmixer_ops.loaded(&p->mixer);
    opl_pair_ops.loaded(&p->fm);
    mpu401_ops.loaded(&p->mpu);
    sbdsp_ops.loaded(&p->dsp);
}

static u32 sb_port_in(void *dev, u16 port, int size)
{
    return sbdsp_ops.port_in(dev, port, size);
}

static void sb_port_out(void *dev, u16 port, int size, u32 v)
{
    sbdsp_ops.port_out(dev, port, size, v);
}

static const struct dev_ops card_ops = {
    .name = "sb",
    .state = &sbdsp_table,
    .reset = sb_reset,
    .port_in = sb_port_in,
    .port_out = sb_port_out,
    .loaded = sb_loaded,
};

/* ---- plugging ---- */

static enum err ports(struct slot *s, struct range *r, u32 first, u16 count,
                      u16 base, const struct dev_ops *ops, void *dev,
                      struct why *why)
{
    enum err e = slot_ports(s, r, first, count, base, 1, why);

    r->ops = ops;
    r->dev = dev;
    return e;
}

static enum err plug_fm(struct slot *s, P *p, struct why *why)
{
    u16 count = p->fm.kind == OPL2 ? 2 : 4;
    enum err e = ERR_OK;

    if (!p->fm_on)
        return ERR_OK;
    if (p->fm.kind != OPL2)
        e = ports(s, &p->fm_ports, p->iobase, 4, 0, &opl_pair_ops, &p->fm,
                  why);
    e = e ? e : ports(s, &p->fm_again, p->iobase + 8, 2, 8, &opl_pair_ops,
                      &p->fm, why);
    e = e ? e : ports(s, &p->adlib, 0x388, count,
                      p->fm.kind == DUAL_OPL2 ? 8 : 0, &opl_pair_ops, &p->fm,
                      why);
    e = e ? e : slot_voice(s, &p->fm.first.voice, why);
    return e || p->fm.kind != DUAL_OPL2
               ? e : slot_voice(s, &p->fm.second.voice, why);
}

static enum err plug_mpu(struct slot *s, P *p, struct why *why)
{
    if (!p->mpu_iobase)
        return ERR_OK;
    return ports(s, &p->mpu_ports, p->mpu_iobase, 2, 0, &mpu401_ops, &p->mpu,
                 why);
}

static enum err plug_dsp(struct slot *s, P *p, struct why *why)
{
    enum err e = ports(s, &p->reset_port, p->iobase + 6, 2, 6, &card_ops, p,
                       why);

    e = e ? e : ports(s, &p->dsp_ports, p->iobase + 10, 6, 10, &card_ops, p,
                      why);
    if (p->mixer.kind != NO_MIXER)
        e = e ? e : ports(s, &p->mixer_ports, p->iobase + 4, 2, 4,
                          &sbmixer_ops, &p->mixer, why);
    e = e ? e : slot_voice(s, &p->dsp.pcm, why);
    return e ? e : slot_voice(s, &p->dsp.dac, why);
}

/* The lines and channels that the card was set to are its own; those to which
 * a driver may switch the CT1745 are not. */
static enum err plug_lines(struct slot *s, P *p, struct why *why)
{
    static const enum wire wires[SBMIXER_LINES] = {
        (enum wire)(WIRE_IRQ0 + 9), (enum wire)(WIRE_IRQ0 + 5),
        (enum wire)(WIRE_IRQ0 + 7), (enum wire)(WIRE_IRQ0 + 10),
    };
    struct dma_link link;
    enum err e = ERR_OK;

    for (int n = 0; n < SBMIXER_LINES && !e; n++)
        if (p->mixer.irq_default >> n & 1)
            e = slot_irq(s, &p->mixer.irq[n], p->irq, false, why);
        else if (p->mixer.kind == CT1745)
            e = slot_drive(s, &p->mixer.irq[n], wires[n], why);
    e = e ? e : slot_dma(s, &link, p->dma, why);
    if (p->mixer.kind == CT1745 && p->hdma != p->dma)
        e = e ? e : slot_dma(s, &link, p->hdma, why);
    return e;
}

static void join_chips(P *p)
{
    p->dsp.irq8 = (struct line){ sbmixer_request, &p->mixer, SBMIXER_IRQ8,
                                 false };
    p->dsp.irq16 = (struct line){ sbmixer_request, &p->mixer, SBMIXER_IRQ16,
                                  false };
    p->mpu.irq = (struct line){ sbmixer_request, &p->mixer, SBMIXER_MPU,
                                false };
    p->mpu.simple = true;               /* UART mode is all it has */
    p->mixer.stereo = (struct line){ sbdsp_set_stereo, &p->dsp, 0, false };
    p->mixer.chosen = sb_chosen;
    p->mixer.ctx = p;
    p->dsp.midi = p->mpu.midi;
}

static void init_chips(struct slot *s, P *p)
{
    struct dev_env env = slot_env(s);

    sbmixer_init(&p->mixer, &env);
    opl_pair_init(&p->fm, &env);
    mpu401_init(&p->mpu, &env);
    sbdsp_init(&p->dsp, &env);
    sb_chosen(p);
}

static enum err add_objects(struct slot *s, P *p, struct why *why)
{
    enum err e;

    snprintf(p->mixer_name, sizeof p->mixer_name, "%s.mixer", s->id);
    snprintf(p->fm_name, sizeof p->fm_name, "%s.fm", s->id);
    snprintf(p->mpu_name, sizeof p->mpu_name, "%s.mpu", s->id);
    e = slot_object(s, p->mixer_name, &sbmixer_table, &p->mixer, why);
    e = e ? e : slot_object(s, p->fm_name, opl_pair_ops.state, &p->fm, why);
    return e ? e : slot_object(s, p->mpu_name, &mpu401_table, &p->mpu, why);
}

static enum err plug_card(struct slot *s, const struct model *m,
                          struct why *why)
{
    P *p = s->dev;
    enum err e;

    if (m->mixer != CT1745)
        p->hdma = p->dma;
    p->slot = s;
    p->dsp.version = m->version;
    p->mixer.kind = m->mixer;
    p->fm.kind = m->fm;
    p->mixer.irq_default = sbmixer_irq_bit(p->irq);
    p->mixer.dma_default = (u8)(1 << p->dma | 1 << p->hdma);
    if (!p->mixer.irq_default)
        return slot_say(s, ERR_RANGE, why, "irq=%u: 2, 5, 7 or 10", p->irq);
    if (p->dma == 2 || (p->hdma != p->dma && p->hdma < 5))
        return slot_say(s, ERR_RANGE, why, "dma=%u,hdma=%u: 0, 1 or 3, and 5, "
                        "6, 7 or the same", p->dma, p->hdma);
    e = slot_midi(s, p->midi, p->soundfont, &p->mpu.midi, why);
    join_chips(p);
    init_chips(s, p);
    e = e ? e : add_objects(s, p, why);
    e = e ? e : plug_dsp(s, p, why);
    e = e ? e : plug_fm(s, p, why);
    e = e ? e : plug_mpu(s, p, why);
    return e ? e : plug_lines(s, p, why);
}

static enum err plug_model(struct slot *s, const struct model *m,
                           struct why *why)
{
    const P *p = s->dev;
    const struct model *first = m;

    while (m->name && strcmp(m->name, p->model))
        m++;
    return m->name ? plug_card(s, m, why)
                   : slot_say(s, ERR_RANGE, why, "model=%s: %s, %s ..",
                              p->model, first->name, first[1].name);
}

static enum err plug_sb(struct slot *s, struct why *why)
{
    return plug_model(s, sb_models, why);
}

static enum err plug_sbpro(struct slot *s, struct why *why)
{
    return plug_model(s, sbpro_models, why);
}

static enum err plug_sb16(struct slot *s, struct why *why)
{
    return plug_card(s, sb16_models, why);
}

/* T, the card's type: Creative's numbers. */
static void put_blaster(const P *p, u32 type, char *line, u32 room)
{
    int n = snprintf(line, room, "SET BLASTER=A%X I%u D%u", p->iobase, p->irq,
                     p->dma);

    if (type == 6)
        n += snprintf(line + n, room - (u32)n, " H%u", p->hdma);
    if (type == 6 && p->mpu_iobase)
        n += snprintf(line + n, room - (u32)n, " P%X", p->mpu_iobase);
    snprintf(line + n, room - (u32)n, " T%u", type);
}

static void environment_sb(const void *dev, char *line, u32 room)
{
    const P *p = dev;

    put_blaster(p, strcmp(p->model, "2.0") ? 1 : 3, line, room);
}

static void environment_sbpro(const void *dev, char *line, u32 room)
{
    const P *p = dev;

    put_blaster(p, strcmp(p->model, "1") ? 4 : 2, line, room);
}

static void environment_sb16(const void *dev, char *line, u32 room)
{
    put_blaster(dev, 6, line, room);
}

#define CARD(symbol, text, list, function)                                 \
    const struct part part_##symbol = {                                    \
        .name = #symbol, .doc = text, .props = list, .size = sizeof(P),    \
        .ops = &card_ops, .plug = function,                                \
        .environment = environment_##symbol,                               \
    }
CARD(sb, "sound card (Sound Blaster 1.0, 1.5, 2.0)", sb_props, plug_sb);
CARD(sbpro, "sound card (Sound Blaster Pro)", sbpro_props, plug_sbpro);
CARD(sb16, "sound card (Sound Blaster 16)", sb16_props, plug_sb16);
