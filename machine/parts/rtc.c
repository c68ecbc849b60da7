/* rtc.c - part mc146818: the calendar clock and CMOS RAM on IRQ 8. */
#include "devices/chipset/rtc.h"
#include "machine/part.h"

struct calendar {
    struct rtc chip;                    /* must come first */
    struct range ports;
};

static u8 get(const void *dev, int i) { return rtc_cmos(dev, i); }
static void set(void *dev, int i, u8 v) { rtc_set_cmos(dev, i, v); }
static void rtc_role_checksum(void *dev) { rtc_checksum(dev); }
static void set_time(void *dev, s64 seconds) { rtc_set_time(dev, seconds); }
static void save(const void *dev, u8 *bytes) { rtc_save_nvram(dev, bytes); }
static void load(void *dev, const u8 *bytes) { rtc_load_nvram(dev, bytes); }

static const struct clock_ops clock_ops =
    { get, set, rtc_role_checksum, set_time, save, load };

static enum err rtc_plug(struct slot *s, struct why *why)
{
    struct calendar *p = s->dev;
    struct dev_env env = slot_env(s);
    enum err e;

    rtc_init(&p->chip, &env);
    role_take(&slot_roles(s)->clock, &clock_ops, s->dev);
    e = slot_irq(s, &p->chip.irq, 8, false, why);
    e = e ? e : slot_drive(s, &p->chip.nmi_mask, WIRE_NMI_MASK, why);
    e = e ? e : slot_ports(s, &p->ports, 0x70, 2, 0, 1, why);
    range_character(&p->ports, true, 0);
    slot_keeps(s, &p->ports, 2, 1);     /* reads of data, writes of the index */
    return e;
}

const struct part part_mc146818 = {
    .name = "mc146818", .doc = "calendar clock with CMOS RAM",
    .alias = "mc146818rtc", .size = sizeof(struct calendar), .ops = &rtc_ops,
    .plug = rtc_plug, .board = true,
};
