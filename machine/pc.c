/* pc.c - making and freeing a machine, and what is told of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"
#include "machine/debug/breaks.h"
#include "machine/host/host.h"
#include "machine/midifile.h"
#include "machine/time/migrate.h"
#include "machine/time/travel.h"
#include "machine/models/models.h"
#include "roms/roms.h"

enum { LOG_QUOTA = 10000, MODEL_BYTE = 0xfffe };

void pc_config_init(struct pc_config *c)
{
    *c = (struct pc_config){
        .abi = PC_ABI, .boot = "ac",
        .channels = 1 << PC_COM1 | 1 << PC_COM2 | 1 << PC_LPT1 |
                    1 << PC_DEBUGCON,
        .exit_size = 4, .log_max = PC_LOG_ERROR,
    };
}

/* ---- ROM images ---- */

static enum err pc_read_rom(const char *path, u8 *to, u32 *size, u32 most,
                            struct why *why)
{
    size_t n;

    if (host_read_small(path, to, most, &n, false, NULL))
        return err_say(why, ERR_MISSING, "%s: cannot be opened", path);
    if (n == 0 || n > most)
        return err_say(why, ERR_FORMAT, "%s: not a ROM image of at most %u KB",
                       path, most >> 10);
    *size = (u32)n;
    return ERR_OK;
}

/* The built-in BIOS is that of an AT. It looks at its model byte where a board
 * of another kind wants something else; all bytes still add up to 0. */
static void take_builtin(struct pc *pc)
{
    u8 byte = board_model(pc)->model_byte, *at = pc->rom + MODEL_BYTE;

    memcpy(pc->rom, rom_bios, rom_bios_size);
    at[1] = (u8)(at[1] + at[0] - byte);
    at[0] = byte;
}

/* A BIOS ends at the top of its space, so a short file moves up. */
static enum err load_bios(struct pc *pc, struct why *why)
{
    u32 n, whole;
    enum err e = ERR_OK;

    if (pc->config.bios) {
        e = pc_read_rom(pc->config.bios, pc->rom, &n, ROM_SPACE, why);
        pc->rom_writable = true;
    } else {
        n = rom_bios_size;
        take_builtin(pc);
    }
    if (e)
        return e;
    whole = (n + PAGE_SIZE - 1) & ~(u32)(PAGE_SIZE - 1);
    memmove(pc->rom + whole - n, pc->rom, n);
    memset(pc->rom, 0xff, whole - n);
    pc->rom_size = whole;
    memcpy(pc->rom_file, pc->rom, whole);
    return ERR_OK;
}

static enum err load_vga_bios(struct pc *pc, struct why *why)
{
    u32 n = rom_vgabios_size;
    enum err e = ERR_OK;

    if (pc->config.vga_bios)
        e = pc_read_rom(pc->config.vga_bios, pc->vga_rom_file, &n, VGA_ROM_SIZE,
                        why);
    else
        memcpy(pc->vga_rom_file, rom_vgabios, n);
    pc->vga_rom_size = n;
    pc->option_size = pc->rom_writable ? OPTION_SPACE
                      : (n + PAGE_SIZE - 1) & ~(u32)(PAGE_SIZE - 1);
    return e;
}

/* ---- making ---- */

const char *pc_engine_name(int n)
{
    static const char *const names[] = { "compiled", "fast", "plain",
                                         "nocache", NULL };

    return names[n];
}

static bool pc_is_engine(const char *name)
{
    int n = 0;

    while (pc_engine_name(n) && strcmp(pc_engine_name(n), name))
        n++;
    return pc_engine_name(n);
}

/* NULL: there is none of that name. */
static const struct model *model_of(const struct pc_config *c)
{
    return c->machine ? model_find(c->machine) : model_at(0);
}

const struct model *board_model(const struct pc *pc)
{
    return model_of(&pc->config);
}

static enum err check_memory(const struct model *m, u32 kib, struct why *why)
{
    bool small = m->max_kib < 1024;

    if (kib < m->min_kib || kib > m->max_kib)
        return err_say(why, ERR_RANGE, "memory of %u KB: %u KB to %u %s", kib,
                       m->min_kib,
                       small ? m->max_kib : m->max_kib >> 10,
                       small ? "KB" : "MB");
    if (kib % (PAGE_SIZE >> 10))
        return err_say(why, ERR_RANGE, "memory of %u KB: not a multiple of "
                       "%d KB", kib, PAGE_SIZE >> 10);
    return ERR_OK;
}

/* What the user leaves open is the model's. */
static void fill_config(struct pc_config *c, const struct model *m)
{
    if (!c->cpu)
        c->cpu = m->cpu;
    if (!c->ram_kib)
        c->ram_kib = m->ram_kib;
}

static enum err check_config(const struct pc_config *given,
                             struct cpu_model *m, struct why *why)
{
    const struct model *model = model_of(given);
    struct pc_config config = *given, *c = &config;
    enum err e;

    if (c->abi != PC_ABI)
        return err_say(why, ERR_VERSION, "built for another pc.h");
    if (!model)
        return err_say(why, ERR_RANGE, "no such machine '%.40s'", c->machine);
    fill_config(c, model);
    e = cpu_spec(c->cpu, m, why);
    if (e)
        return e;
    if (c->no_fpu)
        m->features &= ~(u32)FEAT_FPU;
    e = check_memory(model, c->ram_kib, why);
    if (e)
        return e;
    if (c->boot && (strspn(c->boot, "acdn") != strlen(c->boot) || !*c->boot ||
                    strlen(c->boot) > 3))
        return err_say(why, ERR_RANGE, "boot order '%s': up to three of a c d",
                       c->boot);
    if (c->engine && !pc_is_engine(c->engine))
        return err_say(why, ERR_RANGE, "engine '%s': compiled, fast, plain or "
                       "nocache", c->engine);
    return ERR_OK;
}

bool pc_config_check(const struct pc_config *c, char *words)
{
    struct why why = { "" };
    struct cpu_model m;
    enum err e = check_config(c, &m, &why);

    if (e && words)
        snprintf(words, PC_WHY, "%s", why.text);
    return !e;
}

static enum err allocate(struct pc *pc, struct why *why)
{
    pc->ram_size = pc->config.ram_kib << 10;
    pc->ram = calloc(1, pc->ram_size < 1 << 20 ? 1 << 20 : pc->ram_size);
    pc->rom = calloc(1, ROM_SPACE);
    pc->rom_file = calloc(1, ROM_SPACE);
    pc->vga_rom = calloc(1, OPTION_SPACE);
    pc->vga_rom_file = calloc(1, OPTION_SPACE);
    if (!pc->ram || !pc->rom || !pc->rom_file || !pc->vga_rom ||
        !pc->vga_rom_file)
        return err_say(why, ERR_NOMEM, "no memory for a machine of %u KB",
                       pc->config.ram_kib);
    return ERR_OK;
}

static void sink(void *ctx, ns_t now, enum log_level l, const char *who,
                 const char *text)
{
    struct pc *pc = ctx;

    pc->config.log(pc->config.ctx, now, (enum pc_log_level)l, who, text);
}

/* An empty file is a new one: it is made here, to see that it can be. */
static enum err load_nvram(struct pc *pc, struct why *why)
{
    const char *path = pc->config.nvram;
    u8 bytes[CLOCK_BYTES];
    enum err e;
    size_t n;

    if (!path)
        return ERR_OK;
    if (!pc->roles.clock.ops)
        return err_say(why, ERR_MISSING, "%.80s: the machine has no CMOS RAM",
                       path);
    if (strlen(path) >= sizeof pc->nvram)
        return err_say(why, ERR_RANGE, "%.80s..: name too long", path);
    e = host_read_small(path, bytes, CLOCK_BYTES, &n, true, why);
    if (e)
        return e;
    if (n != 0 && n != CLOCK_BYTES)
        return err_say(why, ERR_FORMAT, "%s: not a file of %d bytes", path,
                       CLOCK_BYTES);
    if (n)
        pc->roles.clock.ops->load(pc->roles.clock.dev, bytes);
    snprintf(pc->nvram, sizeof pc->nvram, "%s", path);
    return ERR_OK;
}

static bool save_nvram(struct pc *pc, char *why)
{
    u8 bytes[CLOCK_BYTES];
    struct pc_file *f;

    if (!*pc->nvram || pc->away)        /* elsewhere it will be written */
        return true;
    pc->roles.clock.ops->save(pc->roles.clock.dev, bytes);
    f = pc_file_open(pc->nvram, why);
    if (f)
        pc_file_put(f, bytes, sizeof bytes);
    if (f && pc_file_close(f, true, why))
        return true;
    LOG(&pc->log, ERROR, "pc", "NVRAM file %s", why);
    return false;
}

static enum err build(struct pc *pc, struct why *why)
{
    enum err e = check_config(&pc->config, &pc->model, why);

    if (!e)
        fill_config(&pc->config, board_model(pc));
    e = e ? e : allocate(pc, why);
    e = e ? e : load_bios(pc, why);
    e = e ? e : load_vga_bios(pc, why);
    e = e ? e : board_init(pc, why);
    for (int n = 0; n < PC_DRIVES; n++)
        pc->config.drive[n].looked_at |= pc->config.incoming;
    e = e ? e : media_open(pc, why);
    if (e)
        return e;
    pc->rough = true;
    pc->mark = NEVER;
    if (pc->roles.clock.ops)
        pc->roles.clock.ops->set_time(pc->roles.clock.dev,
                                      pc->config.rtc_start);
    board_reset(pc);
    e = load_nvram(pc, why);
    board_set_up(pc);
    pc->away = pc->config.incoming ? COMING : HERE;
    return e;
}

const char *pc_machine_name(int n)
{
    return model_at(n) ? model_at(n)->name : NULL;
}

const char *pc_machine_doc(int n)
{
    return model_at(n) ? model_at(n)->doc : NULL;
}

const char *pc_part_name(int n)
{
    return part_at(n) ? part_at(n)->name : NULL;
}

const char *pc_part_doc(int n)
{
    return part_at(n) ? part_at(n)->doc : NULL;
}

/* Compiled blocks are copies of the fast engine's handlers. */
bool pc_has_engine(const char *name)
{
    return cpu_engine_built(!strcmp(name, "fast") ? ENGINE_FAST :
                            !strcmp(name, "compiled") ? ENGINE_COMPILED
                                                      : ENGINE_PLAIN);
}

struct pc *pc_new(const struct pc_config *config, char *words)
{
    struct pc *pc = calloc(1, sizeof *pc);
    struct why why = { "out of memory" };

    if (pc) {
        pc->config = *config;
        pc->log = (struct log){ .sink = config->log ? sink : NULL, .ctx = pc,
                                .max = (enum log_level)config->log_max,
                                .quota = LOG_QUOTA };
        if (build(pc, &why)) {
            midi_files_close(pc, false, &why);
            pc_free(pc);
            pc = NULL;
        }
    }
    if (!pc && words)
        memcpy(words, why.text, sizeof why.text);
    return pc;
}

bool pc_close(struct pc *pc, char *words)
{
    char why[PC_WHY] = "";
    bool nvram = save_nvram(pc, why), media = pc_flush(pc, nvram ? why : NULL);
    struct why midi = { "" };
    enum err e = midi_files_close(pc, true, &midi);

    if (e && nvram && media)
        snprintf(why, sizeof why, "%s", midi.text);
    if (words)
        memcpy(words, why, sizeof why);
    pc->nvram[0] = 0;                   /* once is enough */
    pc_free(pc);
    return nvram && media && !e;
}

void pc_free(struct pc *pc)
{
    char why[PC_WHY];
    struct why midi;

    if (!pc)
        return;
    pc_record_end(pc);                  /* takes a hash of all that is there */
    midi_files_close(pc, true, &midi);
    history_end(pc);
    breaks_free(pc);
    outgoing_free(pc);
    incoming_free(pc);
    free(pc->replay.next);
    save_nvram(pc, why);
    media_close(pc);
    journal_free(pc);
    midi_ports_free(pc);
    board_free(pc);
    cpu_delete(pc->cpu);
    free(pc->ram);
    free(pc->rom);
    free(pc->rom_file);
    free(pc->vga_rom);
    free(pc->vga_rom_file);
    free(pc->pixels);
    free(pc);
}

/* ---- looking ---- */

static bool pc_wants(void *ctx, enum log_level level, const char *who)
{
    const struct pc *pc = ctx;

    return pc->wants(pc->config.ctx, (enum pc_log_level)level, who);
}

void pc_drain(struct pc *pc)
{
    board_drain(pc);
}

void pc_set_log(struct pc *pc, enum pc_log_level max, bool exec,
                bool (*w)(void *ctx, enum pc_log_level level,
                          const char *who))
{
    pc->wants = w;
    pc->log.wants = w ? pc_wants : NULL;
    pc->log.max = (enum log_level)max;
    pc->trace = exec;
}

int64_t pc_now(const struct pc *pc)
{
    return pc->clk.now;
}

uint64_t pc_icount(const struct pc *pc)
{
    return cpu_insns(pc->cpu);
}

uint64_t pc_cost(const struct pc *pc)
{
    return cpu_units(pc->cpu) - cpu_laps(pc->cpu).units;
}

const char *pc_chardev(const struct pc *pc, enum pc_channel ch)
{
    return pc->outlet[ch].chardev;
}

int pc_exit_code(const struct pc *pc)
{
    return (int)pc->s.exit_code;
}

uint64_t pc_ran(const struct pc *pc)
{
    return pc_icount(pc) - cpu_laps(pc->cpu).insns;
}

int64_t pc_asleep(const struct pc *pc)
{
    return pc->halted + (ns_t)(cpu_laps(pc->cpu).ps / 1000);
}

bool pc_idle(const struct pc *pc, int64_t *next)
{
    *next = clk_next(&pc->clk);
    return cpu_state(pc->cpu)->halted || cpu_laps(pc->cpu).lap;
}

unsigned pc_leds(const struct pc *pc)
{
    return pc->roles.keyboard.ops
               ? pc->roles.keyboard.ops->leds(pc->roles.keyboard.dev) : 0;
}
