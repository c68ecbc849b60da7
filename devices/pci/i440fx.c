/* i440fx.c - Intel 82441FX: configuration mechanism 1 and shadow RAM. */
#include "devices/pci/i440fx.h"

enum { ENABLE = 0x80000000u, DATA = 4 };
enum { PAM0 = 0x59, PAM_LAST = 0x5f, DRB0 = 0x60, SMRAM = 0x72 };

static const struct pci_ids ids = {
    .vendor = 0x8086, .device = 0x1237, .class = 0x060000, .revision = 2,
};

/* PAM0 has the BIOS's 64 KB in its high half; PAM1 to PAM6 have two segments
 * each, the lower one in the low half. */
static u8 shadow_bits(const struct i440fx *b, int segment)
{
    u8 pam = b->func.s.reg[PAM0 + (segment + 1) / 2];

    return (segment + 1) % 2 ? pam >> 4 & 3 : pam & 3;
}

static void tell_shadows(struct i440fx *b)
{
    for (int n = 0; n < SHADOWS && b->shadow; n++)
        b->shadow(b->shadow_ctx, n, shadow_bits(b, n));
}

/* A register of this very function was written. */
static void i440fx_wrote(void *ctx, u8 reg)
{
    if ((reg | 3) >= PAM0 && (reg & 0xfc) <= PAM_LAST)
        tell_shadows(ctx);
}

static u32 i440fx_bridge_in(void *dev, u16 port, int size)
{
    struct i440fx *b = dev;

    if (port < DATA)
        return size == 4 ? b->s.address : ~0u;
    if ((b->s.address & 0xffff0000) != ENABLE)
        return ~0u;
    return pci_read(&b->bus, (u8)(b->s.address >> 8),
                    (u8)((b->s.address & 0xfc) + (port & 3)), size);
}

/* CF8h listens to dwords alone; narrower accesses are another chip's. */
static void i440fx_bridge_out(void *dev, u16 port, int size, u32 v)
{
    struct i440fx *b = dev;

    if (port < DATA) {
        if (size == 4)
            b->s.address = v & 0x80fffffc;
        return;
    }
    if ((b->s.address & 0xffff0000) != ENABLE)
        return;
    LOG(b->log, TRACE, "pci", "write %02x.%x %02x: %x",
        b->s.address >> 11 & 31, b->s.address >> 8 & 7,
        (b->s.address & 0xfc) + (port & 3), v);
    pci_write(&b->bus, (u8)(b->s.address >> 8),
              (u8)((b->s.address & 0xfc) + (port & 3)), size, v);
}

static void i440fx_bridge_reset(void *dev)
{
    struct i440fx *b = dev;

    b->s = (struct i440fx_state){ 0 };
    pci_func_reset(&b->func);
    tell_shadows(b);
}

static void i440fx_bridge_loaded(void *dev)
{
    struct i440fx *b = dev;

    b->s.address &= 0x80fffffc;
    pci_func_loaded(&b->func);
    tell_shadows(b);
}

/* Registers that set-up programs write and read back; nothing else follows
 * from them. A row boundary counts 8 MB, and that of the first row is the
 * last as well. */
static void i440fx_make_registers(struct pci_func *f, u32 ram)
{
    pci_func_init(f, &ids);
    f->preset[PCI_COMMAND] = 0x06;
    f->writable[PCI_COMMAND] = f->writable[PCI_COMMAND + 1] = 0;
    f->preset[SMRAM] = 0x02;
    for (int r = 0x50; r < 0x80; r++)
        f->writable[r] = 0xff;
    for (int n = 0; n < 8; n++)
        f->preset[DRB0 + n] = (u8)((ram + (8u << 20) - 1) >> 23);
    for (int n = 0; n < 7; n++)
        f->writable[PAM0 + n] = n ? 0x33 : 0x30;
}

void i440fx_init(struct i440fx *b, const struct dev_env *env, u32 ram)
{
    b->log = env->log;
    i440fx_make_registers(&b->func, ram);
    b->func.wrote = i440fx_wrote;
    b->func.wrote_ctx = b;
    i440fx_bridge_reset(b);
}

#define S struct i440fx_state
static const struct field fields[] = {
    FIELD(S, address, "configuration address, CF8"),
    FIELD_END
};
#undef S
static const struct table table =
    { "i440fx", sizeof(struct i440fx_state), fields };

const struct dev_ops i440fx_ops = {
    .name = "i440fx",
    .state = &table,
    .reset = i440fx_bridge_reset,
    .port_in = i440fx_bridge_in,
    .port_out = i440fx_bridge_out,
    .loaded = i440fx_bridge_loaded,
};
