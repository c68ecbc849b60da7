/* ide.h - one AT attachment channel with up to two hard disks or CD-ROM drives.
 *
 *   ports 0..7 (command block) <-->+------+--> irq   (IRQ 14 or 15, level)
 *   port 8 (control), 9 <--------->| ATA  |
 *   unit[0], unit[1] <------------>|      |<-- run     bus master, if there
 *   master and slave               +------+--> dma     is one (ide_run())
 *
 * The board maps 1F0h-1F7h (170h-177h) to ports 0-7 with width 4, and 3F6h
 * (376h) to port 8 with width 1. Port 9 is the drive address register, which
 * belongs at 3F7h but shares that with the floppy controller.
 *
 * Both disks hear every register write; the selected one answers reads and
 * drives irq. With no disk selected that exists: beside a master a slave's
 * status reads 0; without a master the bus floats, 7Fh by its pull-down.
 *
 * With a bus master on the channel, IDENTIFY tells of DMA: single word,
 * multiword and Ultra DMA modes 0 to 2, of which SET FEATURES chooses one
 * (multiword 2 before that). A block takes the time that the mode gives its
 * words. Without one, as on the ISA bus, there is PIO alone.
 *
 * Reference: ANSI X3.221 (ATA-1), X3.279 (ATA-2), T13 1153D (ATA-4) for Ultra
 * DMA, T13 1410D (ATA-6) for the 48-bit commands and the signature.
 * Not modelled: queued DMA, CRC errors; READ and WRITE LONG; SMART, security,
 * set max; sleep needs no reset to end; standby timers; seek and rotation (a
 * command takes a few microseconds). CD-ROM drives are in ide_atapi.h. */
#ifndef IDE_H
#define IDE_H

#include "devices/disk/ide_atapi.h"
#include "machine/block/chs.h"
#include "machine/core/ata.h"

enum { IDE_DRIVES = 2, IDE_BLOCK = 16, IDE_BUFFER = IDE_BLOCK * SECTOR };

enum ide_phase {
    IDE_IDLE,
    IDE_RESET,                  /* busy: SRST, or what follows it */
    IDE_COMMAND,                /* busy: a command has been written */
    IDE_READ,                   /* busy: the next block comes from the disk */
    IDE_IN,                     /* DRQ: the host reads a block */
    IDE_OUT,                    /* DRQ: the host writes a block */
    IDE_WRITE,                  /* busy: the block goes to the disk */
    IDE_VERIFY,                 /* busy: reading without the host */
    IDE_DMA_IN, IDE_DMA_OUT,    /* the block is moved by DMA, or waits */
    IDE_PHASES
};

enum ide_mode { IDE_CHS, IDE_LBA28, IDE_LBA48, IDE_MODES };

struct ide_drive_state {
    ns_t due;                   /* end of the busy phase; NEVER */
    u64 lba;                    /* next sector of the transfer */
    u32 left;                   /* sectors the command still has to move */
    u16 at, size;               /* place in and size of the block */
    u8 feature, count, low, mid, high, device;
    u8 hob_feature, hob_count, hob_low, hob_mid, hob_high;
    u8 error, status, command;
    u8 phase, mode;
    u8 multiple;                /* sectors a block of READ MULTIPLE; 0: off */
    u8 heads, sectors;          /* INITIALIZE PARAMETERS; 0: the default */
    u8 power;                   /* as CHECK POWER MODE reports it */
    bool irq, byte_wide, keep;  /* keep: features outlive SRST */
    u8 dma_mode;                /* as SET FEATURES has it */
    u8 data[IDE_BUFFER];
};

struct ide_state {
    struct ide_drive_state drive[IDE_DRIVES];
    struct atapi_state packet[IDE_DRIVES];
    u8 control, select;
    u8 spare[6];
};

/* A disk: configuration, not state. */
struct ide_unit {
    struct block *media;        /* NULL: there is no such drive, or, in a
                                 * CD-ROM drive, no disc */
    bool packet;                /* a CD-ROM drive */
    struct chs chs;             /* what IDENTIFY tells */
    char serial[21], model[41];
};

struct ide {
    struct ide_state s;         /* saved; must come first */

    struct ide_unit unit[IDE_DRIVES];
    struct line irq;
    struct ata_dma dma;                 /* NULL functions: PIO alone */
    struct timer done[IDE_DRIVES];
    struct cd_voice sound[IDE_DRIVES];
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops ide_ops;

/* Wires a zeroed channel; the board connects irq. */
void ide_init(struct ide *d, const struct dev_env *env);

/* Puts a disk at n (0 master, 1 slave); the caller keeps owning the medium
 * and resets the channel afterwards. chs NULL: as chs_of_disk() says; serial
 * NULL: one by its place. media NULL takes the disk away. */
void ide_attach(struct ide *d, int n, struct block *media,
                const struct chs *chs, const char *serial);

/* Puts a CD-ROM drive at n, with a disc or, NULL, without. */
void ide_attach_cd(struct ide *d, int n, struct block *disc);

/* The bus master's line: the guest has started it, or is about to stop it. */
void ide_run(void *ide, int n, bool level);

/* Between ide.c (registers), ide_cmd.c (commands), ide_identify.c. */
enum {
    ATA_BSY = 0x80, ATA_DRDY = 0x40, ATA_DF = 0x20, ATA_DSC = 0x10,
    ATA_DRQ = 0x08, ATA_ERR = 0x01,
    ATA_READY = ATA_DRDY | ATA_DSC,
    ERR_UNC = 0x40, ERR_IDNF = 0x10, ERR_ABRT = 0x04, ERR_T0NF = 0x02,
    DEVICE_LBA = 0x40, DEVICE_SELECT = 0x10,
    CONTROL_HOB = 0x80, CONTROL_SRST = 0x04, CONTROL_NIEN = 0x02,
    POWER_STANDBY = 0x00, POWER_IDLE = 0x80, POWER_ACTIVE = 0xff,
    SINGLE_WORD_DMA = 2, MULTIWORD_DMA = 4, ULTRA_DMA = 8,  /* mode >> 3 */
    MULTIWORD_2 = MULTIWORD_DMA << 3 | 2,
};

void ide_irq(struct ide *d, int n, bool level);
void ide_busy(struct ide *d, int n, enum ide_phase phase, ns_t time);
void ide_signature(struct ide *d, int n);
struct chs ide_translation(const struct ide *d, int n);

static inline struct ide_drive_state *ide_drive(struct ide *d, int n)
{
    return &d->s.drive[n];
}

static inline struct atapi_state *atapi_packet(struct ide *d, int n)
{
    return &d->s.packet[n];
}

void ide_done(struct ide *d, int n);            /* without an error */
void ide_command(struct ide *d, int n);         /* the busy time is over */
void ide_block_taken(struct ide *d, int n);     /* the host read it all */
void ide_block_given(struct ide *d, int n);     /* the host wrote it all */

static inline bool ide_has_dma(const struct ide *d)
{
    return d->dma.move != NULL;
}

/* ide_dma.c: the first `bytes` of the buffer go by DMA, phase IDE_DMA_IN or
 * IDE_DMA_OUT; at the end ide_block_taken(), ide_block_given() or, at a read
 * command's, ide_done(). */
void ide_dma(struct ide *d, int n, enum ide_phase phase, u32 bytes);
void ide_dma_step(struct ide *d, int n);        /* a block's time is over */
void ide_dma_look(struct ide *d);               /* may a drive go on? */
bool ide_set_mode(struct ide *d, int n, u8 v);  /* false: there is no such */
u16 ide_mode_word(const struct ide *d, int n, u8 class);

void ide_identify(const struct ide *d, int n, u8 *p);
void ide_identify_packet(const struct ide *d, int n, u8 *p);

#endif
