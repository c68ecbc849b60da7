/* mouse.c - part ps2-mouse: a wheel mouse on the controller's second port. */
#include "devices/input/mouse.h"
#include "machine/part.h"

static void mouse_role_move(void *dev, int dx, int dy, int dz, unsigned buttons)
{
    mouse_move(dev, dx, dy, dz, buttons);
}

static bool mouse_role_idle(const void *dev)
{
    return mouse_idle(dev);
}

static unsigned buttons(const void *dev)
{
    return ((const struct mouse *)dev)->s.buttons;
}

static const struct pointer_ops pointer_ops =
    { mouse_role_move, mouse_role_idle, buttons };

static enum err mouse_plug(struct slot *s, struct why *why)
{
    struct roles *r = slot_roles(s);
    struct dev_env env = slot_env(s);
    struct mouse *m = s->dev;

    if (!r->ps2.ops)
        return slot_say(s, ERR_MISSING, why, "there is no keyboard controller");
    if (!role_take(&r->pointer, &pointer_ops, s->dev))
        return slot_say(s, ERR_BUSY, why, "there is a mouse already");
    mouse_init(m, &env);
    m->host = r->ps2.ops->join(r->ps2.dev, 1, (struct ps2_link)
                               { mouse_frame, mouse_clock, m, 0 });
    return ERR_OK;
}

const struct part part_ps2_mouse = {
    .name = "ps2-mouse", .doc = "wheel mouse", .size = sizeof(struct mouse),
    .ops = &mouse_ops, .plug = mouse_plug,
};
