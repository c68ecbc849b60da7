/* board.h - the mainboard: every chip of the machine and how they connect.
 *
 * This file and board.c alone know which chips exist. */
#ifndef BOARD_H
#define BOARD_H

#include "cpu/cpu.h"
#include "devices/debug.h"
#include "devices/dma.h"
#include "devices/fdc.h"
#include "devices/fwcfg.h"
#include "devices/ide.h"
#include "devices/kbc.h"
#include "devices/kbd.h"
#include "devices/lpt.h"
#include "devices/mouse.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/rtc.h"
#include "devices/sysctl.h"
#include "devices/uart.h"
#include "devices/vga.h"
#include "machine/pc.h"

enum { FLOPPIES = 2, IDE_CHANNELS = 2, UARTS = 4, CHIPS = 32,
       INPUTS = 256, EDGES = 4096, VRAM_SIZE = 8 << 20, ROM_SPACE = 256 << 10,
       VGA_ROM_SIZE = 64 << 10, OPTION_SPACE = 128 << 10 };
#define LFB_BASE 0xe0000000u

/* Something that came from outside, to act at a virtual time. */
enum input_kind { IN_KEY, IN_MOUSE, IN_SERIAL, IN_INSERT, IN_EJECT, IN_PACE,
                  IN_RESET, IN_POWER, IN_NMI, IN_KINDS };
struct input {
    ns_t when;
    u32 a, b, c, d;                     /* by kind: code, down / dx, dy, .. */
    u8 kind, unit;
    u8 spare[6];
};

struct pc_state {
    ns_t now;                           /* copies of the clock's, for a save */
    ns_t input_due;
    u32 frac_ps, ps_per_insn;
    u32 inputs;                         /* entries used in input[] */
    u32 exit_code;
    u64 poll_hash, poll_at;             /* last keyboard poll: see idle.c */
    ns_t nap_due;
    u32 polls;                          /* equal ones in a row */
    bool reset_cpu, reset_all;          /* asked for, not yet done */
    bool off, exited;
    bool a20, napped;
    bool fpu;                           /* and the CPU's name: as configured */
    u8 cpu[16];
    bool costs;                         /* the pace is the model's: cpu/cost.h */
    u32 features;
    struct input input[INPUTS];         /* by time */
};

struct chip {
    const struct dev_ops *ops;
    void *dev;
    char name[12];                      /* "pic1": its chunk in a state file */
};

struct pc {
    struct pc_state s;
    struct cpu_model model;             /* as configured */

    struct log log;
    struct clk clk;
    struct mem mem;
    struct bus bus;
    struct cpu cpu;
    struct pic pic[2];
    struct pit pit;
    struct dma dma;
    struct rtc rtc;
    struct sysctl sysctl;
    struct kbc kbc;
    struct kbd kbd;
    struct mouse mouse;
    struct uart uart[UARTS];
    struct lpt lpt;
    struct debug debug;
    struct fdc fdc;
    struct ide ide[IDE_CHANNELS];
    struct vga vga;
    struct fwcfg fwcfg;
    u8 irq_wanted[8];                   /* see shared_irq() */
    struct chip chip[CHIPS];
    int chips;

    u8 *ram, *vram, *rom, *vga_rom;
    u8 *rom_file;                       /* the BIOS as it was read */
    u8 *vga_rom_file;                   /* the VGA BIOS as it was read */
    u32 ram_size, rom_size, vga_rom_size;
    u32 option_size;                    /* of what is mapped at C0000 */
    bool rom_writable;                  /* a foreign BIOS shadows itself */
    struct region *window;              /* A0000: see board_window() */

    struct block *disk[PC_DRIVES];
    struct block *next_disk[FLOPPIES];  /* on its way in through the queue */
    struct event input_due, nap_over;
    int stop, why_stopped;              /* PC_ reasons wanted and met */
    bool trace;                         /* log each instruction */
    bool (*wants)(void *ctx, enum pc_log_level level, const char *who);
    u64 frames;
    struct pc_edge edge[EDGES];         /* speaker: a ring for the front end */
    u32 edge_first, edges;
    bool speaker;
    u32 *pixels;

    struct pc_config config;
    char nvram[256];                    /* file name, "" for none */
};

/* Wires everything; the memory is there already. */
enum err board_init(struct pc *pc, struct why *why);

/* Reads -cpu's "MODEL,+feature,-feature"; writes it in that form. */
enum err cpu_spec(const char *text, struct cpu_model *m, struct why *why);
void cpu_spec_text(const struct cpu_model *m, char *to, size_t room);

/* A pace that lets time pass: 0 or next to it would keep the host busy for
 * hours within one pc_run(). */
enum { FASTEST_PS = 100 };
static inline u32 sane_pace(u32 ps)
{
    return ps < FASTEST_PS ? FASTEST_PS : ps;
}

/* RESET to every chip; the CPU alone. */
void board_reset(struct pc *pc);

/* Writes into CMOS what a set-up program would (cmos.c). */
void board_set_cmos(struct pc *pc);

/* media.c */
enum err media_open(struct pc *pc, struct why *why);
void media_close(struct pc *pc);
enum err media_open_one(struct block **out, const struct pc_medium *m,
                        struct why *why);
bool floppy_fits(u8 drive_type, const struct floppy_format *f);

/* input.c */
void input_init(struct pc *pc);
void input_loaded(struct pc *pc);
bool input_put(struct pc *pc, struct input in);

/* sound.c: connects the speaker. */
void sound_init(struct pc *pc);

/* idle.c */
void idle_init(struct pc *pc);
void idle_loaded(struct pc *pc);

/* Ends the pc_run() under way for a PC_ reason. */
void pc_stop(struct pc *pc, int reason);

extern const struct table pc_table;

#endif
