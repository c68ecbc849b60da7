/* pc.h - the whole public interface: one PC, in your process.
 *
 * Nothing here is global: make as many machines as you like, use each from
 * one thread at a time. The library never reads the host's clock, prints, or
 * exits. Everything that comes from outside - keys, mouse, serial bytes, disk
 * changes, speed - goes through one queue stamped with virtual time; the same
 * inputs at the same virtual times give the same machine, byte for byte. */
#ifndef PC_H
#define PC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PC_ABI 5                        /* raised when this file changes */

struct pc;                              /* opaque */

enum pc_drive { PC_FDA, PC_FDB, PC_HDA, PC_HDB, PC_HDC, PC_HDD, PC_DRIVES };

/* Where bytes leave the machine and, the first eight, enter it. */
enum pc_channel { PC_COM1, PC_COM2, PC_COM3, PC_COM4, PC_COM5, PC_COM6,
                  PC_COM7, PC_COM8, PC_LPT1, PC_LPT2, PC_LPT3, PC_DEBUGCON,
                  PC_CHANNELS };

/* An image that is no file of the host but is kept by the program itself, in
 * whatever format. The functions return 0, or an errno. */
struct pc_storage {
    int (*read)(void *ctx, uint64_t at, void *to, size_t n);
    int (*write)(void *ctx, uint64_t at, const void *from, size_t n);
    int (*flush)(void *ctx);            /* may be NULL */
    void *ctx;
    uint64_t size;                      /* in bytes; writes can make it grow */
};

struct pc_medium {
    const char *path;                   /* NULL: no drive (hd), empty (fd) */
    const struct pc_storage *storage;   /* NULL: path is a file; else it is
                                         * what messages call it */
    const void *copy;                   /* of the medium, in a record; NULL: */
    size_t copy_size;                   /* there is none */
    bool cdrom;                         /* a CD-ROM drive, on a hard disk's
                                         * place; an empty path: no disc */
    bool readonly;
    bool snapshot;                      /* writes stay in memory */
    bool looked_at;                     /* read without a lock: it belongs to
                                         * another machine, see incoming */
    const char *spill;                  /* a folder for those past so many */
    uint64_t snapshot_max;              /* bytes; NULL: all in memory */
    uint8_t cache;                      /* a PC_CACHE_ */
    const char *format;                 /* "raw", "qcow2"; NULL: by content */
    /* The geometry, where the image alone does not tell it; 0: as found. More
     * than 16 heads of a hard disk are the BIOS's, the drive has 16. */
    uint16_t cylinders;
    uint8_t heads, sectors;
    uint8_t translation;                /* a PC_TRANS_ */
    uint8_t on_read_error, on_write_error;      /* a PC_ERROR_ each */
};

/* What a failure of the host does: the guest sees a bad sector, sees nothing,
 * the machine stops and tries again later, or does so only when there is no
 * room left. The default is ENOSPC for writes, REPORT for reads. */
enum { PC_ERROR_DEFAULT, PC_ERROR_REPORT, PC_ERROR_IGNORE, PC_ERROR_STOP,
       PC_ERROR_ENOSPC };

/* What the guest writes goes to the host's device when the guest flushes, with
 * each write, or whenever the host likes. */
enum { PC_CACHE_WRITEBACK, PC_CACHE_WRITETHROUGH, PC_CACHE_UNSAFE };

struct pc_trouble {
    enum pc_drive drive;
    bool write, full;                   /* full: for want of room */
    uint8_t action;                     /* REPORT, IGNORE or STOP */
    char name[200];                     /* the image file */
    char text[80];                      /* the host's words */
};

/* How the BIOS shows disks of more than 1024 cylinders: as is best, not at
 * all, by LBA assistance, by ECHS, by revised ECHS. */
enum { PC_TRANS_AUTO, PC_TRANS_NONE, PC_TRANS_LBA, PC_TRANS_LARGE,
       PC_TRANS_RECHS, PC_TRANSLATIONS };

enum pc_log_level { PC_LOG_ERROR, PC_LOG_GUEST, PC_LOG_TODO, PC_LOG_INFO,
                    PC_LOG_TRACE };

/* Longest message that any call writes into `why`, with its 0. */
enum { PC_WHY = 240 };

/* The built-in disk waits a while for a key, stays at its menu, or tests
 * itself at once and switches the machine off. */
enum { PC_TOUR_ASK, PC_TOUR_MENU, PC_TOUR_TEST };

struct pc_config {
    uint32_t abi;                       /* PC_ABI */
    const char *cpu;                    /* "MODEL,+feature,-feature"; NULL: the
                                           machine's own */
    bool no_fpu;                        /* as -fpu there */
    uint32_t ram_kib;                   /* in fours; 0: the machine's own */
    uint32_t ps_per_insn;               /* a flat pace; 0: the model's own */
    int64_t rtc_start;                  /* seconds since 1970, guest's view */
    const char *boot;                   /* "a", "c", "ac" ...; NULL: "ac" */
    const char *bios, *vga_bios;        /* image files; NULL: the built-in */
    const char *nvram;                  /* file of 128 bytes, or NULL */
    struct pc_medium drive[PC_DRIVES];
    bool builtin_disk;                  /* the built-in floppy in drive A: */
    uint8_t builtin_start;              /* a PC_TOUR_: what it does first */
    uint16_t exit_port;                 /* isa-debug-exit; 0: none */
    uint8_t exit_size;                  /* its ports, 1 to 4 */
    const char *engine;                 /* a pc_engine_name(); NULL: the best */
    bool cache_off;                     /* decode every instruction anew */
    uint16_t channels;                  /* bit n: pc_channel n exists: COM1
                                           to COM4, LPT1, debug console */
    bool no_display;
    const char *machine;                /* a model's name, NULL: "pc" */
    bool nodefaults;                    /* disk controllers only for drives */
    const char *const *device;          /* "NAME,prop=value,..", in order */
    int devices;
    bool incoming;                      /* the machine comes from elsewhere:
                                         * pc_incoming_put() */
    bool replays;                       /* it is a record's, a stranger's maybe:
                                         * no part writes a file of the host */

    /* Called from pc_run(); any may be NULL. */
    void (*log)(void *ctx, int64_t ns, enum pc_log_level level,
                const char *who, const char *text);
    void (*out)(void *ctx, enum pc_channel ch, uint8_t byte);
    bool (*give_up)(void *ctx);         /* asked while a state is packed: true
                                           ends that with an error */
    void (*trouble)(void *ctx, const struct pc_trouble *t);
    /* Input is about to lead the machine from a place of its past another way
     * than it went. Input that is made in this call comes before it. */
    void (*branch)(void *ctx);
    /* A whole MIDI message of port n, for an instrument; from pc_run(), and
     * where another state is loaded: then all that one must be told. */
    void (*midi)(void *ctx, int n, const uint8_t *message, size_t size);
    void *ctx;
    enum pc_log_level log_max;
};

/* The defaults: CPU and memory as the machine has them, nothing in the
 * drives, COM1, COM2, LPT1 and the debug console present. */
void pc_config_init(struct pc_config *config);

/* CPU models by number, for lists; NULL past the last. */
const char *pc_cpu_name(int n);
const char *pc_cpu_doc(int n);
const char *pc_cpu_feature(int n);
const char *pc_cpu_feature_doc(int n);

/* Models of machines and parts (-device) by number, for lists; NULL past the
 * last. pc_part_help() gives lines on a part's properties, to be freed with
 * free(); NULL when there is no such part. */
const char *pc_machine_name(int n);
const char *pc_machine_doc(int n);
const char *pc_part_name(int n);
const char *pc_part_doc(int n);
char *pc_part_help(const char *name);

/* What DOS's drivers look for in the environment for a card of "NAME,prop=..":
 * "SET BLASTER=A220 I5 ..", to be freed; NULL: nothing. */
char *pc_part_environment(const char *line);

/* Whether pc_config.device may have this line. */
bool pc_device_check(const char *line, char *why);

/* Engines by number, for lists, NULL past the last; and whether this build has
 * the one of that name. */
const char *pc_engine_name(int n);
bool pc_has_engine(const char *name);

/* Whether pc_new() would take the values, as far as that can be told without
 * a file: memory, processor, boot order, engine. */
bool pc_config_check(const struct pc_config *config, char *why);

/* Whether pc_config.cpu may hold this. */
bool pc_cpu_check(const char *text, char *why);

/* Returns NULL and fills why (when given, PC_WHY bytes) if the configuration
 * is no good or a file can't be opened. Media stay open until pc_free(). */
struct pc *pc_new(const struct pc_config *config, char *why);

/* The files for the MIDI that guests send, by number; NULL past the last. They
 * are written when the machine is closed. */
const char *pc_midi_name(const struct pc *pc, int n);

/* The instruments that MIDI ports ask for, by number: a SoundFont's path,
 * "auto", or "alsa" or "alsa:ADDRESS" of the host's sequencer; NULL past the
 * last. Messages have at most PC_MIDI_BYTES. */
enum { PC_MIDI_BYTES = 16384 };
const char *pc_midi_font(const struct pc *pc, int n);

/* The instruments are new, and are told by pc_config.midi() what those before
 * them were. */
void pc_midi_again(struct pc *pc);

/* Flushes and closes all media, writes the NVRAM and MIDI files. pc_close()
 * says whether all of that worked, with the first thing that did not in `why`;
 * either way the machine is gone. */
void pc_free(struct pc *pc);
bool pc_close(struct pc *pc, char *why);

/* What guests have written goes from the host's cache to its device: before
 * a pause, say. As a guest's own flush does. */
bool pc_flush(struct pc *pc, char *why);

/* Why pc_run() came back. */
enum { PC_TIME = 1,                     /* the time asked for has passed */
       PC_OFF = 2,                      /* the guest switched itself off */
       PC_EXIT = 4,                     /* isa-debug-exit: pc_exit_code() */
       PC_REBOOT = 8,                   /* the guest reset the machine */
       PC_SHUTDOWN = 16,                /* triple fault; reset of all follows */
       PC_FRAME = 32,                   /* a frame ended: worth drawing */
       PC_HURRIED = 64,                 /* pc_hurry() was called */
       PC_REPLAYED = 256,               /* the record has been run to its end */
       PC_DIVERGED = 512,               /* it does not fit: pc_replay_info() */
       PC_AWAY = 2048,                  /* it runs elsewhere: migration */
       PC_BREAK = 1024,                 /* a stop was met: pc_last_hit() */
       PC_TROUBLE = 128 };              /* the host failed a medium; the next
                                         * pc_run() tries the request again */

/* Runs up to ns of virtual time; says which of the reasons ended the call.
 * PC_FRAME and PC_REBOOT end it only when asked for in `stop`. */
int pc_run(struct pc *pc, int64_t ns, int stop);

/* Makes a pc_run() or pc_step() under way, or else the next one, come back
 * within some 50 ms of host time, wherever the guest is; what it has not done
 * the next one does. The one function that another thread or a signal handler
 * may call. */
void pc_hurry(struct pc *pc);

int64_t pc_now(const struct pc *pc);    /* virtual ns since power on */
uint64_t pc_icount(const struct pc *pc);
/* The chardev= of the part behind a channel; NULL: none. */
const char *pc_chardev(const struct pc *pc, enum pc_channel ch);

uint64_t pc_cost(const struct pc *pc);  /* units, see pc_set_model_pace();
                                           without laps that were skipped */
int pc_exit_code(const struct pc *pc);

/* How the host was spared: of the instructions, those that were run one by
 * one, and the virtual ns in which none was, because the CPU was halted, a
 * program that yields napped, or laps of a loop that changes nothing were
 * skipped. Like the host's own time they depend on how a run is sliced. */
uint64_t pc_ran(const struct pc *pc);
int64_t pc_asleep(const struct pc *pc);

/* True when the CPU waits for an interrupt, halted or in a loop that changes
 * nothing. *next is the virtual time in ns before which nothing is due, or
 * INT64_MAX when nothing at all is. */
bool pc_idle(const struct pc *pc, int64_t *next);

/* ---- input: all stamped with the present virtual time ---- */

/* A key by its set-1 make code; high byte E0 for the extended keys, E11D for
 * Pause, E037 for Print Screen. False when the queue is full. */
bool pc_key(struct pc *pc, uint16_t code, bool down);

/* Lets go of all keys and mouse buttons that are down, or will be by what
 * waits in the queue: after a state was loaded nobody's fingers are there. */
void pc_release(struct pc *pc);

/* Keys still waiting to be sent; 0 when the guest has had them all. */
int pc_keys_pending(const struct pc *pc);

/* Movement since the last call, dy down; buttons: 1 left, 2 right, 4 middle. */
bool pc_mouse(struct pc *pc, int dx, int dy, int dz, unsigned buttons);

/* Joystick 0 or 1 of a game port is there: -32768 (left, up) to 32767 (right,
 * down), with buttons 1 and 2 (a bit each) held. */
bool pc_joystick(struct pc *pc, int stick, int x, int y, unsigned buttons);
bool pc_has_joystick(const struct pc *pc);      /* there is a game port */

/* A byte for a serial port, which takes them in at its line's speed. False
 * when so many wait already that they take about 50 ms. */
bool pc_receive(struct pc *pc, enum pc_channel ch, uint8_t byte);

/* Who takes the bytes of a serial or parallel port takes none for a while:
 * CTS falls, the transmitter or the printer waits. The debug console knows no
 * such thing. False when the queue is full. */
bool pc_hold(struct pc *pc, enum pc_channel ch, bool on);
bool pc_is_held(const struct pc *pc, enum pc_channel ch);

/* Lets the characters in serial transmitters leave at once, before
 * pc_free(). A guest that exits, switches off or resets does it by itself. */
void pc_drain(struct pc *pc);

/* The folder of the host that the path of a medium names: "fat:DIR", or
 * "fat:rw:DIR", whose writes reach it, or "iso:DIR", a CD. NULL: it names an
 * image file. */
const char *pc_folder(const char *path, bool *writable);

/* Has what changed in a folder of the host come onto its disk, "fat:rw:DIR".
 * A floppy is a changed one then; of a hard disk a guest may keep parts in its
 * memory, so it is to be asked right behind a reset. A CD, "iso:DIR", is made
 * anew, and put in. */
bool pc_refresh(struct pc *pc, enum pc_drive d, char *why);

/* Changes the medium of a floppy drive or a CD-ROM drive. On an error the old
 * one stays. */
bool pc_insert(struct pc *pc, enum pc_drive d, const struct pc_medium *m,
               char *why);
void pc_eject(struct pc *pc, enum pc_drive d);

/* A flat pace: all instructions take equally long. */
void pc_set_pace(struct pc *pc, uint32_t ps_per_insn);

/* The model's own pace: instructions take what they take the processor, and
 * the unit of that, a quarter of its clock, takes so many ps. pc_model_pace()
 * is the unit of the model's usual clock. */
void pc_set_model_pace(struct pc *pc, uint32_t ps);
uint32_t pc_model_pace(const struct pc *pc);

/* The fastest flat pace at which software of the processor's time still works.
 * Borland's CRT unit counts how often a loop of five instructions runs in a
 * tick of 55 ms, divides by 55 and faults from 328 MIPS on; Pentium users had
 * patches for that. */
uint32_t pc_fastest_pace(const struct pc *pc);
void pc_reset(struct pc *pc);           /* the reset button */

/* An NMI switch: a card that pulls IOCHK#. Port 61h keeps the check until the
 * guest clears it; port 70h and its enable bit can hold the NMI off. */
void pc_nmi(struct pc *pc);

/* The power switch. As on every AT and most APM machines it cuts the power at
 * once, without asking the guest: pc_run() ends with PC_OFF. */
void pc_power_button(struct pc *pc);

/* ---- output ---- */

struct pc_frame {                       /* valid until the next call */
    const uint32_t *pixels;             /* 0x00RRGGBB */
    uint32_t width, height, stride;     /* stride in pixels */
    uint32_t aspect_w, aspect_h;        /* of the picture on a monitor */
    uint64_t number;                    /* counts frames since power on */
    uint32_t mode_width, mode_height;   /* of the mode; a frame in which
                                         * colours changed midway is larger */
    int64_t end;                        /* virtual time when it was over */
    uint32_t dots, dot_hz;              /* of a frame with all its blanking;
                                         * a second: dot_hz / dots frames */
};
struct pc_frame pc_screen(struct pc *pc);

enum { PC_TEXT_COLUMNS = 132, PC_TEXT_ROWS = 60 };

struct pc_cell { uint8_t ch, attr; };   /* CP437 and the attribute byte */

struct pc_text {
    int columns, rows;
    int cursor_x, cursor_y;             /* -1: hidden */
    uint32_t palette[16];               /* 0x00RRGGBB of each attribute */
    bool blink;                         /* attribute bit 7 blinks */
    struct pc_cell cell[PC_TEXT_ROWS][PC_TEXT_COLUMNS];
};

/* 256 characters of code page 437, 8 by 16: a byte a row, bit 7 on the left. */
const uint8_t *pc_font(void);

/* The text screen; false in graphics modes. */
bool pc_text(struct pc *pc, struct pc_text *text);

/* Moves up to `frames` stereo samples (left and right) since the last call
 * into `out`; returns how many. The first call with a rate, 8000 to 192000 a
 * second, begins at the present, one with rate 0 ends that. Sample n of power
 * on belongs to virtual time n / rate; it can be had some milliseconds later,
 * for sound spreads. What nobody fetches for long is forgotten. Listening
 * changes nothing in the machine, and who begins late gets the very samples
 * that he would have got had he begun at power on; but another rate than the
 * last one (at first 48000) makes the sound begin anew. */
size_t pc_audio(struct pc *pc, uint32_t rate, int16_t *out, size_t frames);

/* Whoever listens later gets the sound at this rate; false: not one that
 * pc_audio() has. Costs nothing until something sounds. */
bool pc_audio_rate(struct pc *pc, uint32_t rate);

/* The number n of the sample that comes next; it jumps where time does, after
 * a load. */
uint64_t pc_audio_next(const struct pc *pc);

/* What the mixer does with a voice; by number, 0 is all of them together. */
struct pc_voice {
    const char *name;
    unsigned volume;                    /* percent, up to 400 */
    bool muted, solo;
    bool sounds;                        /* it has something to say just now */
};
bool pc_voice(const struct pc *pc, int n, struct pc_voice *out);
bool pc_set_voice(struct pc *pc, int n, const struct pc_voice *v);

/* Keyboard LEDs: 1 scroll, 2 num, 4 caps. */
unsigned pc_leds(const struct pc *pc);

/* Physical memory, as a bus master sees it; no side effects. */
void pc_memory(struct pc *pc, uint32_t addr, void *buf, size_t n);

/* ---- looking inside; between two pc_run() only ---- */

/* What pc_info() knows by name, besides every chip's; NULL past the last. */
const char *pc_info_name(int n);
const char *pc_info_doc(int n);
const char *pc_chip_name(const struct pc *pc, int n);

/* Lines of text about it, to be freed; NULL when there is no such name, or
 * no memory. Chips show their state tables; a chip's name without its number
 * means all of its kind. */
char *pc_info(struct pc *pc, const char *name);

/* Registers by name ("eax", "cs.base"; "pc" is the linear CS:EIP). */
bool pc_register(struct pc *pc, const char *name, uint32_t *v);
const char *pc_register_name(int n);    /* NULL past the last */

/* The same as bytes, little endian; also "st0" to "st7", of ten bytes. Returns
 * how many it has, of which `room` are copied; 0: there is no such register. */
size_t pc_register_read(struct pc *pc, const char *name, void *to,
                        size_t room);

/* Sets general and x87 registers, flags, EIP ("pc" too) and, in real and V86
 * mode, segments; false for any other. Like a poke, this is behind the queue's
 * back, but recorded. */
bool pc_register_write(struct pc *pc, const char *name, const void *from,
                       size_t n);

/* Linear memory, through the page tables. Returns how many bytes lie before
 * the first page that is not mapped. No accessed bits are set; where a device
 * answers, bytes read FFh. */
size_t pc_peek_virtual(struct pc *pc, uint32_t addr, void *buf, size_t n);

/* Text of the instruction in these bytes; returns its length. bits: 16 or 32,
 * 0 for what the CPU is in now. addr: its EIP, for branch targets. */
int pc_disasm(struct pc *pc, int bits, const void *bytes, size_t n,
              uint32_t addr, char *text, size_t size);

struct pc_block_info {
    bool floppy, inserted, readonly, snapshot;
    bool cdrom, locked;                 /* locked: by the guest */
    char format[16];                    /* "raw", "qcow2" */
    uint64_t bytes;
    uint64_t written;                   /* sectors, since it was put in */
    char name[200];                     /* the image file */
};
/* False when there is no such drive. */
bool pc_block_info(const struct pc *pc, enum pc_drive d,
                   struct pc_block_info *info);

/* These change the machine behind the queue's back, so that a replay of the
 * queue alone no longer matches. Writes to ROM and devices are lost. A port
 * access is one of the CPU's, side effects and bus time included. */
void pc_poke(struct pc *pc, uint32_t addr, const void *bytes, size_t n);
size_t pc_poke_virtual(struct pc *pc, uint32_t addr, const void *bytes,
                       size_t n);
uint32_t pc_port_in(struct pc *pc, uint16_t port, int size);
void pc_port_out(struct pc *pc, uint16_t port, int size, uint32_t v);

/* Lets what is due now act, before the next instruction: input that waits in
 * the queue. As pc_run() would begin. */
int pc_settle(struct pc *pc, int stop);

/* One instruction, or one iteration of a repeated one, or the entry of one
 * interrupt; a halted CPU waits for that at most a second of virtual time.
 * Returns what pc_run() does, or 0 for nothing special. Steps one after the
 * other do what one pc_run() does. */
int pc_step(struct pc *pc, int stop);

/* Log lines from now on: up to `max`; with exec, each instruction as TRACE
 * by "exec". wants (NULL: all) is asked before a line's text is made. */
void pc_set_log(struct pc *pc, enum pc_log_level max, bool exec,
                bool (*wants)(void *ctx, enum pc_log_level level,
                              const char *who));

/* ---- stops: breakpoints, watchpoints, events ---- */

/* Code stops before the instruction; all others behind the one that brought
 * them about, or at the first of the handler that it led to. */
enum pc_break_kind {
    PC_BREAK_CODE,
    PC_BREAK_WRITE, PC_BREAK_READ, PC_BREAK_ACCESS,     /* of memory */
    PC_BREAK_INT,                       /* INT n is run, in any mode */
    PC_BREAK_FAULT,                     /* an exception is delivered */
    PC_BREAK_IRQ,                       /* interrupt lines, 0 to 15 */
    PC_BREAK_PORT,                      /* IN and OUT */
    PC_BREAK_MODE                       /* protected, V86, paged */
};

struct pc_break {
    enum pc_break_kind kind;
    uint32_t first, last;               /* linear addresses, or numbers; both
                                         * included */
    bool physical;                      /* addresses of data */
    bool (*when)(void *ctx);            /* asked when it is met: true stops.
                                         * NULL: always */
    void *ctx;
};

/* Any number of stops, which change nothing that a guest can see and no state
 * hash; instructions cost nothing for them. Only a pc_run() or pc_step() whose
 * `stop` has PC_BREAK minds them. pc_break_set() returns the new one's number,
 * 0 when it can't be. */
int pc_break_set(struct pc *pc, const struct pc_break *b);
bool pc_break_clear(struct pc *pc, int number);
const struct pc_break *pc_break_get(const struct pc *pc, int number);

/* What the last run ended with; false: with none of them. */
struct pc_hit {
    int number;
    uint32_t addr, size;                /* of the access; vector, line, port */
    bool write;                         /* or OUT */
    const char *device;                 /* a part's id, as in `info parts`: it
                                         * wrote, by DMA, and addr is the
                                         * physical address; NULL: none did */
};
bool pc_last_hit(const struct pc *pc, struct pc_hit *hit);

/* The next run does not stop at a breakpoint on the present instruction.
 * pc_step() never does. */
void pc_pass(struct pc *pc);

/* ---- state ---- */

/* 64 bits over CPU, memory, chips and media kept in memory. */
uint64_t pc_hash(struct pc *pc);

/* The whole machine in one file. Loading checks it all first: on an error
 * nothing has changed. The machine must have the same configuration, and its
 * drives the media that the state was saved with, as they were then: what a
 * guest remembers of a disk would be written over another one. Writes that are
 * kept in memory come with the state. pc_load_forced() takes any media. */
bool pc_save(struct pc *pc, const char *path, char *why);
bool pc_load(struct pc *pc, const char *path, char *why);
bool pc_load_forced(struct pc *pc, const char *path, char *why);

/* Writes a file on the host as pc_save() does: whole, or not at all and an
 * older one is left as it was. What is no plain file is refused.
 * pc_file_open() returns NULL, pc_file_close() false with the reason in
 * `why`, the file's name among it; !keep drops what was put. */
struct pc_file;
struct pc_file *pc_file_open(const char *path, char *why);
void pc_file_put(struct pc_file *f, const void *bytes, size_t size);
bool pc_file_close(struct pc_file *f, bool keep, char *why);

/* The same without a file: pc_save_bytes() returns memory to be freed with
 * free(), NULL when there is none. */
void *pc_save_bytes(struct pc *pc, size_t *size);
bool pc_load_bytes(struct pc *pc, const void *bytes, size_t size, char *why);
bool pc_load_bytes_forced(struct pc *pc, const void *bytes, size_t size,
                          char *why);

/* ---- records: a run that can be run again ---- */

/* From here on, put() gets the bytes of a record file: the configuration, what
 * ROMs and media hold (as digests), all input, and the hash of the state each
 * second of guest time; it returns false when it can't take them, after which
 * it gets no more. Bytes come at least once a second of guest time. Media are
 * read as a whole for it. With `embed` the bytes have a copy of what each
 * medium holds when it is recorded for the first time, so that a replay needs
 * no image. The strings of pc_config must last so long. */
#define PC_RECORD_MOST ((size_t)1 << 30)        /* bytes of the head */
bool pc_record(struct pc *pc, bool embed,
               bool (*put)(void *ctx, const void *bytes, size_t n), void *ctx,
               char *why);
bool pc_recording(const struct pc *pc);         /* and no put() has failed */
void pc_record_end(struct pc *pc);              /* the last bytes */

/* A record's head: the machine to make, with callbacks and the like filled in
 * by the caller (its own copy). It refers to the bytes, which must last. Media
 * are named as they were, or have copies, and writes to them stay in memory.
 * Freed with free(). */
struct pc_replay_file;
bool pc_replay_config(const void *bytes, size_t n, struct pc_replay_file **f,
                      char *why);
const struct pc_config *pc_replay_machine(const struct pc_replay_file *f);

/* A new machine runs the record: all other input is refused until pc_run()
 * ends with PC_REPLAYED or PC_DIVERGED. False when ROMs or media do not hold
 * what they held. */
bool pc_replay(struct pc *pc, const struct pc_replay_file *f, char *why);

struct pc_replay_info {
    bool over, complete;                /* complete: it has an end */
    bool diverged;
    int64_t ns;                         /* where it diverged */
    uint64_t expected, got;             /* hashes there */
    uint32_t seconds;                   /* hashes that were the same */
    uint32_t records;                   /* of input, so far */
    char text[120];                     /* what ended it */
};
struct pc_replay_info pc_replay_info(const struct pc *pc);

/* ---- history: the machine's past, to go back to ---- */

/* Keeps up to so many bytes of it from here on; 0: none any more, and what was
 * kept is gone. False when memory is short. */
bool pc_history(struct pc *pc, uint64_t bytes);

struct pc_history_info {
    uint64_t bytes, limit;
    uint32_t snapshots;
};
struct pc_history_info pc_history_info(const struct pc *pc);

/* A place between two instructions: time and instruction count; the rest tells
 * apart places of the same time and count. */
struct pc_moment {
    int64_t ns;
    uint64_t count, units;
    uint32_t ps, acts;
};
struct pc_moment pc_moment(const struct pc *pc);

/* From where to where one can go; false: no history is kept. */
bool pc_history_range(const struct pc *pc, struct pc_moment *first,
                      struct pc_moment *last);

/* The last snapshot at or before a time; false: there is none. To go to one
 * takes the least: nothing has to run again. */
bool pc_history_snap(const struct pc *pc, int64_t ns, struct pc_moment *m);

/* Goes to the first place at or behind that time, with that instruction count,
 * to that place; one step back. There the machine is what it was, and so are
 * its disks. It may go on: then it does what it did, up to the present. But as
 * soon as something comes from outside, what lay ahead is gone, and its disks
 * go on from there, too. False with words in `why`, where it can't go. */
bool pc_seek(struct pc *pc, int64_t ns, char *why);
bool pc_seek_count(struct pc *pc, uint64_t count, char *why);
bool pc_seek_moment(struct pc *pc, const struct pc_moment *m, char *why);
bool pc_step_back(struct pc *pc, char *why);

/* Back to the last place before this one where pc_run() would stop with
 * PC_BREAK, as pc_last_hit() then tells; of an access to memory, to the place
 * before it. Where there is none, to the beginning of the history, and there
 * is no last hit. */
bool pc_run_back(struct pc *pc, char *why);

/* Back to the last place before this one, an instruction, at which holds()
 * says so. It is asked at each instruction on the way, the latest million
 * first; loops that change nothing are gone over at once. False where there is
 * none, and the machine stays where it is. */
bool pc_when(struct pc *pc, bool (*holds)(void *ctx), void *ctx, char *why);

/* The step that made a byte of physical memory what it is now: CS:EIP before
 * it. device: a part did it, by DMA, and the place is where the processor was. Of
 * a byte that changed and changed back within a fraction of a second, an
 * earlier step may be told. The machine stays where it is. */
struct pc_writer {
    struct pc_moment at;
    uint32_t cs, eip;
    uint8_t before, after;
    const char *device;                 /* as in struct pc_hit */
};
bool pc_who(struct pc *pc, uint32_t addr, struct pc_writer *w, char *why);

/* The physical address of a linear one, by the page tables as they are now;
 * false: it has none. */
bool pc_translate(struct pc *pc, uint32_t linear, uint32_t *physical);

bool pc_in_past(const struct pc *pc);
bool pc_is_silent(const struct pc *pc);         /* while it goes somewhere */

/* ---- migration: the machine goes on in another process ---- */

/* The sending side. pc_migrate_begin() makes a stream of bytes, of which
 * pc_migrate_bytes() gives the next, 0: for now there are no more. While the
 * machine runs, pages that it writes to come again; nothing in it is other than
 * without a migration. pc_migrate_finish(), between two pc_run(), adds what is
 * left and leaves the media to the other process: from then on pc_run() ends
 * with PC_AWAY. What the target answers goes to pc_migrate_answer(). Once it
 * is PC_TARGET_READY, pc_migrate_commit() adds the bytes that let the target
 * go on, and the machine is there for good. Until then pc_migrate_cancel()
 * ends all, and the machine goes on here: false, with words, when a medium is
 * in another's hands, and then it can be called again. */
struct pc_migration {
    uint64_t total, remaining;          /* bytes of memory */
    uint64_t pages, zeros;              /* sent, and sent as zeros alone */
    uint64_t dirtied;                   /* pages written after they were sent */
    uint64_t bytes;                     /* of the stream, so far */
    uint32_t passes;                    /* over all of memory */
    bool able;                          /* false: memory is short */
};
enum pc_target { PC_TARGET_SILENT, PC_TARGET_TAKES, PC_TARGET_READY,
                 PC_TARGET_REFUSES };

bool pc_migrate_begin(struct pc *pc, char *why);
size_t pc_migrate_bytes(struct pc *pc, void *to, size_t room);
struct pc_migration pc_migration(const struct pc *pc);
bool pc_migrate_finish(struct pc *pc, char *why);
enum pc_target pc_migrate_answer(struct pc *pc, const void *bytes, size_t n,
                                 char *why);
void pc_migrate_commit(struct pc *pc);
bool pc_migrate_cancel(struct pc *pc, char *why);
bool pc_is_gone(const struct pc *pc);   /* pc_migrate_commit() was called */

/* A machine that is gone goes on here after all, for somebody knows that the
 * target has ended before it went on; or one that is PC_INCOMING_KEPT does, for
 * the sender has ended. False, with words, where another has a medium or has
 * written to it since; where there is none to tell by, the machine may be in
 * two places from then on. */
bool pc_migrate_revive(struct pc *pc, char *why);

/* The receiving side: a machine made with pc_config.incoming, which only looks
 * at its media. It takes bytes of a stream, which may be anything: false, with
 * words, when they are refused, and then it can take another stream.
 * pc_incoming_bytes() gives what is to be answered. At PC_INCOMING_WHOLE,
 * pc_incoming_arrive() opens the media and makes the machine that one; it runs
 * from PC_INCOMING_HERE on, which is when the sender has let go of it, or, with
 * a sender that can't be answered, when pc_incoming_start() was called.
 *
 * pc_incoming_drop() gives up what has come. pc_incoming_lost() is for when
 * nothing comes from the sender any more: it does the same, but a machine that
 * was READY is KEPT, with media that are nobody's, for the sender may have died
 * with his; see pc_migrate_revive(). */
enum pc_incoming { PC_INCOMING_PART, PC_INCOMING_WHOLE, PC_INCOMING_READY,
                   PC_INCOMING_KEPT, PC_INCOMING_HERE };

bool pc_incoming_put(struct pc *pc, const void *bytes, size_t n, char *why);
size_t pc_incoming_bytes(struct pc *pc, void *to, size_t room);
enum pc_incoming pc_incoming(const struct pc *pc);
bool pc_incoming_arrive(struct pc *pc, char *why);
void pc_incoming_start(struct pc *pc);
void pc_incoming_drop(struct pc *pc, const char *why);
void pc_incoming_lost(struct pc *pc, const char *why);

/* ---- images (isabox image ...) ---- */

/* Formats of images by number; NULL past the last. */
const char *pc_format_name(int n);

/* Creates a raw image; size as "1440K", "20M", "1G". Never overwrites. */
bool pc_image_create(const char *path, const char *size, char *why);

struct pc_image_info {
    uint64_t bytes;
    bool floppy;
    uint32_t cylinders, heads, sectors;
    bool cdrom;                         /* a disc, for a CD-ROM drive */
};
/* What `isabox image` does: argv[0] is a command ("convert"), behind it its
 * options and words. Lines for the user go to text(), how far it is in
 * thousandths to progress(); both may be NULL. `now` dates new folders. Returns
 * 0, 1 when a check found something wrong, or 2 with the reason in `why`. */
struct pc_image_io {
    void (*text)(void *ctx, const char *text, size_t n);
    void (*progress)(void *ctx, int thousandths);
    void *ctx;
    int64_t now;                        /* seconds since 1970 */
};
int pc_image(int argc, const char *const *argv, const struct pc_image_io *io,
             char *why);

/* Commands of pc_image() by number, and their options; NULL past the last. */
const char *pc_image_command(int n);
const char *pc_image_usage(int n);

bool pc_image_info(const char *path, struct pc_image_info *info, char *why);

#ifdef __cplusplus
}
#endif
#endif
