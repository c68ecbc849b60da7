/* debug.c - parts with which test programs speak to an emulator: POST codes
 * and Bochs's power switch, the debug console, a test's exit code. */
#include "devices/debug/debug.h"
#include "machine/part.h"

struct debug_part {
    struct debug chip;                  /* must come first */
    u32 iobase, iosize;
    const char *chardev;
    struct range ports, post;
};

/* ---- POST codes and the power switch ---- */

/* The POST code's latch hears what is written to a DMA page register that
 * nobody uses. */
static enum err plug_post(struct slot *s, struct why *why)
{
    struct debug_part *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    debug_init(&p->chip, &env);
    e = slot_drive(s, &p->chip.off, WIRE_POWER_OFF, why);
    e = e ? e : slot_ports(s, &p->ports, 0x8900, 1, DEBUG_SHUTDOWN, 1, why);
    e = e ? e : slot_watch(s, &p->post, 0x80, 1, DEBUG_POST, 1, why);
    range_character(&p->post, true, 0);
    return e;
}

const struct part part_post = {
    .name = "post", .doc = "POST codes at 80h, power switch at 8900h",
    .size = sizeof(struct debug_part), .ops = &debug_ops, .plug = plug_post,
    .board = true,
};

/* ---- the debug console ---- */

static const struct prop console_props[] = {
    PROP_PORT(struct debug_part, iobase, "0xe9", "its port"),
    PROP_CHARDEV(struct debug_part),
    PROP_END
};

static enum err plug_console(struct slot *s, struct why *why)
{
    struct debug_part *p = s->dev;
    struct dev_env env = slot_env(s);

    debug_init(&p->chip, &env);
    p->chip.console = slot_channel(s, PC_DEBUGCON, p->chardev, NULL);
    return slot_ports(s, &p->ports, p->iobase, 1, DEBUG_CONSOLE, 1, why);
}

const struct part part_debugcon = {
    .name = "isa-debugcon", .doc = "debug console", .props = console_props,
    .size = sizeof(struct debug_part), .ops = &debug_ops,
    .plug = plug_console,
};

/* ---- a test's exit code ---- */

static const struct prop exit_props[] = {
    PROP_PORT(struct debug_part, iobase, "0x501", "first of its ports"),
    PROP_NUM(struct debug_part, iosize, "2", 1, 4, "how many they are"),
    PROP_END
};

static enum err plug_exit(struct slot *s, struct why *why)
{
    struct debug_part *p = s->dev;
    struct dev_env env = slot_env(s);

    debug_init(&p->chip, &env);
    p->chip.exit = slot_exit(s, &p->chip.exit_ctx);
    return slot_ports(s, &p->ports, p->iobase, (u16)p->iosize, DEBUG_EXIT, 4,
                      why);
}

const struct part part_debug_exit = {
    .name = "isa-debug-exit",
    .doc = "a guest's write V ends with status 2V+1", .props = exit_props,
    .size = sizeof(struct debug_part), .ops = &debug_ops, .plug = plug_exit,
};
