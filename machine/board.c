/* board.c - wires the chips of a PC/AT together.
 *
 * Reference: IBM PC/AT Technical Reference 6280070; Ralf Brown's ports list
 * for the later additions (92h, 4D0h, dispi). */
#include "machine/board.h"

#include <stdio.h>
#include <string.h>

/* ---- wires whose other end is not a chip's own input ---- */

static u8 inta(void *ctx)
{
    return pic_inta(ctx);
}

static bool out2(void *ctx)
{
    return pit_output(ctx, 2);
}

static void set_a20(void *ctx, int n, bool level)
{
    struct pc *pc = ctx;

    (void)n;
    pc->s.a20 = level;
    mem_set_a20(&pc->mem, level);
}

/* The CPU's RESET pin: from the 8042, port 92h or a triple fault. */
static void reset_pulse(void *ctx, int n, bool level)
{
    struct pc *pc = ctx;

    (void)n;
    if (!level)
        return;
    pc->s.reset_cpu = true;
    cpu_stop(&pc->cpu);
}

static void power_off(void *ctx, int n, bool level)
{
    struct pc *pc = ctx;

    (void)n;
    if (level) {
        pc->s.off = true;
        pc_stop(pc, PC_OFF);
    }
}

static void debug_exit(void *ctx, u32 code)
{
    struct pc *pc = ctx;

    pc->s.exited = true;
    pc->s.exit_code = code;
    pc_stop(pc, PC_EXIT);
}

static void frame(void *ctx)
{
    struct pc *pc = ctx;

    pc->frames++;
    if (pc->stop & PC_FRAME)
        pc_stop(pc, PC_FRAME);
}

/* While a part of A0000-BFFFF acts as plain memory, it is mapped as such. */
static void window_changed(void *ctx)
{
    struct pc *pc = ctx;
    u32 first, size, at;
    bool ram = vga_window_is_ram(&pc->vga, &first, &size, &at) &&
               first % PAGE_SIZE == 0 && size % PAGE_SIZE == 0;

    pc->window->first = ram ? first : VGA_WINDOW;
    pc->window->last = ram ? first + size - 1 : VGA_WINDOW;
    pc->window->host = ram ? pc->vram + at : NULL;
    if (!ram)                           /* an empty region: covers nothing */
        pc->window->first = 1, pc->window->last = 0;
    mem_changed(&pc->mem);
}

/* ---- bytes that leave the machine ---- */

static void put(struct pc *pc, enum pc_channel ch, u8 byte)
{
    if (pc->config.out)
        pc->config.out(pc->config.ctx, ch, byte);
}

#define SINK(n, ch)                                                        \
    static void put_##n(void *ctx, u8 byte) { put(ctx, ch, byte); }
SINK(com1, PC_COM1)
SINK(com2, PC_COM2)
SINK(com3, PC_COM3)
SINK(com4, PC_COM4)
SINK(lpt1, PC_LPT1)
SINK(debugcon, PC_DEBUGCON)
#undef SINK

/* ---- the coprocessor's error latch: IRQ 13, cleared through F0h ---- */

static void ferr_irq(void *ctx, int n, bool level)
{
    struct pc *pc = ctx;

    (void)n;
    if (level)
        pic_set_irq(&pc->pic[1], 5, true);
}

static void ferr_out(void *dev, u16 port, int size, u32 v)
{
    struct pc *pc = dev;

    (void)port, (void)size, (void)v;
    pic_set_irq(&pc->pic[1], 5, false);
    cpu_ignne(&pc->cpu);
}

static const struct dev_ops ferr_ops = { .name = "ferr", .port_out = ferr_out };

/* ---- lists of chips ---- */

static struct dev_env add(struct pc *pc, const struct dev_ops *ops, void *dev,
                          int n)
{
    struct chip *ch = &pc->chip[pc->chips];

    ch->ops = ops;
    ch->dev = dev;
    snprintf(ch->name, sizeof ch->name, "%s", ops->name);
    if (n >= 0 && strlen(ch->name) < sizeof ch->name - 1)
        ch->name[strlen(ch->name)] = (char)('0' + n);
    pc->chips++;
    return (struct dev_env){ &pc->clk, &pc->log, (u16)(16 * pc->chips) };
}

static struct line irq_line(struct pc *pc, int irq)
{
    return (struct line){ .set = pic_set_irq, .ctx = &pc->pic[irq / 8],
                          .n = irq % 8 };
}

static void map(struct pc *pc, u16 first, u16 count, u16 base, u8 width,
                const struct dev_ops *ops, void *dev)
{
    bus_map(&pc->bus, first, count, base, width, ops, dev);
}

/* COM1 and COM3 share an interrupt line, so do COM2 and COM4: it is high
 * while any of them wants it. n: the line in bits 4 and up, below who. */
static void shared_irq(void *ctx, int n, bool level)
{
    struct pc *pc = ctx;
    int irq = n >> 4, who = 1 << (n & 15);

    pc->irq_wanted[irq] = (u8)(level ? pc->irq_wanted[irq] | who
                                     : pc->irq_wanted[irq] & ~who);
    pic_set_irq(&pc->pic[0], irq, pc->irq_wanted[irq]);
}

/* ---- one group of chips after the other ---- */

static void init_pics(struct pc *pc)
{
    for (int n = 0; n < 2; n++) {
        struct dev_env env = add(pc, &pic_ops, &pc->pic[n], n + 1);

        pc->pic[n].slave = n == 1;
        pic_init(&pc->pic[n], &env);
        map(pc, n ? 0xa0 : 0x20, 2, 0, 1, &pic_ops, &pc->pic[n]);
        map(pc, (u16)(0x4d0 + n), 1, 2, 1, &pic_ops, &pc->pic[n]);
    }
    pc->pic[0].slave_inta = pic_slave_inta;
    pc->pic[0].slave_ctx = &pc->pic[1];
    pc->pic[0].intr = (struct line){ .set = cpu_set_intr, .ctx = &pc->cpu };
    pc->pic[1].intr = irq_line(pc, 2);
    pc->cpu.inta = inta;
    pc->cpu.inta_ctx = &pc->pic[0];
    pc->cpu.ferr = (struct line){ .set = ferr_irq, .ctx = pc };
    pc->cpu.shutdown = (struct line){ .set = reset_pulse, .ctx = pc };
    map(pc, 0xf0, 2, 0, 1, &ferr_ops, pc);
}

static void init_timers(struct pc *pc)
{
    struct dev_env env = add(pc, &pit_ops, &pc->pit, -1);

    pit_init(&pc->pit, &env);
    pc->pit.out[0] = irq_line(pc, 0);
    map(pc, 0x40, 4, 0, 1, &pit_ops, &pc->pit);

    env = add(pc, &rtc_ops, &pc->rtc, -1);
    rtc_init(&pc->rtc, &env);
    pc->rtc.irq = irq_line(pc, 8);
    map(pc, 0x70, 2, 0, 1, &rtc_ops, &pc->rtc);

    env = add(pc, &sysctl_ops, &pc->sysctl, -1);
    sysctl_init(&pc->sysctl, &env);
    pc->sysctl.gate2 = (struct line){ pit_set_gate, &pc->pit, 2, false };
    pc->sysctl.out2 = out2;
    pc->sysctl.out2_ctx = &pc->pit;
    pc->sysctl.nmi = (struct line){ .set = cpu_set_nmi, .ctx = &pc->cpu };
    pc->rtc.nmi_mask = (struct line){ sysctl_set_nmi_mask, &pc->sysctl, 0,
                                      false };
    pc->sysctl.a20 = (struct line){ .set = set_a20, .ctx = pc };
    pc->sysctl.reset = (struct line){ .set = reset_pulse, .ctx = pc };
    map(pc, 0x61, 1, 0, 1, &sysctl_ops, &pc->sysctl);
    map(pc, 0x92, 1, 1, 1, &sysctl_ops, &pc->sysctl);
}

static void init_dma(struct pc *pc)
{
    struct dev_env env = add(pc, &dma_ops, &pc->dma, -1);

    dma_init(&pc->dma, &env, &pc->mem);
    map(pc, 0x00, 16, 0, 1, &dma_ops, &pc->dma);
    map(pc, 0x80, 16, 16, 1, &dma_ops, &pc->dma);
    map(pc, 0xc0, 32, 32, 1, &dma_ops, &pc->dma);
}

static void init_keyboard(struct pc *pc)
{
    struct dev_env env = add(pc, &kbc_ops, &pc->kbc, -1);

    kbc_init(&pc->kbc, &env);
    env = add(pc, &kbd_ops, &pc->kbd, -1);
    kbd_init(&pc->kbd, &env);
    env = add(pc, &mouse_ops, &pc->mouse, -1);
    mouse_init(&pc->mouse, &env);
    pc->kbc.port[0] = (struct ps2_link){ kbd_frame, kbd_clock, &pc->kbd, 0 };
    pc->kbc.port[1] =
        (struct ps2_link){ mouse_frame, mouse_clock, &pc->mouse, 0 };
    pc->kbd.host = (struct ps2_link){ kbc_frame, NULL, &pc->kbc, 0 };
    pc->mouse.host = (struct ps2_link){ kbc_frame, NULL, &pc->kbc, 1 };
    pc->kbc.irq1 = irq_line(pc, 1);
    pc->kbc.irq12 = irq_line(pc, 12);
    pc->kbc.a20 = (struct line){ .set = sysctl_set_kbc_a20,
                                 .ctx = &pc->sysctl };
    pc->kbc.reset = (struct line){ .set = reset_pulse, .ctx = pc };
    map(pc, 0x60, 1, KBC_DATA, 1, &kbc_ops, &pc->kbc);
    map(pc, 0x64, 1, KBC_STATUS, 1, &kbc_ops, &pc->kbc);
}

static void init_serial(struct pc *pc)
{
    static const u16 port[UARTS] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
    static void (*const puts[UARTS])(void *, u8) =
        { put_com1, put_com2, put_com3, put_com4 };

    for (int n = 0; n < UARTS; n++) {
        struct dev_env env = add(pc, &uart_ops, &pc->uart[n], n + 1);

        uart_init(&pc->uart[n], &env);
        pc->uart[n].irq = (struct line){ shared_irq, pc,
                                         (n & 1 ? 3 : 4) << 4 | n, false };
        pc->uart[n].tx = (struct sink){ puts[n], pc };
        if (pc->config.channels & 1u << n)
            map(pc, port[n], 8, 0, 1, &uart_ops, &pc->uart[n]);
    }
}

static void init_ports(struct pc *pc)
{
    struct dev_env env = add(pc, &lpt_ops, &pc->lpt, -1);

    lpt_init(&pc->lpt, &env);
    pc->lpt.irq = irq_line(pc, 7);
    pc->lpt.paper = (struct sink){ put_lpt1, pc };
    if (pc->config.channels & 1u << PC_LPT1)
        map(pc, 0x378, 3, 0, 1, &lpt_ops, &pc->lpt);

    env = add(pc, &debug_ops, &pc->debug, -1);
    debug_init(&pc->debug, &env);
    pc->debug.console = (struct sink){ put_debugcon, pc };
    pc->debug.off = (struct line){ .set = power_off, .ctx = pc };
    pc->debug.exit = debug_exit;
    pc->debug.exit_ctx = pc;
    if (pc->config.has_debugcon)
        map(pc, 0xe9, 1, DEBUG_CONSOLE, 1, &debug_ops, &pc->debug);
    if (pc->config.exit_port)
        map(pc, pc->config.exit_port, pc->config.exit_size, DEBUG_EXIT, 4,
            &debug_ops, &pc->debug);
    map(pc, 0x8900, 1, DEBUG_SHUTDOWN, 1, &debug_ops, &pc->debug);
    map(pc, 0x80, 1, DEBUG_POST, 1, &debug_ops, &pc->debug);
}

static void init_disks(struct pc *pc)
{
    struct dev_env env = add(pc, &fdc_ops, &pc->fdc, -1);

    fdc_init(&pc->fdc, &env);
    pc->fdc.irq = irq_line(pc, 6);
    pc->fdc.dma = dma_channel_link(&pc->dma, 2);
    pc->fdc.fast = true;
    /* The Bochs BIOS sets no data rate and does not seek. */
    pc->fdc.lenient = pc->config.bios != NULL;
    map(pc, 0x3f0, 6, 0, 1, &fdc_ops, &pc->fdc);
    map(pc, 0x3f7, 1, 7, 1, &fdc_ops, &pc->fdc);
    for (int n = 0; n < IDE_CHANNELS; n++) {
        env = add(pc, &ide_ops, &pc->ide[n], n);
        ide_init(&pc->ide[n], &env);
        pc->ide[n].irq = irq_line(pc, 14 + n);
        map(pc, n ? 0x170 : 0x1f0, 8, 0, 4, &ide_ops, &pc->ide[n]);
        map(pc, n ? 0x376 : 0x3f6, 1, 8, 1, &ide_ops, &pc->ide[n]);
    }
}

static void init_vga(struct pc *pc)
{
    struct dev_env env = add(pc, &vga_ops, &pc->vga, -1);
    struct region *r = mem_map(&pc->mem, "vga", VGA_WINDOW, VGA_WINDOW_SIZE);

    r->ops = &vga_ops;
    r->dev = &pc->vga;
    r->timeless = true;
    r = mem_map(&pc->mem, "lfb", LFB_BASE, VRAM_SIZE);
    r->host = pc->vram;
    pc->window = mem_map(&pc->mem, "vga ram", VGA_WINDOW, PAGE_SIZE);
    pc->vga.vram = pc->vram;
    pc->vga.vram_size = VRAM_SIZE;
    pc->vga.frame = frame;
    pc->vga.frame_ctx = pc;
    pc->vga.window_changed = window_changed;
    pc->vga.window_ctx = pc;
    pc->vga.irq = irq_line(pc, 9);
    vga_init(&pc->vga, &env);
    window_changed(pc);
    map(pc, 0x3b0, 0x30, 0, 1, &vga_ops, &pc->vga);
    map(pc, 0x1ce, 4, 0x100, 2, &vga_ops, &pc->vga);
}

/* ---- memory ---- */

static void map_host(struct pc *pc, const char *name, u32 first, u32 size,
                     u8 *host, bool readonly)
{
    struct region *r = mem_map(&pc->mem, name, first, size);

    r->host = host;
    r->readonly = readonly;
}

/* The address lines of the CPU's package. */
static u32 address_mask(enum family f)
{
    return f < I286 ? 0xfffff : f == I286 ? 0xffffff : ~0u;
}

/* The BIOS lies at the top of the address space, its last 128 KB also below
 * 1 MB. What a smaller one leaves free under it stays empty. */
static void map_memory(struct pc *pc)
{
    u32 low = pc->rom_size < 0x20000 ? pc->rom_size : 0x20000;
    u8 *tail = pc->rom + pc->rom_size - low;

    map_host(pc, "ram", 0, 0xa0000, pc->ram, false);
    if (pc->ram_size > 0x100000)
        map_host(pc, "extended ram", 0x100000, pc->ram_size - 0x100000,
                 pc->ram + 0x100000, false);
    map_host(pc, "bios", 0x100000 - low, low, tail, !pc->rom_writable);
    map_host(pc, "bios top", -pc->rom_size & pc->mem.addr_mask, pc->rom_size,
             pc->rom, true);
    map_host(pc, "vga bios", 0xc0000, pc->option_size, pc->vga_rom,
             !pc->rom_writable);
}

/* SeaBIOS takes the VGA BIOS from there and copies it to C0000 itself. */
static void init_fwcfg(struct pc *pc)
{
    struct dev_env env = add(pc, &fwcfg_ops, &pc->fwcfg, -1);

    fwcfg_init(&pc->fwcfg, &env);
    if (!pc->config.bios)
        return;
    fwcfg_add(&pc->fwcfg, "vgaroms/vgabios.bin", pc->vga_rom_file,
              pc->vga_rom_size);
    map(pc, 0x510, 2, 0, 2, &fwcfg_ops, &pc->fwcfg);
}

/* The best one, or that asked for; false: it is not to be had. */
static bool set_engine(struct pc *pc)
{
    const char *name = pc->config.engine;

    if (!name || !strcmp(name, "compiled"))
        return cpu_set_engine(&pc->cpu, ENGINE_COMPILED) || !name;
    return cpu_set_engine(&pc->cpu, !strcmp(name, "fast") ? ENGINE_FAST
                                                          : ENGINE_PLAIN);
}

enum { MMIO_NS = 100 };

enum err board_init(struct pc *pc, struct why *why)
{
    const struct cpu_model *model = &pc->model;

    pc->s.costs = !pc->config.ps_per_insn;
    pc->clk.ps_per_insn = pc->s.costs ? cpu_pace(model)
                                      : sane_pace(pc->config.ps_per_insn);
    pc->log.now = &pc->clk.now;
    bus_init(&pc->bus, &pc->clk, &pc->log);
    pc->mem.clk = &pc->clk;
    pc->mem.mmio_ns = MMIO_NS;
    pc->mem.addr_mask = pc->mem.a20_mask = address_mask(model->family);
    pc->mem.changed = cpu_map_changed;
    pc->mem.wrote = cpu_mem_wrote;
    pc->mem.ctx = &pc->cpu;
    if (cpu_init(&pc->cpu, model, &pc->mem, &pc->bus, &pc->clk, &pc->log))
        return err_say(why, ERR_NOMEM, "out of memory");
    cpu_set_costs(&pc->cpu, pc->s.costs);
    pc->s.features = model->features;
    pc->s.fpu = pc->cpu.fpu;
    snprintf((char *)pc->s.cpu, sizeof pc->s.cpu, "%s", model->name);
    pc->cpu.cache_off = pc->config.cache_off;
    if (!set_engine(pc))
        return err_say(why, ERR_RANGE, "engine '%s': not to be had on this "
                       "host", pc->config.engine);
    map_memory(pc);
    init_pics(pc);
    init_timers(pc);
    init_dma(pc);
    init_keyboard(pc);
    init_serial(pc);
    init_vga(pc);
    init_ports(pc);
    init_disks(pc);
    init_fwcfg(pc);
    add(pc, &vga_shown_ops, &pc->vga.shown, -1);
    input_init(pc);
    idle_init(pc);
    sound_init(pc);
    return ERR_OK;
}

void board_reset(struct pc *pc)
{
    if (pc->rom_writable)
        memcpy(pc->rom, pc->rom_file, pc->rom_size);
    memcpy(pc->vga_rom, pc->vga_rom_file, pc->option_size);
    for (int n = 0; n < pc->chips; n++)
        if (pc->chip[n].ops->reset)
            pc->chip[n].ops->reset(pc->chip[n].dev);
    for (int n = 0; n < UARTS; n++)     /* somebody is at the other end */
        for (int pin = UART_CTS; pin <= UART_DCD; pin++)
            uart_set_modem(&pc->uart[n], pin, pin != UART_RI);
    cpu_reset(&pc->cpu);
    cpu_map_changed(&pc->cpu);
}
