/* kbc.c - part i8042: the keyboard controller, with ports for a keyboard and
 * a mouse. */
#include "devices/input/kbc.h"
#include "machine/part.h"

struct controller {
    struct kbc chip;                    /* must come first */
    struct range data, status;
};

static struct ps2_link kbc_join(void *dev, int port, struct ps2_link device)
{
    struct kbc *k = dev;

    k->port[port] = device;
    return (struct ps2_link){ kbc_frame, NULL, dev, port };
}

static const struct ps2_ops ps2_ops = { kbc_join };

/* A reset of the CPU alone opens the gate, or it would not find the BIOS. */
static void cpu_was_reset(void *dev, int n, bool level)
{
    (void)n;
    if (level)
        kbc_open_a20(dev);
}

static enum err kbc_join_wires(struct slot *s, struct why *why)
{
    struct controller *p = s->dev;
    enum err e;

    e = slot_irq(s, &p->chip.irq1, 1, false, why);
    e = e ? e : slot_irq(s, &p->chip.irq12, 12, false, why);
    e = e ? e : slot_drive(s, &p->chip.a20, WIRE_KBC_A20, why);
    e = e ? e : slot_drive(s, &p->chip.reset, WIRE_RESET, why);
    return e ? e : slot_hear(s, WIRE_CPU_RESET, cpu_was_reset, 0, why);
}

static enum err kbc_plug(struct slot *s, struct why *why)
{
    struct controller *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    kbc_init(&p->chip, &env);
    role_take(&slot_roles(s)->ps2, &ps2_ops, s->dev);
    e = kbc_join_wires(s, why);
    e = e ? e : slot_ports(s, &p->data, 0x60, 1, KBC_DATA, 1, why);
    e = e ? e : slot_ports(s, &p->status, 0x64, 1, KBC_STATUS, 1, why);
    range_character(&p->data, true, 1);
    range_character(&p->status, true, 1);
    return e;
}

const struct part part_i8042 = {
    .name = "i8042", .doc = "keyboard controller with two PS/2 ports",
    .size = sizeof(struct controller), .ops = &kbc_ops, .plug = kbc_plug,
    .board = true,
};
