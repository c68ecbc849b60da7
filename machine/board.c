/* board.c - the CPU, its memory and the wires between the parts. */
#include "machine/debug/breaks.h"
#include "machine/time/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- wires whose other end is the board itself ---- */

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
    cpu_stop(pc->cpu);
}

static void power_off(void *ctx, int n, bool level)
{
    struct pc *pc = ctx;

    (void)n;
    if (level) {
        board_drain(pc);
        pc->s.off = true;
        pc_stop(pc, PC_OFF);
    }
}

static u8 inta(void *ctx)
{
    const struct roles *r = ctx;

    return r->intc[0].ops ? r->intc[0].ops->acknowledge(r->intc[0].dev) : 0xff;
}

static void init_wires(struct pc *pc)
{
    static const char *const name[WIRES] = {
        "irq0", "irq1", "irq2", "irq3", "irq4", "irq5", "irq6", "irq7",
        "irq8", "irq9", "irq10", "irq11", "irq12", "irq13", "irq14", "irq15",
        "intr", "nmi", "ferr", "iochk", "nmi mask", "reset", "cpu reset",
        "8042 a20", "a20", "gate2", "tone", "speaker", "power off",
    };

    for (int n = 0; n < WIRES; n++)
        pc->wire[n].name = name[n];
    net_lead(&pc->wire[WIRE_INTR], cpu_set_intr, pc->cpu, 0);
    net_lead(&pc->wire[WIRE_NMI], cpu_set_nmi, pc->cpu, 0);
    net_lead(&pc->wire[WIRE_A20], set_a20, pc, 0);
    net_lead(&pc->wire[WIRE_RESET], reset_pulse, pc, 0);
    net_lead(&pc->wire[WIRE_POWER_OFF], power_off, pc, 0);
    net_join(&pc->wire[WIRE_FERR], &cpu_pins(pc->cpu)->ferr);
    net_join(&pc->wire[WIRE_RESET], &cpu_pins(pc->cpu)->shutdown);
    net_join(&pc->wire[WIRE_IOCHK], &pc->nmi_button);
    net_join(&pc->wire[WIRE_CPU_RESET], &pc->cpu_was_reset);
    cpu_pins(pc->cpu)->inta = inta;
    cpu_pins(pc->cpu)->inta_ctx = &pc->roles;
    breaks_init(pc);
}

/* A state from before the wires had a place in it tells of a line with one
 * output by the interrupt controller's input. */
static u16 by_controller(struct pc *pc, int n)
{
    struct intc_look look = { 0 };

    if (n > WIRE_IRQ15 || pc->wire[n].outputs != 1 ||
        !pc->roles.intc[n / 8].ops)
        return 0;
    pc->roles.intc[n / 8].ops->look(pc->roles.intc[n / 8].dev, &look);
    return look.lines >> n % 8 & 1;
}

void board_wires_loaded(struct pc *pc)
{
    for (int n = 0; n < WIRES; n++) {
        pc->wire[n].s.driven = pc->s.wires_known ? pc->s.wire[n]
                                                 : by_controller(pc, n);
        net_loaded(&pc->wire[n]);
    }
}

void board_wires_hold(struct pc *pc)
{
    for (int n = 0; n < WIRES && pc->s.wires_known; n++)
        net_hold(&pc->wire[n]);
}

/* ---- memory ---- */

static void map_host(struct pc *pc, struct region *r, const char *name,
                     u32 first, u32 size, u8 *host, bool readonly)
{
    *r = (struct region){ .name = name, .host = host, .readonly = readonly };
    mem_attach(&pc->mem, r, first, size);
}

/* The address lines of the CPU's package. */
static u32 address_mask(enum family f)
{
    return f < I286 ? 0xfffff : f == I286 ? 0xffffff : ~0u;
}

/* The BIOS lies at the top of the address space, its last 128 KB also below
 * 1 MB. What a smaller one leaves free under it stays empty. */
static void board_map_memory(struct pc *pc)
{
    u32 low = pc->rom_size < 0x20000 ? pc->rom_size : 0x20000;
    u8 *tail = pc->rom + pc->rom_size - low;

    map_host(pc, &pc->ram_low, "ram", 0,
             pc->ram_size < 0xa0000 ? pc->ram_size : 0xa0000, pc->ram, false);
    if (pc->ram_size > 0x100000)
        map_host(pc, &pc->ram_high, "extended ram", 0x100000,
                 pc->ram_size - 0x100000, pc->ram + 0x100000, false);
    map_host(pc, &pc->rom_low, "bios", 0x100000 - low, low, tail,
             !pc->rom_writable);
    map_host(pc, &pc->rom_top, "bios top", -pc->rom_size & pc->mem.addr_mask,
             pc->rom_size, pc->rom, true);
    map_host(pc, &pc->option_rom, "vga bios", 0xc0000, pc->option_size,
             pc->vga_rom, !pc->rom_writable);
}

static void add_span(struct pc *pc, const char *name, u8 *p, size_t size)
{
    pc->span[pc->spans++] = (struct span){ name, p, size, false, NULL };
}

static void init_memory(struct pc *pc)
{
    enum { MMIO_NS = 100 };

    pc->mem.clk = &pc->clk;
    pc->mem.mmio_ns = MMIO_NS;
    pc->mem.addr_mask = pc->mem.a20_mask = address_mask(pc->model.family);
    add_span(pc, "ram", pc->ram, pc->ram_size);
    add_span(pc, "rom", pc->rom, pc->rom_size);
    add_span(pc, "vgarom", pc->vga_rom, pc->option_size);
}

/* ---- the CPU ---- */

/* The best engine, or that asked for; false: this build has none such. */
static bool set_engine(struct pc *pc)
{
    const char *name = pc->config.engine;

    if (!name || !strcmp(name, "compiled"))
        return cpu_set_engine(pc->cpu, ENGINE_COMPILED) || !name;
    return cpu_set_engine(pc->cpu, !strcmp(name, "fast") ? ENGINE_FAST
                                                          : ENGINE_PLAIN);
}

static enum err init_cpu(struct pc *pc, struct why *why)
{
    const struct cpu_model *model = &pc->model;

    pc->s.costs = !pc->config.ps_per_insn;
    pc->clk.ps_per_insn = pc->s.costs ? cpu_pace(model)
                                      : sane_pace(pc->config.ps_per_insn);
    pc->cpu = cpu_new(model, &pc->mem, &pc->bus, &pc->clk, &pc->log,
                      pc->config.cache_off ||
                      (pc->config.engine &&
                       !strcmp(pc->config.engine, "nocache")));
    if (!pc->cpu)
        return err_say(why, ERR_NOMEM, "out of memory");
    pc->mem.changed = cpu_map_changed;
    pc->mem.wrote = cpu_mem_wrote;
    pc->mem.ask = cpu_mem_ask;
    pc->mem.ctx = pc->cpu;
    cpu_set_costs(pc->cpu, pc->s.costs);
    pc->s.features = model->features;
    pc->s.fpu = model->features & FEAT_FPU;
    snprintf((char *)pc->s.cpu, sizeof pc->s.cpu, "%s", model->name);
    if (!set_engine(pc))
        return err_say(why, ERR_RANGE, "engine '%s': not to be had on this "
                       "host", pc->config.engine);
    return ERR_OK;
}

/* ---- all of it ---- */

/* SeaBIOS takes the VGA BIOS from there and copies it to C0000 itself. */
static void offer_vga_bios(struct pc *pc)
{
    if (pc->roles.firmware.ops)
        pc->roles.firmware.ops->add(pc->roles.firmware.dev,
                                    "vgaroms/vgabios.bin", pc->vga_rom_file,
                                    pc->vga_rom_size);
}

enum err board_init(struct pc *pc, struct why *why)
{
    enum err e;

    pc->log.now = &pc->clk.now;
    bus_init(&pc->bus, &pc->clk, &pc->log);
    init_memory(pc);
    e = init_cpu(pc, why);
    if (e)
        return e;
    init_wires(pc);
    board_map_memory(pc);
    mixer_init(pc);
    e = plan_slots(pc, why);
    for (int n = 0; n < pc->slots && !e; n++)
        e = slot_plug(&pc->slot[n], why);
    if (e)
        return e;
    if (!pc->roles.display.ops)
        mem_detach(&pc->mem, &pc->option_rom);
    offer_vga_bios(pc);
    input_init(pc);
    idle_init(pc);
    return ERR_OK;
}

void board_free(struct pc *pc)
{
    mixer_free(pc);
    for (int n = 0; n < pc->slots; n++)
        slot_free(&pc->slot[n]);
    for (int n = 0; n < pc->spans; n++)
        if (pc->span[n].owned)
            free(pc->span[n].p);
}

void board_drain(struct pc *pc)
{
    for (int n = 0; n < PC_CHANNELS; n++)
        if (pc->outlet[n].ops && pc->outlet[n].ops->drain)
            pc->outlet[n].ops->drain(pc->outlet[n].dev);
}

/* A ROM that is writable memory is what it was. */
static void renew(struct pc *pc, u8 *rom, const u8 *file, u32 n)
{
    if (!memcmp(rom, file, n))
        return;
    history_writing(pc, rom, n);
    memcpy(rom, file, n);
}

void board_reset(struct pc *pc)
{
    if (pc->rom_writable)
        renew(pc, pc->rom, pc->rom_file, pc->rom_size);
    renew(pc, pc->vga_rom, pc->vga_rom_file, pc->option_size);
    board_reset_chips(pc);
}

void board_reset_chips(struct pc *pc)
{
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].part->ops && pc->slot[n].part->ops->reset)
            pc->slot[n].part->ops->reset(pc->slot[n].dev);
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].pci)
            pci_func_reset(&pc->slot[n].pci->func);
    for (int n = 0; n < pc->slots; n++)
        if (pc->slot[n].part->reset)
            pc->slot[n].part->reset(pc->slot[n].dev);
    cpu_reset(pc->cpu);
    cpu_map_changed(pc->cpu);
}
