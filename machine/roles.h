/* roles.h - what the machine's services ask of parts, whatever chip it is.
 *
 * A part registers the roles that it can play when it is plugged in; input,
 * media, screen, CMOS and inspection speak to roles and name no chip.
 * A role that nobody plays has no functions (ops NULL): then there is no
 * keyboard, no screen, and so on. `dev` is the chip. */
#ifndef ROLES_H
#define ROLES_H

#include "machine/block/chs.h"
#include "machine/core/ata.h"
#include "machine/core/dev.h"
#include "machine/core/net.h"
#include "machine/core/pci.h"
#include "machine/core/ps2.h"
#include "machine/pc.h"

struct keyboard_ops {
    void (*key)(void *dev, u16 code, bool down);    /* set-1 make code */
    int  (*room)(const void *dev);                  /* bytes, for key() */
    bool (*held)(const void *dev, u16 code);
    unsigned (*leds)(const void *dev);              /* as pc_leds() */
};

struct pointer_ops {
    void (*move)(void *dev, int dx, int dy, int dz, unsigned buttons);
    bool (*idle)(const void *dev);                  /* has told all it had */
    unsigned (*buttons)(const void *dev);           /* those held now */
};

struct joystick_ops {
    /* Stick 0 or 1; axes -32768 to 32767; buttons 1 and 2, a bit each. */
    void (*move)(void *dev, int stick, int x, int y, unsigned buttons);
};

/* The far end of a serial line sends to it; room() is in bytes. */
struct serial_ops {
    int  (*room)(const void *dev);
    bool (*receive)(void *dev, u8 byte);            /* false: no room */
};

/* A port whose bytes leave the machine, as the one who takes them sees it:
 * it may hold the port for a while, and have what is half out at once. */
struct outlet_ops {
    void (*hold)(void *dev, bool on);
    bool (*is_held)(const void *dev);
    void (*drain)(void *dev);                       /* may be NULL */
};

struct display_ops {
    /* The picture of the last frame; pixels in rows without gaps, `room` of
     * them. */
    bool (*draw)(void *dev, u32 *pixels, u32 room, struct pc_frame *out);
    bool (*text)(void *dev, struct pc_text *out);   /* false: graphics */
    /* The next time that the chip itself writes to its memory it says so
     * before, by slot_writing(). */
    void (*watch)(void *dev);
};

/* A calendar clock with CMOS RAM. */
struct clock_ops {
    u8   (*get)(const void *dev, int i);
    void (*set)(void *dev, int i, u8 v);
    void (*checksum)(void *dev);
    void (*set_time)(void *dev, s64 seconds);       /* since 1970 */
    void (*save)(const void *dev, u8 *bytes);       /* CLOCK_BYTES */
    void (*load)(void *dev, const u8 *bytes);
};
enum { CLOCK_BYTES = 128 };

/* Eight inputs of an interrupt controller as a person may look at them. */
struct intc_look {
    u8 vector, lines, request, service, masked, level;
};
struct intc_ops {
    u8   (*acknowledge)(void *dev);                 /* returns the vector */
    void (*look)(const void *dev, struct intc_look *out);
};

struct dma_ops {
    struct dma_link (*link)(void *dev, int channel);
};

/* The two ports of a keyboard controller. */
struct ps2_ops {
    struct ps2_link (*join)(void *dev, int port, struct ps2_link device);
};

/* Switches on the board that say what it has: SW1 of a PC/XT, 1 is off. */
struct switches_ops {
    void (*set)(void *dev, u8 sw1);
};

/* Drives on a floppy controller, units 0 and 1. Types are enum floppy_drive
 * numbers, 0 for no drive. */
struct floppy_ops {
    void (*fit)(void *dev, int unit, u8 type);
    u8   (*type)(const void *dev, int unit);
    enum err (*insert)(void *dev, int unit, struct block *media,
                       const struct floppy_format *format);
    void (*eject)(void *dev, int unit);
    void (*changed)(void *dev, int unit);           /* sets the change line */
};

/* Disks on an IDE channel, units 0 and 1. */
struct disk_ops {
    void (*attach)(void *dev, int unit, struct block *media,
                   const struct chs *chs, const char *serial);
    /* A CD-ROM drive, with a disc or (NULL) none; another disc later on. */
    void (*attach_cd)(void *dev, int unit, struct block *disc);
    void (*change_cd)(void *dev, int unit, struct block *disc);
    bool (*locked)(const void *dev, int unit);      /* its tray */
};

/* The audio outputs of the CD-ROM drives of a channel, as loud as whoever they
 * lead to has it; VOICE_UNITY is 1. */
struct cd_audio_ops {
    void (*gain)(void *dev, u32 left, u32 right);
};

/* A wire's level that has to be asked for: the timer's tone. */
struct level_ops {
    bool (*level)(const void *dev);
};

/* A PCI bus; and where the interrupt pins of its cards end. */
struct pci_ops {
    struct pci_bus *(*bus)(void *dev);
};
struct pirq_ops {
    struct net *(*wire)(void *dev, int n);          /* PIRQA to PIRQD */
};

/* The bus master of the IDE channels, 0 at port 1F0h and 1 at 170h: `run` is
 * the channel's, the answer is what it moves its data by. */
struct ide_master_ops {
    struct ata_dma (*join)(void *dev, int channel, struct line run);
};

/* Takes files that firmware looks for. */
struct firmware_ops {
    bool (*add)(void *dev, const char *name, const u8 *bytes, u32 size);
};

enum { INTCS = 2, SERIALS = 8, FLOPPY_BUSES = 2, DISK_BUSES = 4 };

#define ROLE(kind) struct { const struct kind##_ops *ops; void *dev; }
struct roles {
    ROLE(keyboard) keyboard;
    ROLE(pointer) pointer;
    ROLE(joystick) joystick;
    ROLE(serial) serial[SERIALS];
    ROLE(display) display;
    ROLE(clock) clock;
    ROLE(intc) intc[INTCS];
    ROLE(dma) dma;
    ROLE(ps2) ps2;
    ROLE(ps2) xt_port;                  /* a PC/XT's, for its keyboard alone */
    ROLE(switches) switches;
    ROLE(floppy) floppy[FLOPPY_BUSES];
    ROLE(disk) disk[DISK_BUSES];
    ROLE(cd_audio) cd_audio[DISK_BUSES];
    ROLE(level) tone;
    ROLE(firmware) firmware;
    ROLE(pci) pci;
    ROLE(pirq) pirq;
    ROLE(ide_master) ide_master;
};
#undef ROLE

/* Registers dev for a role; false when it is taken. */
#define role_take(role, functions, device)                                 \
    ((role)->ops ? false                                                   \
                 : ((role)->ops = (functions), (role)->dev = (device), true))

#endif
