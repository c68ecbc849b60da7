/* gameport.c - part gameport: a game control adapter with joysticks. */
#include "devices/input/gameport.h"
#include "machine/part.h"

struct adapter {
    struct gameport chip;               /* must come first */
    u32 iobase, sticks;
    struct range ports;
};

static const struct prop props[] = {PROP_PORT(struct adapter, iobase, "0x200",
                                              "first of its eight ports, which "
                                              "all do the same"),
                                    PROP_NUM(struct adapter, sticks, "1", 0, 2,
                                             "joysticks that are plugged "
                                             "in"),
                                    PROP_END};

static const struct joystick_ops joystick_ops = { gameport_move };

static enum err gameport_plug(struct slot *s, struct why *why)
{
    struct adapter *p = s->dev;
    struct dev_env env = slot_env(s);

    p->chip.sticks = p->sticks;
    gameport_init(&p->chip, &env);
    role_take(&slot_roles(s)->joystick, &joystick_ops, s->dev);
    return slot_ports(s, &p->ports, p->iobase, 8, 0, 1, why);
}

const struct part part_gameport = {
    .name = "gameport", .doc = "game port with joysticks", .props = props,
    .size = sizeof(struct adapter), .ops = &gameport_ops, .plug = gameport_plug,
};
