/* serial.c - part isa-serial: a 16550A serial port, COM1 to COM8. */
#include "devices/serial/uart.h"
#include "machine/part.h"

struct serial {
    struct uart chip;                   /* must come first */
    u32 index, iobase, irq;
    const char *chardev;
    struct range ports;
};

static const struct prop props[] = {
    PROP_NUM(struct serial, index, NULL, 0, SERIALS - 1,
             "its number: 0 is COM1; else the first that is free"),
    PROP_PORT(struct serial, iobase, NULL, "first of its eight ports; COM1 to "
              "COM4 have 3f8h, 2f8h, 3e8h, 2e8h"),
    PROP_IRQ(struct serial, irq, NULL),
    PROP_CHARDEV(struct serial),
    PROP_END
};

static bool serial_receive(void *dev, u8 byte)
{
    return uart_receive(dev, byte);
}

static int serial_room(const void *dev)
{
    return uart_room(dev);
}

static const struct serial_ops serial_ops = { serial_room, serial_receive };

static void serial_hold(void *dev, bool on)
{
    uart_hold(dev, on);
}

static bool serial_is_held(const void *dev)
{
    return ((const struct uart *)dev)->s.held;
}

static void drain(void *dev)
{
    uart_drain(dev);
}

static const struct outlet_ops outlet_ops = { serial_hold, serial_is_held,
                                             drain };

static enum err serial_choose(struct slot *s, struct serial *p, struct why *why)
{
    static const u16 usual[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
    const struct roles *r = slot_roles(s);

    for (u32 n = 0; n < SERIALS && p->index == UNSET; n++)
        if (!r->serial[n].ops)
            p->index = n;
    if (p->index == UNSET)
        return slot_say(s, ERR_RANGE, why, "there are %d already", SERIALS);
    if (p->iobase == UNSET && p->index >= COUNT_OF(usual))
        return slot_say(s, ERR_MISSING, why, "COM%u has no usual port: give "
                        "iobase=", p->index + 1);
    if (p->iobase == UNSET)
        p->iobase = usual[p->index];
    if (p->irq == UNSET)
        p->irq = p->index & 1 ? 3 : 4;
    return ERR_OK;
}

static enum err serial_plug(struct slot *s, struct why *why)
{
    struct serial *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e = serial_choose(s, p, why);

    if (e)
        return e;
    if (!role_take(&slot_roles(s)->serial[p->index], &serial_ops, s->dev))
        return slot_say(s, ERR_BUSY, why, "index=%u is taken", p->index);
    uart_init(&p->chip, &env);
    p->chip.tx = slot_channel(s, (enum pc_channel)(PC_COM1 + p->index),
                              p->chardev, &outlet_ops);
    e = slot_irq(s, &p->chip.irq, p->irq, true, why);
    e = e ? e : slot_ports(s, &p->ports, p->iobase, 8, 0, 1, why);
    range_character(&p->ports, false, 0x64);
    return e;
}

/* Raises the lines by which the port sees that somebody is at its other end. */
static void peer(void *dev)
{
    for (int pin = UART_CTS; pin <= UART_DCD; pin++)
        uart_set_modem(dev, pin, pin != UART_RI);
}

const struct part part_isa_serial = {
    .name = "isa-serial", .doc = "serial port (16550A)", .props = props,
    .size = sizeof(struct serial), .ops = &uart_ops, .plug = serial_plug,
    .reset = peer,
};
