/* fdc.h - Intel 82077AA floppy disk controller, as on an AT, and its drives.
 *
 *   ports 0..5, 7 <------->+---------+--> irq    (IRQ 6, level; AT: edge)
 *   dma (channel 2) <----->| 82077AA |
 *   unit[0..3]  <--------->+---------+    drive, medium and its format
 *
 * The board maps 3F0h-3F5h to ports 0-5 and 3F7h to port 7, width 1.
 * Which drive answers is chosen by DOR alone; the drive bits of a command
 * only pick the cylinder counter and show up in ST0, as the datasheet's note
 * to table 5-1 says. A drive turns only with its motor on. Without a turning
 * medium there are no index pulses, so reads, writes, format and READ ID hang
 * until a reset, a medium or the motor arrives: BIOSes time out on that.
 *
 * What is on a track is a list of sectors (machine/block/floppy/surface.h), so IDs may
 * say anything, and sectors be of any size, damaged or marked deleted. On a
 * track that no plain disk has (`exact` there) rotation takes its time even
 * where `fast` is set: some programs know their own disk by it.
 *
 * Reference: Intel 290166-007 "82077AA"; Intel 8272A for the SCAN commands.
 * Not modelled: sectors of 16 KB (N = 7); FORMAT of tracks that an image can't
 * hold (ends with MA), deleted data marks on plain images (writing them writes
 * plain data); what READ TRACK finds in gaps; head load and unload times;
 * motor spin-up; FIFO thresholds and PIO overruns (a byte waits for the CPU);
 * PS/2 and Model 30 registers; power down; tape. */
#ifndef FDC_H
#define FDC_H

#include "machine/block/floppy/surface.h"
#include "machine/core/dev.h"

enum { FDC_DRIVES = 4, FDC_MAX_TRACK = 83, FDC_PARAMS = 9, FDC_RESULTS = 10,
       FDC_BIGGEST = 8192 };             /* bytes of a sector */

enum fdc_phase { FDC_IDLE, FDC_COMMAND, FDC_EXECUTE, FDC_RESULT };

/* What the next data event does. */
enum fdc_op {
    FDC_OP_NONE,
    FDC_OP_START,               /* the head is there: look for the sector */
    FDC_OP_SECTOR,              /* the sector passes under the head */
    FDC_OP_BYTE,                /* the next byte is due, without DMA */
    FDC_OP_ID,                  /* an ID field passes */
    FDC_OP_FORMAT,              /* the place of the next sector passes */
    FDC_OP_END,                 /* the command ends with ST0-ST2 as they are */
    FDC_OP_AGAIN,               /* what is in data[] is tried once more */
    FDC_OPS
};

struct fdc_drive_state {
    ns_t step_at;               /* next step pulse; NEVER: not seeking */
    u8 track;                   /* where the head is */
    u8 pcn;                     /* where the controller believes it is */
    u8 steps;                   /* pulses left */
    u8 sense;                   /* ST0 for SENSE INTERRUPT */
    bool waiting;               /* ... which has not been asked for yet */
    bool seeking, recalibrating, inward;
    bool changed;               /* the disk change line */
    u8 unit;                    /* the drive that gets the pulses */
    u8 spare[6];
};

struct fdc_state {
    ns_t op_at, reset_at;
    struct fdc_drive_state drive[FDC_DRIVES];
    u16 count;                  /* sectors left, where that is counted */
    u16 at, size;               /* place in and size of the transfer's data */
    u16 done;                   /* bytes of the sector before these */
    u8 dor, dsr, tdr, rate;
    u8 phase, op;
    u8 param[FDC_PARAMS], nparam;
    u8 result[FDC_RESULTS], nresult, result_at;
    u8 st0, st1, st2;
    u8 srt_hut, hlt_nd, config, pretrk, perpendicular, sc_eot;
    u8 c, h, r, n, head;        /* the sector wanted, and the head in use */
    u8 index;                   /* place on the track, from 1 */
    u8 scan;                    /* SCAN: a byte of the disk was above memory's
                                 * (bit 0), below it (bit 1) */
    bool lock, irq, rqm, bad_layout;
    bool rate_given, sought;    /* the guest has programmed a rate, a seek */
    bool last;                  /* TC came within the sector */
    u8 shown;                   /* place of the ID that READ ID has just shown,
                                 * 0 when another command came behind it */
    u8 spare[4];
    u8 data[SECTOR];
};

/* A drive and what is in it: configuration, not state. */
struct fdc_unit {
    struct block *media;        /* NULL: empty */
    struct floppy_format format;
    u8 type;                    /* enum floppy_drive */
};

struct fdc {
    struct fdc_state s;         /* saved; must come first */

    struct fdc_unit unit[FDC_DRIVES];
    struct line irq;
    struct dma_link dma;
    bool fast;                  /* seeks and rotation take next to no time */
    bool lenient;               /* a guest that has never set a data rate reads
                                 * at any, one that never seeks need not */
    struct timer step[FDC_DRIVES], op, reset;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops fdc_ops;

/* Wires a zeroed controller; set unit[].type, irq, dma and fast as well. */
void fdc_init(struct fdc *f, const struct dev_env *env);

/* Puts a medium into a drive; the caller keeps owning it. format NULL: what
 * floppy_format_of() says. ERR_RANGE: no such drive, or larger than any
 * floppy. Either sets the disk change line. */
enum err fdc_insert(struct fdc *f, int drive, struct block *media,
                    const struct floppy_format *format);
void fdc_eject(struct fdc *f, int drive);

/* Between fdc.c (registers), fdc_cmd.c (commands), fdc_data.c (the ones that
 * move data) and fdc_disk.c (what is under the head). */
enum {
    DOR_RESET = 0x04, DOR_GATE = 0x08,
    ST0_ABNORMAL = 0x40, ST0_INVALID = 0x80, ST0_READY = 0xc0,
    ST0_SEEK_END = 0x20, ST0_EC = 0x10,
    ST1_EN = 0x80, ST1_DE = 0x20, ST1_OR = 0x10, ST1_ND = 0x04,
    ST1_NW = 0x02, ST1_MA = 0x01,
    ST2_CM = 0x40, ST2_DD = 0x20, ST2_WC = 0x10, ST2_SH = 0x08,
    ST2_SN = 0x04, ST2_BC = 0x02, ST2_MD = 0x01,
    CONFIG_EIS = 0x40, CONFIG_NO_FIFO = 0x20, CONFIG_NO_POLL = 0x10,
    OPCODE = 0x1f, BIT_MT = 0x80, BIT_MFM = 0x40, BIT_SK = 0x20,
};

void fdc_irq(struct fdc *f, bool level);
void fdc_command(struct fdc *f);        /* param[] is complete */
u8   fdc_command_length(u8 first);
void fdc_step(struct fdc *f, int drive);
void fdc_more_news(struct fdc *f);      /* a result has been read */
ns_t fdc_implied_seek(struct fdc *f);
void fdc_reply(struct fdc *f, const u8 *p, u8 n);

void fdc_data_start(struct fdc *f);     /* a command that moves data */
void fdc_data_event(struct fdc *f);
u8   fdc_data_in(struct fdc *f);        /* a byte for the CPU */
void fdc_data_out(struct fdc *f, u8 v);
bool fdc_data_inward(const struct fdc *f);  /* bytes go to the CPU */
void fdc_data_kick(struct fdc *f);      /* a medium or motor may have come */

struct fdc_unit *fdc_selected(struct fdc *f);
bool fdc_ready(const struct fdc *f);
int  fdc_cylinder(const struct fdc *f);
u8   fdc_per_track(const struct fdc *f);
ns_t fdc_byte_time(const struct fdc *f);
ns_t fdc_index_time(const struct fdc *f, int pulses);

/* The track under the head, as far as the controller can read it with its data
 * rate and density: else it has no sectors, and none after an error of the
 * medium, which the log has been told of. */
enum err fdc_surface(const struct fdc *f, struct surface *t);
/* When sector i next begins or has passed. */
ns_t fdc_place_time(const struct fdc *f, const struct surface *t, int i,
                    bool passed);
int  fdc_next_place(const struct fdc *f, const struct surface *t);
int  fdc_match(const struct fdc *f, const struct surface *t);
/* Bytes of a sector that lie within one of the medium's; errors are logged. */
enum err fdc_load(struct fdc *f, const struct surface_sector *k, u32 from,
                  u8 *p, u32 n);
enum err fdc_store(struct fdc *f, const struct surface_sector *k, u32 from,
                   const u8 *p, u32 n);
/* The data field of sector i of the track has been written anew. */
enum err fdc_mark(struct fdc *f, struct surface *t, int i, u8 flags);

#endif
