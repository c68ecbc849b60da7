/* fwcfg.c - part fw_cfg: files for a foreign BIOS. */
#include "devices/debug/fwcfg.h"
#include "machine/part.h"

struct firmware {
    struct fwcfg chip;                  /* must come first */
    struct range ports;
};

static bool fwcfg_role_add(void *dev, const char *name, const u8 *bytes,
                           u32 size)
{
    return fwcfg_add(dev, name, bytes, size);
}

static const struct firmware_ops firmware_ops = { fwcfg_role_add };

static enum err fwcfg_plug(struct slot *s, struct why *why)
{
    struct firmware *p = s->dev;
    struct dev_env env = slot_env(s);

    fwcfg_init(&p->chip, &env);
    role_take(&slot_roles(s)->firmware, &firmware_ops, s->dev);
    return slot_ports(s, &p->ports, 0x510, 2, 0, 2, why);
}

const struct part part_fw_cfg = {
    .name = "fw_cfg", .doc = "files for a foreign BIOS",
    .size = sizeof(struct firmware), .ops = &fwcfg_ops, .plug = fwcfg_plug,
    .board = true,
};
