/* xthdc.h - IBM's Fixed Disk Adapter of the PC/XT, a Xebec 1210, and two disks.
 *
 *   port 0  data: command bytes, sectors, sense bytes, the completion byte
 *   port 1  read: what the controller wants now;  write: reset
 *   port 2  read: switches, two for each disk;    write: select
 *   port 3  write: bit 0 lets DREQ, bit 1 the interrupt through
 *
 *        select         6 bytes          time           read or write
 *   IDLE -------> COMMAND -----> EXECUTE -----> data: IN, OUT or by DMA
 *    ^                                                        |
 *    +--- the completion byte is read --- STATUS <------------+
 *
 * The board maps 320h-323h to ports 0-3, width 1. A command is a byte for what
 * to do, drive and head, sector with the high bits of the cylinder, cylinder,
 * count, and a byte of control. Sectors are counted from 0 here.
 *
 * Reference: IBM 6322492 "Fixed Disk Adapter" (Options and Adapters Technical
 * Reference), with the BIOS listing that belongs to it.
 * Not modelled: rotation, interleave and step rates (a sector takes SECTOR_NS,
 * a seek SEEK_NS); bad tracks (a track that is marked as bad is formatted);
 * correction of data, as the image holds no damaged ones. */
#ifndef XTHDC_H
#define XTHDC_H

#include "machine/block/chs.h"
#include "machine/core/dev.h"

enum { XTHD_DRIVES = 2, XTHD_COMMAND = 6, XTHD_LONG = 4,
       XTHD_CYLINDERS = 1024,
       XTHD_BUFFER = SECTOR + XTHD_LONG };

enum xthd_phase { XTHD_IDLE, XTHD_TAKE, XTHD_EXECUTE, XTHD_IN, XTHD_OUT,
                  XTHD_STATUS };

struct xthd_drive_state {
    u16 cylinders;              /* as INITIALIZE DRIVE said it; 0: not yet */
    u16 cylinder;               /* where the heads are */
    u8 heads;
    u8 spare[3];
};

struct xthd_state {
    ns_t at;                            /* the running command's next step */
    struct xthd_drive_state drive[XTHD_DRIVES];
    u16 place, size;                    /* in the data that move now */
    u16 left;                           /* sectors of the command */
    u8 phase;
    u8 mask;                            /* port 3 */
    u8 command[XTHD_COMMAND], given;
    u8 sense[4];                        /* what went wrong last */
    bool begun;                         /* the command, after its bytes */
    bool failed;                        /* bit 1 of the completion byte */
    bool irq;
    bool waits;                         /* for its DMA channel */
    u8 ecc[XTHD_LONG];                  /* behind the sector, as one wrote it */
    u8 data[SECTOR];
    u8 spare[5];
};

struct xthd_unit {
    struct block *media;                /* NULL: no disk */
    struct chs chs;
};

struct xthd {
    struct xthd_state s;                /* saved; must come first */

    struct xthd_unit unit[XTHD_DRIVES];
    u8 switches;
    struct line irq;
    struct dma_link dma;
    struct timer step;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops xthd_ops;

/* Wires a zeroed controller; set switches, irq and dma as well. */
void xthd_init(struct xthd *d, const struct dev_env *env);

/* Connects a disk, which the caller keeps owning, for good. */
void xthd_attach(struct xthd *d, int n, struct block *media,
                 const struct chs *chs);

/* Between xthdc.c (ports, phases) and xthdc_cmd.c (the commands). */
enum {
    SENSE_OK, SENSE_WRITE_FAULT = 0x03, SENSE_NOT_READY = 0x04,
    SENSE_DATA = 0x11, SENSE_NOT_FOUND = 0x14, SENSE_SEEK = 0x15,
    SENSE_COMMAND = 0x20, SENSE_ADDRESS = 0x21, SENSE_HAS_ADDRESS = 0x80,
};

void xthd_command(struct xthd *d);      /* command[] is complete */
void xthd_step(struct xthd *d);         /* its next step is due */
void xthd_taken(struct xthd *d);        /* the bytes of XTHD_IN are gone */
void xthd_given(struct xthd *d);        /* those of XTHD_OUT are there */

void xthd_end(struct xthd *d, u8 sense);
void xthd_wait(struct xthd *d, ns_t time);
void xthd_move(struct xthd *d, enum xthd_phase phase, u32 bytes);
u8 *xthd_bytes(struct xthd *d, u32 at, u32 *room);

#endif
