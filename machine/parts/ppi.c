/* ppi.c - part i8255: the PPI of a PC/XT, with keyboard port, switches, speaker
 * and NMI.
 *
 * SW1, a switch each, 1 is off: 1 boots from a floppy (always off), 2 an 8087
 * is there, 3 and 4 banks of RAM on the board less one, 5 and 6 the display
 * (both on: one with a BIOS of its own), 7 and 8 floppy drives less one. */
#include "devices/chipset/ppi.h"
#include "machine/part.h"

struct interface {
    struct ppi chip;                    /* must come first */
    u32 sw1;
    struct line a20;
    struct range ports, nmi_mask;
    struct voice speaker;
};

static const struct prop props[] = {
    PROP_(struct interface, sw1, PROP_HEX, NULL, 0, 0xff,
          "switches that are off, bit 0 for switch 1; preset: as the machine "
          "has it"),
    PROP_END
};

enum { LOUDNESS = 9000 };               /* as sysctl's */

static bool xt_tone(void *ctx)
{
    const struct roles *r = ctx;

    return r->tone.ops && r->tone.ops->level(r->tone.dev);
}

static void xt_cone(const void *dev, s32 out[2])
{
    out[0] = out[1] = ppi_speaker(dev) ? LOUDNESS : 0;
}

static void move_xt_cone(void *dev, int pin, bool level)
{
    struct interface *p = dev;

    (void)pin, (void)level;
    voice_settle(&p->speaker);
}

static struct ps2_link join_shift(void *dev, int port, struct ps2_link device)
{
    struct ppi *p = dev;

    p->keyboard = device;
    return (struct ps2_link){ ppi_frame, NULL, dev, port };
}

static const struct ps2_ops port_ops = { join_shift };

static void set_switches(void *dev, u8 sw1)
{
    struct interface *p = dev;

    ppi_set_switches(&p->chip, p->sw1 == UNSET ? sw1 : (u8)p->sw1);
}

static const struct switches_ops switches_ops = { set_switches };

static enum err join_xt_wires(struct slot *s, struct why *why)
{
    struct interface *p = s->dev;
    enum err e;

    e = slot_irq(s, &p->chip.irq1, 1, false, why);
    e = e ? e : slot_drive(s, &p->chip.gate2, WIRE_GATE2, why);
    e = e ? e : slot_drive(s, &p->chip.nmi, WIRE_NMI, why);
    e = e ? e : slot_drive(s, &p->chip.speaker, WIRE_SPEAKER, why);
    e = e ? e : slot_drive(s, &p->a20, WIRE_A20, why);
    e = e ? e : slot_hear(s, WIRE_SPEAKER, move_xt_cone, 0, why);
    e = e ? e : slot_hear(s, WIRE_TONE, move_xt_cone, 0, why);
    e = e ? e : slot_hear(s, WIRE_FERR, ppi_set_npx, 0, why);
    return e ? e : slot_hear(s, WIRE_IOCHK, ppi_set_iochk, 0, why);
}

/* The board has no gate for A20: it takes what the CPU gives. */
static void open_a20(void *dev)
{
    struct interface *p = dev;

    line_set(&p->a20, true);
}

static enum err plug_ppi(struct slot *s, struct why *why)
{
    struct interface *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    ppi_init(&p->chip, &env);
    p->chip.out2 = xt_tone;
    p->chip.out2_ctx = slot_roles(s);
    p->speaker = (struct voice){ .name = "speaker", .level = xt_cone,
                                 .dev = s->dev };
    role_take(&slot_roles(s)->xt_port, &port_ops, s->dev);
    role_take(&slot_roles(s)->switches, &switches_ops, s->dev);
    e = join_xt_wires(s, why);
    e = e ? e : slot_voice(s, &p->speaker, why);
    e = e ? e : slot_ports(s, &p->ports, 0x60, 4, PPI_A, 1, why);
    e = e ? e : slot_ports(s, &p->nmi_mask, 0xa0, 1, PPI_NMI_MASK, 1, why);
    range_character(&p->ports, true, 0);
    return e;
}

const struct part part_i8255 = {
    .name = "i8255", .doc = "PC/XT's keyboard port, switches, speaker and NMI",
    .props = props, .size = sizeof(struct interface), .ops = &ppi_ops,
    .plug = plug_ppi, .reset = open_a20, .board = true,
};
