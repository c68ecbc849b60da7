/* piix3.c - Intel 82371SB: interrupts of PCI cards, and resets. */
#include "devices/pci/piix3.h"

enum { RESET_ALL = 0x02, RESET_NOW = 0x04 };
enum { PIRQRC = 0x60, PIRQ_OFF = 0x80 };

/* Lines that can take one: not the timer's, the keyboard's, the cascade, the
 * clock's and the coprocessor's. */
enum { ROUTABLE = 0xdef8 };

static const struct pci_ids ids = {
    .vendor = 0x8086, .device = 0x7000, .class = 0x060100, .header = 0x80,
};

/* Each line is high while a wire that is led to it is. */
static void drive_lines(struct piix3 *p)
{
    u32 high = 0;

    for (int n = 0; n < PIRQS; n++) {
        u8 route = p->func.s.reg[PIRQRC + n];

        if (!(route & PIRQ_OFF) && net_level(&p->wire[n]))
            high |= 1u << (route & 15);
    }
    for (int n = 0; n < 16; n++)
        line_set(&p->irq[n], (high & ROUTABLE) >> n & 1);
}

static void set_pirq(void *ctx, int n, bool level)
{
    (void)n, (void)level;
    drive_lines(ctx);
}

static void piix3_wrote(void *ctx, u8 reg)
{
    if ((reg & 0xfc) == PIRQRC)
        drive_lines(ctx);
}

static u32 piix3_bridge_in(void *dev, u16 port, int size)
{
    const struct piix3 *p = dev;

    (void)port, (void)size;
    return p->s.reset_control;
}

static void piix3_bridge_out(void *dev, u16 port, int size, u32 v)
{
    struct piix3 *p = dev;
    u8 old = p->s.reset_control;

    (void)port, (void)size;
    p->s.reset_control = v & (RESET_ALL | RESET_NOW);
    if ((old & RESET_NOW) || !(v & RESET_NOW))
        return;
    LOG(p->log, INFO, "piix3", "reset by port CF9h");
    if ((v & RESET_ALL) && p->reset)
        p->reset(p->reset_ctx);
    line_set(&p->cpu_reset, true);
    line_set(&p->cpu_reset, false);
}

static void piix3_bridge_reset(void *dev)
{
    struct piix3 *p = dev;

    p->s.reset_control = 0;
    pci_func_reset(&p->func);
    drive_lines(p);
}

static void piix3_bridge_loaded(void *dev)
{
    struct piix3 *p = dev;

    pci_func_loaded(&p->func);
    for (int n = 0; n < PIRQS; n++)
        net_loaded(&p->wire[n]);
    drive_lines(p);
}

static void piix3_make_registers(struct pci_func *f)
{
    pci_func_init(f, &ids);
    f->preset[PCI_COMMAND] = 0x07;
    f->writable[PCI_COMMAND] = 0x08;
    f->writable[PCI_COMMAND + 1] = 0x01;
    f->preset[0x4c] = 0x4d;
    f->preset[0x4e] = 0x03;
    f->preset[0x69] = 0x02;
    f->preset[0x70] = f->preset[0x71] = 0x80;
    f->preset[0x76] = f->preset[0x77] = 0x0c;
    for (int r = 0x4c; r < 0xb0; r++)
        f->writable[r] = 0xff;
    for (int n = 0; n < PIRQS; n++) {
        f->preset[PIRQRC + n] = PIRQ_OFF;
        f->writable[PIRQRC + n] = PIRQ_OFF | 15;
    }
}

void piix3_init(struct piix3 *p, const struct dev_env *env)
{
    static const char *const name[PIRQS] =
        { "pirqa", "pirqb", "pirqc", "pirqd" };

    p->log = env->log;
    piix3_make_registers(&p->func);
    p->func.wrote = piix3_wrote;
    p->func.wrote_ctx = p;
    for (int n = 0; n < PIRQS; n++) {
        p->wire[n].name = name[n];
        net_lead(&p->wire[n], set_pirq, p, n);
    }
    piix3_bridge_reset(p);
}

#define S struct piix3_state
static const struct field fields[] = {
    FIELD_BITS(S, reset_control, ",all,now", "reset control, CF9"),
    FIELD_ARRAY(S, spare, "zero"),
    FIELD_END
};
#undef S
const struct table piix3_table =
    { "piix3", sizeof(struct piix3_state), fields };

const struct dev_ops piix3_ops = {
    .name = "piix3",
    .state = &piix3_table,
    .reset = piix3_bridge_reset,
    .port_in = piix3_bridge_in,
    .port_out = piix3_bridge_out,
    .loaded = piix3_bridge_loaded,
};
