/* sbmixer.c - the mixer of a Sound Blaster: CT1335, CT1345, CT1745.
 *
 * Volumes of all chips are kept as the CT1745 has them, five bits a side;
 * the older registers are views of their upper bits. */
#include "devices/sound/sb/sbmixer.h"

#include <string.h>

enum { ADDRESS = 4, DATA = 5 };
enum { R_RESET = 0x00, R_OUTPUT = 0x0e, R_MASTER = 0x30, R_VOICE = 0x32,
       R_FM = 0x34, R_CD = 0x36, R_LINE = 0x38, R_MIC = 0x3a, R_SPEAKER = 0x3b,
       R_SWITCHES = 0x3c, R_GAIN = 0x41, R_TONE = 0x44, R_LAST = 0x47,
       R_IRQ = 0x80, R_DMA = 0x81, R_STATUS = 0x82 };
enum { OUTPUT_STEREO = 0x02, LOUDEST = 0xf8, CD_LEFT = 0x04 };

/* ---- interrupts ---- */

static const u8 lines[SBMIXER_LINES] = { 9, 5, 7, 10 };

u8 sbmixer_irq_bit(u32 irq)
{
    for (int n = 0; n < SBMIXER_LINES; n++)
        if (lines[n] == (irq == 2 ? 9 : irq))
            return (u8)(1 << n);
    return 0;
}

static void sbmixer_update(struct sbmixer *m)
{
    for (int n = 0; n < SBMIXER_LINES; n++)
        line_set(&m->irq[n], m->s.requests && (m->s.irq_select >> n & 1));
    line_set(&m->stereo, m->kind == CT1345 &&
                         (m->s.reg[R_OUTPUT] & OUTPUT_STEREO));
}

static void sbmixer_drop(struct sbmixer *m)
{
    for (int n = 0; n < SBMIXER_LINES; n++)
        line_set(&m->irq[n], false);
}

/* Each request is an edge of its own, for the interrupt controller sees nothing
 * else, and a byte that nobody takes from the MPU-401 must not stop the DSP's. */
void sbmixer_request(void *dev, int pin, bool level)
{
    struct sbmixer *m = dev;
    u8 bit = (u8)(1 << pin);

    if (level && !(m->s.requests & bit))
        sbmixer_drop(m);
    m->s.requests = (u8)(level ? m->s.requests | bit : m->s.requests & ~bit);
    sbmixer_update(m);
}

/* ---- volumes ---- */

/* What a volume register stands for, 65536 being 1: 2 dB less for each step
 * below the loudest, and silence for 0. */
static u32 gain(u8 reg)
{
    static const u32 table[32] = {
        52, 66, 83, 104, 131, 165, 207, 261, 328, 414, 521, 655, 825, 1039,
        1308, 1646, 2072, 2609, 3285, 4135, 5206, 6554, 8250, 10387, 13076,
        16462, 20724, 26090, 32846, 41350, 52057, 65536,
    };

    return reg >> 3 ? table[reg >> 3] : 0;
}

/* The gains of the pair of registers at `at`, with the master volume, and with
 * registers 41h and 42h, where each step is twice as loud. */
static void gains(const struct sbmixer *m, int at, u32 out[2])
{
    for (int side = 0; side < 2; side++) {
        u64 v = (u64)gain(m->s.reg[at + side]) *
                gain(m->s.reg[R_MASTER + side]) >> 16;

        out[side] = (u32)(v << (m->s.reg[R_GAIN + side] >> 6));
        if (m->kind == NO_MIXER)
            out[side] = 65536;
    }
}

void sbmixer_voice(const struct sbmixer *m, u32 out[2])
{
    gains(m, R_VOICE, out);
}

void sbmixer_fm(const struct sbmixer *m, u32 out[2])
{
    gains(m, R_FM, out);
}

/* The CT1745 has a switch for each side, too. */
void sbmixer_cd(const struct sbmixer *m, u32 out[2])
{
    gains(m, R_CD, out);
    for (int side = 0; side < 2; side++)
        if (m->kind == CT1745 && !(m->s.reg[R_SWITCHES] & CD_LEFT >> side))
            out[side] = 0;
}

/* ---- registers ---- */

/* The first of the two registers that keep a CT1345 register's nibbles, the
 * left side's and the right side's; 0: reg is none of these. The CT1335 has one
 * volume for both sides, by other numbers. */
static u8 sbmixer_home(u8 reg)
{
    switch (reg) {
    case 0x04: return R_VOICE;
    case 0x22: return R_MASTER;
    case 0x26: return R_FM;
    case 0x28: return R_CD;
    case 0x2e: return R_LINE;
    default:   return 0;
    }
}

static u8 home_of_ct1335(u8 reg)
{
    switch (reg) {
    case 0x02: return R_MASTER;
    case 0x06: return R_FM;
    case 0x08: return R_CD;
    case 0x0a: return R_VOICE;
    default:   return 0;
    }
}

/* A volume of four bits as one of five in bits 3 to 7. The lowest of the five
 * copies the highest, so that 15 is the loudest and 0 is silent. */
static u8 sbmixer_widen(u8 nibble)
{
    return (u8)(nibble << 4 | (nibble & 8));
}

static u8 kept_bits(u8 reg)
{
    if (reg >= R_MASTER && reg <= R_MIC)
        return LOUDEST;
    return reg == R_SPEAKER || (reg >= R_GAIN - 2 && reg <= R_GAIN + 1) ? 0xc0
         : reg >= R_TONE && reg <= R_LAST ? 0xf0 : 0xff;
}

/* The CT1345 keeps three of the four bits; the lowest always reads as 1. */
static u8 three_bits(u8 nibble)
{
    return nibble < 2 ? 0 : nibble | 1;
}

static void sbmixer_clear(struct sbmixer *m)
{
    memset(m->s.reg, 0, sizeof m->s.reg);
    memset(m->s.reg + R_MASTER, LOUDEST, R_CD - R_MASTER + 2);
    m->s.reg[R_SWITCHES] = 0x1f;
    memset(m->s.reg + R_TONE, 0x80, R_LAST - R_TONE + 1);
}

static void sbmixer_changed(struct sbmixer *m)
{
    sbmixer_update(m);
    if (m->chosen)
        m->chosen(m->ctx);
}

static void write_pair(struct sbmixer *m, u8 at, u8 left, u8 right)
{
    m->s.reg[at] = sbmixer_widen(left);
    m->s.reg[at + 1] = sbmixer_widen(right);
}

/* Registers 80h and 81h outlive a reset by register 0, as jumpers would. */
static void sbmixer_write_reg(struct sbmixer *m, u8 reg, u8 v)
{
    u8 old = m->kind == CT1335 ? home_of_ct1335(reg) : sbmixer_home(reg);

    if (reg == R_RESET)
        sbmixer_clear(m);
    else if (m->kind == CT1335 && old)
        write_pair(m, old, (u8)(reg == 0x0a ? (v & 6) << 1 | 3 : v & 15),
                   (u8)(reg == 0x0a ? (v & 6) << 1 | 3 : v & 15));
    else if (m->kind == CT1345 && old)
        write_pair(m, old, three_bits(v >> 4), three_bits(v & 15));
    else if (old)
        write_pair(m, old, v >> 4, v & 15);
    else if (m->kind == CT1745 && reg == R_IRQ)
        m->s.irq_select = v & 15;
    else if (m->kind == CT1745 && reg == R_DMA)
        m->s.dma_select = v & 0xeb;
    else if (reg < R_MASTER || (m->kind == CT1745 && reg <= R_LAST))
        m->s.reg[reg] = v & kept_bits(reg);
    sbmixer_changed(m);
}

static u8 read_old(const struct sbmixer *m, u8 at)
{
    u8 v = (u8)((m->s.reg[at] & 0xf0) | m->s.reg[at + 1] >> 4);

    return m->kind == CT1345 ? v | 0x11 : v;
}

static u8 sbmixer_read_reg(const struct sbmixer *m, u8 reg)
{
    u8 old = m->kind == CT1335 ? home_of_ct1335(reg) : sbmixer_home(reg);

    if (old)
        return m->kind == CT1335 ? m->s.reg[old] >> 4 : read_old(m, old);
    if (m->kind != CT1745)
        return reg < R_MASTER ? m->s.reg[reg] : 0xff;
    switch (reg) {
    case R_IRQ:    return m->s.irq_select | 0xf0;
    case R_DMA:    return m->s.dma_select;
    case R_STATUS: return m->s.requests | 0x20;     /* DSP 4.05 and later */
    default:       return reg <= R_LAST ? m->s.reg[reg] : 0xff;
    }
}

/* ---- ports ---- */

static u32 sbmixer_in(void *dev, u16 port, int size)
{
    struct sbmixer *m = dev;

    (void)size;
    if (m->kind == NO_MIXER)
        return 0xff;
    return port == ADDRESS ? m->s.selected : sbmixer_read_reg(m, m->s.selected);
}

static void sbmixer_out(void *dev, u16 port, int size, u32 v)
{
    struct sbmixer *m = dev;

    (void)size;
    if (m->kind == NO_MIXER)
        return;
    if (port == ADDRESS)
        m->s.selected = (u8)v;
    else
        sbmixer_write_reg(m, m->s.selected, (u8)v);
}

static void sbmixer_reset(void *dev)
{
    struct sbmixer *m = dev;

    sbmixer_clear(m);
    m->s.selected = 0;
    m->s.irq_select = m->irq_default;
    m->s.dma_select = m->dma_default;
    sbmixer_changed(m);
}

static void sbmixer_loaded(void *dev)
{
    sbmixer_changed(dev);
}

void sbmixer_init(struct sbmixer *m, const struct dev_env *env)
{
    m->log = env->log;
    sbmixer_reset(m);
}

#define S struct sbmixer_state
static const struct field fields[] = {
    FIELD_ARRAY(S, reg,     "registers, volumes at 30h-3Fh"),
    FIELD(S, selected,      "register"),
    FIELD_MAX(S, requests, 7, "8-bit, 16-bit, MPU-401"),
    FIELD_BITS(S, irq_select, "irq9,irq5,irq7,irq10", "register 80"),
    FIELD_BITS(S, dma_select, "dma0,dma1,,dma3,,dma5,dma6,dma7",
                            "register 81"),
    FIELD_ARRAY(S, spare,   "zero"),
    FIELD_END
};
const struct table sbmixer_table = { "sbmixer", sizeof(S), fields };
#undef S

const struct dev_ops sbmixer_ops = {
    .name = "sbmixer", .state = &sbmixer_table, .reset = sbmixer_reset,
    .port_in = sbmixer_in, .port_out = sbmixer_out,
    .loaded = sbmixer_loaded,
};
