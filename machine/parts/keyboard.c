/* keyboard.c - part ps2-kbd: a keyboard on the controller's first port; part
 * xt-kbd: one on the shift register of a PC/XT's board. */
#include "devices/input/kbd.h"
#include "machine/part.h"

static void key(void *dev, u16 code, bool down) { kbd_key(dev, code, down); }
static int room(const void *dev) { return kbd_room(dev); }
static bool held(const void *dev, u16 code) { return kbd_held(dev, code); }
static unsigned leds(const void *dev) { return kbd_leds(dev); }

static const struct keyboard_ops keyboard_ops = { key, room, held, leds };

static enum err plug_into(struct slot *s, const struct ps2_ops *ops, void *dev,
                          struct why *why)
{
    struct roles *r = slot_roles(s);
    struct dev_env env = slot_env(s);
    struct kbd *k = s->dev;

    if (!ops)
        return slot_say(s, ERR_MISSING, why, "there is no keyboard controller");
    if (!role_take(&r->keyboard, &keyboard_ops, s->dev))
        return slot_say(s, ERR_BUSY, why, "there is a keyboard already");
    kbd_init(k, &env);
    k->host = ops->join(dev, 0,
                        (struct ps2_link){ kbd_frame, kbd_clock, k, 0 });
    return ERR_OK;
}

static enum err keyboard_plug(struct slot *s, struct why *why)
{
    const struct roles *r = slot_roles(s);

    return plug_into(s, r->ps2.ops, r->ps2.dev, why);
}

static enum err plug_xt(struct slot *s, struct why *why)
{
    const struct roles *r = slot_roles(s);

    ((struct kbd *)s->dev)->xt = true;
    return plug_into(s, r->xt_port.ops, r->xt_port.dev, why);
}

const struct part part_ps2_kbd = {
    .name = "ps2-kbd", .doc = "keyboard", .size = sizeof(struct kbd),
    .ops = &kbd_ops, .plug = keyboard_plug,
};

const struct part part_xt_kbd = {
    .name = "xt-kbd", .doc = "keyboard of a PC/XT", .size = sizeof(struct kbd),
    .ops = &kbd_ops, .plug = plug_xt,
};
