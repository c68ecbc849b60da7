/* board.h - the machine inside: CPU, memory, wires, and slots for parts.
 *
 * The board knows no chip. A model (models.h) is a list of parts; board_init()
 * plugs them in one after the other and each wires its chip through the
 * services of part.h:
 *
 *        CPU <-- INTR, NMI --+-- wires (net.h), IRQ 0 to 15, A20, RESET ..
 *         |                  |
 *        mem, bus <------- slots: part + chip, part + chip, ..
 *         ^                  |
 *        RAM, ROM            +-> roles: keyboard, display, clock ..
 *                                  ^
 *        input, media, screen, CMOS, sound, inspection */
#ifndef BOARD_H
#define BOARD_H

#include "cpu/cpu.h"
#include "machine/time/journal.h"
#include "machine/midiport.h"
#include "machine/mixer.h"
#include "machine/part.h"
#include "machine/pc.h"

enum { FLOPPIES = 2, SLOTS = 64, CLAIMS = 128, MOVERS = 16, SPANS = 24,
       OBJECTS = 80,
       PORT_BYTES = 16, ROM_SPACE = 256 << 10,
       VGA_ROM_SIZE = 64 << 10, OPTION_SPACE = 128 << 10,
       EVENTS_OF_A_SLOT = 16 };

/* A floppy that pc_insert() has opened. */
struct coming {
    struct block *disk;                 /* NULL: none */
    struct floppy_format format;
    struct on_error { u8 read, write; } on_error;   /* each a PC_ERROR_ */
};

struct pc_state {
    ns_t now;                           /* copies of the clock's, for a save */
    ns_t input_due;
    u32 frac_ps, ps_per_insn;
    u32 inputs;                         /* records that wait in the queue; a
                                           copy for the monitor to show */
    u32 exit_code;
    u64 yield_hash, yield_at;           /* the place where a program yielded,
                                           and when it last did: idle.c */
    ns_t yield_worked, worked;
    u64 noted[NOTED], noted_any;
    u64 note_after;
    ns_t nap_due;
    u32 yields, others, notes, noted_new, note_fails;
    bool reset_cpu, reset_all;          /* asked for, not yet done */
    bool off;
    bool exiting;                       /* an exit code that nobody was told */
    bool a20, napped, noting, restful;
    bool fpu;                           /* and the CPU's name: as configured */
    u8 cpu[16];
    bool wires_known;                   /* a state from before them has none */
    u16 wire[WIRES];                    /* bit n: the n-th output drives it */
    u32 features;
    bool costs;                         /* the model's pace: cpu/model/cost.h */
    u8 spare[3];
};

/* Ids of the machine's own timers. They are below those of its parts, so that
 * of timers due at the same time these fire first. */
enum own_timer { TIMER_INPUT = 1, TIMER_NAP };

/* A part's way to a DMA controller, or to an adapter. */
struct mover {
    struct slot *slot;
    struct dma_link dma;
    struct ata_dma ata;
};

/* Something that one part has to itself: ports, an interrupt line or a DMA
 * channel, numbers first to last. */
enum claim_kind { CLAIM_PORT, CLAIM_IRQ, CLAIM_DMA };
struct claim {
    enum claim_kind kind;
    u32 first, last;
    bool shared;                        /* with others that share it */
    const struct slot *owner;
};

/* Where a part's bytes go. */
struct outlet {
    struct pc *pc;
    enum pc_channel channel;
    const char *chardev;                /* its part's property; may be NULL */
    const struct outlet_ops *ops;       /* of its part; may be NULL */
    void *dev;
};

/* A struct with a table that is part of the state: a chip's, as a rule. */
struct object {
    const char *name;                   /* its chunk in a state file */
    const struct table *table;
    void *obj;
    bool kept;                          /* see slot_keeps() */
};

/* Memory that is part of the state. */
struct span {
    const char *name;
    u8 *p;
    size_t size;
    bool owned;                         /* freed with the machine */
    bool *written;                      /* who writes says so; NULL: it does
                                           not */
};

/* Writes a record file (record.c). */
struct recorder {
    bool (*put)(void *ctx, const void *bytes, size_t n);    /* NULL: none */
    void *ctx;
    struct buf waits;                   /* to be written */
    struct buf serial;                  /* serial bytes of one moment, which
                                           will be one entry of the file */
    struct moment serial_at;            /* that moment */
    bool serial_rough;
    u8 serial_port;
    bool embeds;                        /* copies of media, too */
    bool failed;
    ns_t last;                          /* time of the entry before */
    ns_t due;                           /* of the next hash */
    struct moment start;                /* before it there is no entry */
};

/* Reads one (replay.c). */
struct replay {
    const u8 *bytes;                    /* NULL: none */
    struct buf from;                    /* within them */
    struct record *next;                /* NULL: no more */
    u8 kind;                            /* of it; RECORD_END is one, too */
    u64 hash;                           /* RECORD_END's */
    ns_t last, due;
    bool stepping;                      /* to an exact place */
    struct pc_replay_info info;
};

struct pc {
    struct pc_state s;
    struct cpu_model model;             /* as configured */

    struct log log;
    struct clk clk;
    struct mem mem;
    struct bus bus;
    struct cpu *cpu;

    struct journal journal;
    struct recorder recorder;
    struct replay replay;
    enum log_level quiet_log;           /* log.max while it runs again */
    struct history *history;            /* NULL: none is kept */
    struct breaks *breaks;              /* NULL: there was never one */
    struct outgoing *outgoing;          /* NULL: it does not migrate */
    struct incoming *incoming;          /* NULL: none has come, or will */
    enum { HERE, COMING, LEAVING, GONE } away;  /* but HERE it does not run */
    ns_t mark;                          /* when marks_passed() acts next */
    struct moment place;                /* where acts are counted: see struct
                                           moment in journal.h */
    u64 place_fired;                    /* clk.fired when it came there */
    bool rough;                         /* a record made now need only name
                                           the first place at its time */
    u32 port_read;                      /* what REC_PORT_IN has read */
    struct net wire[WIRES];
    struct roles roles;
    struct slot slot[SLOTS];
    int slots;
    struct claim claim[CLAIMS];
    struct mover mover[MOVERS];         /* those that move bytes by DMA */
    int movers;
    const struct slot *moving;          /* who does so now, or NULL */
    int claims;
    struct outlet outlet[PC_CHANNELS];
    struct midi_file *midi_files;
    struct midi_port *midi_ports;
    struct object object[OBJECTS];
    int objects;
    struct span span[SPANS];
    int spans;
    struct line nmi_button, cpu_was_reset;
    struct region ram_low, ram_high, rom_low, rom_top, option_rom;

    u8 *ram, *rom, *vga_rom;
    u8 *rom_file;                       /* the BIOS as it was read */
    u8 *vga_rom_file;                   /* the VGA BIOS as it was read */
    u32 ram_size, rom_size, vga_rom_size;
    u32 option_size;                    /* of what is mapped at C0000 */
    bool rom_writable;                  /* a foreign BIOS shadows itself */

    struct block *disk[PC_DRIVES];
    bool another[PC_DRIVES];            /* not the one of the configuration */
    struct disk_geometry geometry[PC_DRIVES - PC_HDA];
    struct on_error on_error[PC_DRIVES];
    struct coming coming[PC_DRIVES];
    struct block *next_disk[PC_DRIVES];  /* on its way in through the queue */
    struct floppy_format next_format[PC_DRIVES];
    struct on_error next_on_error[PC_DRIVES];
    struct timer input_due, nap_over;   /* ids: enum own_timer */
    ns_t halted;                        /* time that the CPU has been halted */
    int stop, why_stopped;              /* PC_ reasons wanted and met */
    bool trace;                         /* log each instruction */
    bool (*wants)(void *ctx, enum pc_log_level level, const char *who);
    u64 frames;
    struct mixer mixer;
    u32 *pixels;

    struct pc_config config;
    char nvram[256];                    /* file name, "" for none */
};

/* Plugs in every part; RAM and ROM are there already. board_free() is for
 * after that, whether it went well or not. */
enum err board_init(struct pc *pc, struct why *why);
void board_free(struct pc *pc);

/* After a load: the wires as the state has them. From board_wires_hold() up to
 * the next one parts that drive them change nothing, if the state has them: it
 * says already what each of them drove. */
void board_wires_loaded(struct pc *pc);
void board_wires_hold(struct pc *pc);

/* slot.c: puts a part into a free slot, which then has its presets; number
 * orders its events among those of others. slot_plug() wires it. */
enum err slot_add(struct slot **out, struct pc *pc, const struct part *part,
                  const char *id, u16 number, struct why *why);
enum err slot_plug(struct slot *s, struct why *why);
void slot_free(struct slot *s);

/* By id; NULL: there is no such slot. */
struct slot *slot_find(struct pc *pc, const char *id);

/* By the name of its chunk; NULL: there is none. */
const struct object *object_find(const struct pc *pc, const char *name);

/* prop.c: sets properties by "name=value,name=value"; a doubled comma is part
 * of a value. prop_text() writes those that differ from unset ones so. */
enum err prop_set_all(struct slot *s, const char *text, struct why *why);
enum err prop_set(struct slot *s, const char *name, const char *value,
                  struct why *why);
enum err prop_preset(struct slot *s, struct why *why);
void prop_text(const struct slot *s, struct buf *to);
void prop_free(struct slot *s);

/* plan.c: adds a slot for each part of the configured machine. */
enum err plan_slots(struct pc *pc, struct why *why);

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

/* Gives RESET to every chip. board_reset() also puts back what the guest may
 * have written over a ROM's bytes; board_reset_chips() leaves that. */
void board_reset(struct pc *pc);
void board_reset_chips(struct pc *pc);

/* What the serial ports are sending leaves at once. */
void board_drain(struct pc *pc);

/* The configured model; NULL: the name means none. */
const struct model *board_model(const struct pc *pc);

/* Writes into CMOS what a set-up program would, or sets a board's switches
 * (cmos.c). */
void board_set_up(struct pc *pc);

/* media.c */
enum err media_open(struct pc *pc, struct why *why);
void media_close(struct pc *pc);

/* Media that were only looked at (pc_medium.looked_at) are opened as they are
 * meant to be, and what was there before is the caller's, to be closed; after
 * an error all is as it was. media_give_back() makes it so later. */
enum err media_take_over(struct pc *pc, struct block *looked[PC_DRIVES],
                         struct why *why);
void media_give_back(struct pc *pc, struct block *looked[PC_DRIVES]);
enum err media_open_floppy(struct block **out, struct floppy_format *f,
                           const struct pc_medium *m, struct why *why);

/* Opens what goes into drive d, a floppy drive or a CD-ROM drive; f is for a
 * floppy. */
enum err media_open_for(struct pc *pc, int d, struct block **out,
                        struct floppy_format *f, const struct pc_medium *m,
                        struct why *why);

/* Whether drive d is there and its medium can be changed; whether the guest
 * keeps its tray shut. */
bool media_removable(const struct pc *pc, int d);
bool media_locked(const struct pc *pc, int d);

/* The drives A: and B: (n 0 and 1): their type, 0 for none; media going in
 * and out, which stay the caller's. */
u8 media_drive(const struct pc *pc, int n);
void media_put_in(struct pc *pc, int n, struct block *b,
                  const struct floppy_format *f);
void media_take_out(struct pc *pc, int n);
void media_changed(struct pc *pc, int n);       /* sets the change line */
bool floppy_fits(u8 drive_type, const struct floppy_format *f);

/* trouble.c: the medium in a drive fails as `m` says; what the guest wrote to
 * it goes to the host's device. */
void media_watch(struct pc *pc, int drive, const struct pc_medium *m);
enum err media_sync(struct pc *pc, int drive, struct why *why);

/* Sectors that a record of kind REC_SECTORS brings (again.c). */
bool media_take_sectors(struct pc *pc, const struct record *r);

/* After each run: media whose host is told later what they hold. */
void media_settle(struct pc *pc);
/* The machine goes on behind a way into its past, from there if `anew`. */
void media_arrived(struct pc *pc, bool anew);

/* identity.c: what a state says of the medium in a drive. */
struct media_id {
    u64 sectors, birth, generation, digest;
    u64 touched[BLOCK_TOUCHED];
    u8 kind;
    u8 name[199];
};
extern const struct table media_id_table;

extern const char *const drive_words[PC_DRIVES];       /* "fda" and so on */

void media_id_take(struct pc *pc, int drive, struct media_id *id);

/* Whether b may be the same medium, whatever has been written to it. */
enum err media_id_alike(struct block *b, const struct media_id *id,
                        struct why *why);

/* One for each drive, which say nothing yet; NULL: out of memory. */
struct media_id *media_id_none(void);

/* Compares them with what is in the drives. With force a difference is no
 * error, but left in `kind`. */
enum err media_id_check(struct pc *pc, struct media_id *ids, bool force,
                        struct why *why);

/* What is in the drives is the state's from here on. */
void media_id_adopt(struct pc *pc, const struct media_id *ids);

/* handover.c: the images become nobody's, flushed and without a lock, and
 * `held` says what they hold. media_have_back() takes all of them or none: an
 * image that another has, or has written to, is named. */
enum err media_let_go(struct pc *pc, struct media_id held[PC_DRIVES],
                      struct why *why);
enum err media_have_back(struct pc *pc, const struct media_id held[PC_DRIVES],
                         struct why *why);

/* journal.c: to be called where events may act next. */
void moment_note(struct pc *pc);

/* input.c */
void input_init(struct pc *pc);
void input_loaded(struct pc *pc);

/* medium.c: what a record says of a medium, its strings within the record's
 * bytes; and whether b is that one. */
struct medium {
    struct pc_medium m;
    u64 sectors, digest;
};
void medium_put(struct buf *to, const struct pc_medium *m, struct block *b);
enum err medium_get(struct medium *to, const void *bytes, size_t n,
                    struct why *why);
enum err medium_check(const struct medium *m, struct block *b,
                      struct why *why);
u64 medium_digest(struct block *b);

/* state/snapshot.c: the state without what media keep in memory, as a hash. */
u64 machine_hash(struct pc *pc);

/* record.c, replay.c: at the first place at or behind their `due`, before
 * events act there; next_second() is when a hash is due. */
void recorder_tick(struct pc *pc);

/* The machine goes on from here, a place of its past: what the file says of
 * the time behind it is void. Called while the journal still has it. */
void recorder_back(struct pc *pc);
void replay_tick(struct pc *pc);
ns_t replay_due(const struct pc *pc);
ns_t next_second(const struct pc *pc);

/* pc.c: to be called when the recorder, the replay or the history have got
 * another time at which they are due. */
void pc_marks_changed(struct pc *pc);

/* pc.c: pc_step() that stops at a breakpoint here, too. */
int pc_step_on(struct pc *pc, int stop);

/* pc.c: lets n events or resets that are due here act. */
void pc_act(struct pc *pc, u32 n);

/* state/snapshot.c: a line for each part, and whether somebody else's are the same;
 * whether writes to a span are told (history_writing()). */
void state_parts(struct buf *b, struct pc *pc);
enum err state_check_parts(struct pc *pc, const u8 *text, size_t n,
                           struct why *why);
bool span_tells(const struct span *s);

/* state/load.c: loads a state that a record brings. */
bool state_take(struct pc *pc, const void *bytes, size_t size);

/* idle.c */
void idle_init(struct pc *pc);
void idle_loaded(struct pc *pc);

/* Ends the pc_run() under way for a PC_ reason. */
void pc_stop(struct pc *pc, int reason);

extern const struct table pc_table;

#endif
