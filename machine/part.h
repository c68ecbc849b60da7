/* part.h - what a part is, and what the board does for one that is plugged in.
 *
 * A part is one file of machine/parts: a chip (devices/NAME.h), the settings
 * that a user may choose, and plug(), which wires the chip to the board. The
 * chip knows nothing of it. A machine is a list of parts (machine/models).
 *
 *     -device isa-serial,irq=5   -->  settings  -->  plug()  -->  chip + wires
 *
 * The board gives nothing twice: a port, an interrupt or a DMA channel that
 * another part has is an error that names both. */
#ifndef PART_H
#define PART_H

#include "machine/core/bus.h"
#include "machine/core/mem.h"
#include "machine/core/net.h"
#include "machine/core/pci.h"
#include "machine/core/voice.h"
#include "machine/roles.h"

enum prop_type { PROP_NUMBER, PROP_HEX, PROP_BOOL, PROP_TEXT, PROP_ADDED };

/* A setting. Numbers (hexadecimal ones are shown so) and booleans are u32 and
 * bool members of the part's struct, texts are const char *. One that is added
 * is a boolean that parts of older releases lack: states name it only where it
 * is on, so theirs load. */
struct prop {
    const char *name, *doc;
    const char *preset;                 /* NULL: plug() finds one by itself */
    u32 off, min, max;
    enum prop_type type;
};

#define PROP_(T, m, kind, preset, lo, hi, text)                            \
    { #m, text, preset, offsetof(T, m), lo, hi, kind }
#define PROP_PORT(T, m, preset, text)                                      \
    PROP_(T, m, PROP_HEX, preset, 1, 0xffff, text)
#define PROP_IRQ(T, m, preset)                                             \
    PROP_(T, m, PROP_NUMBER, preset, 1, 15, "interrupt line")
#define PROP_NUM(T, m, preset, lo, hi, text)                               \
    PROP_(T, m, PROP_NUMBER, preset, lo, hi, text)
#define PROP_TXT(T, m, preset, text)                                       \
    PROP_(T, m, PROP_TEXT, preset, 0, 0, text)
#define PROP_CHARDEV(T)                                                    \
    PROP_TXT(T, chardev, NULL, "id of a -chardev")
#define PROP_END { NULL, NULL, NULL, 0, 0, 0, PROP_NUMBER }

/* What an unset number holds when plug() is called. */
enum { UNSET = 0xffffffffu };

struct slot;

struct part {
    const char *name, *doc;
    const char *alias;                  /* a second name, or NULL */
    const struct prop *props;           /* ends with a null name; may be NULL */
    u32 size;                           /* of its struct, which begins with the
                                           chip, or is settings alone */
    const struct dev_ops *ops;          /* the chip's; NULL: it has no state */
    /* Wires the zeroed struct. On an error the machine is given up. */
    enum err (*plug)(struct slot *s, struct why *why);
    void (*reset)(void *dev);           /* after all chips had their RESET */
    /* A line that drivers want to find in DOS's environment; may be NULL. */
    void (*environment)(const void *dev, char *line, u32 room);
    bool board;                         /* soldered in: no -device makes one */
};

enum { SLOT_ID = 12 };

/* A place on the board with a part in it. */
struct slot {
    const struct part *part;
    void *dev;                          /* the part's struct, hence the chip */
    struct pc *pc;
    struct pci_card *pci;               /* its place on that bus, or NULL */
    u16 number;                         /* orders timers that fall together */
    char id[SLOT_ID];                   /* its chunk in a state: "uart1" */
};

/* Named wires of the board. Several outputs may drive one (net.h). */
enum wire {
    WIRE_IRQ0, WIRE_IRQ15 = 15,
    WIRE_INTR, WIRE_NMI,                /* to the CPU */
    WIRE_FERR,                          /* from the CPU: an x87 error */
    WIRE_IOCHK,                         /* a card reports an error */
    WIRE_NMI_MASK,                      /* port 70 bit 7 */
    WIRE_RESET,                         /* asks for a reset of the CPU */
    WIRE_CPU_RESET,                     /* the CPU alone was reset */
    WIRE_KBC_A20, WIRE_A20,             /* the 8042's wish; the gate */
    WIRE_GATE2, WIRE_TONE,              /* timer 2: its gate, its output */
    WIRE_SPEAKER,
    WIRE_POWER_OFF,
    WIRES
};

/* Clock, log and timer ids for the chip's init(). */
struct dev_env slot_env(const struct slot *s);

/* Leads ports to the part's chip, which sees them from `base` on. Nobody else
 * may have them; slot_watch() lays a range on top of another part's ports. */
enum err slot_ports(struct slot *s, struct range *r, u32 first, u16 count,
                    u16 base, u8 width, struct why *why);
enum err slot_watch(struct slot *s, struct range *r, u32 first, u16 count,
                    u16 base, u8 width, struct why *why);

/* What an idle program may do with ports (cpu/lap.h): `quiet` ones tell the
 * world nothing; bit n of `steady`: the n-th answers alike until an event or a
 * write. */
static inline void range_character(struct range *r, bool quiet, u8 steady)
{
    r->quiet = quiet;
    r->steady = steady;
}

/* Bit n, for reads and for writes: the n-th port of the range has to do with the
 * chip's saved state only, and so has memory of a chip with mem_same(). */
void slot_keeps(struct slot *s, struct range *r, u32 reads, u32 writes);

/* Joins a pin to an interrupt line (a card's 2 and 9 are one pin of its
 * connector, which on an AT leads to 9, on a PC/XT to 2). `shared`:
 * the card's driver is of a kind that shares it with others of that kind. */
enum err slot_irq(struct slot *s, struct line *pin, u32 irq, bool shared,
                  struct why *why);

/* The link to a DMA channel. */
enum err slot_dma(struct slot *s, struct dma_link *link, u32 channel,
                  struct why *why);

/* An adapter's link, by which the board knows whose bytes it moves. */
struct ata_dma slot_ata_dma(struct slot *s, struct ata_dma link);

/* An output pin drives, an input hears one of the board's wires. */
enum err slot_drive(struct slot *s, struct line *pin, enum wire w,
                    struct why *why);
enum err slot_hear(struct slot *s, enum wire w,
                   void (*set)(void *dev, int pin, bool level), int pin,
                   struct why *why);

/* Memory that belongs to the machine's state under `name`, zeroed; it is
 * freed with the machine. NULL, with words, when the host has none. */
u8 *slot_memory(struct slot *s, const char *name, u32 size, struct why *why);

/* Whoever writes to slot_memory() sets *written: the history then looks for
 * changes only when there may be some. */
void slot_memory_says(struct slot *s, const void *p, bool *written);

/* A second struct of the part's state; `name` is its chunk in a state file. */
enum err slot_object(struct slot *s, const char *name,
                     const struct table *table, void *obj, struct why *why);

/* The video BIOS that a card brings, unless the user has given one; of the
 * size of the built-in one. */
void slot_video_rom(struct slot *s, const u8 *rom, u32 size);

/* Lays a region of the part's on top of the address space. */
void slot_map(struct slot *s, struct region *r, u32 first, u32 size);
void slot_unmap(struct slot *s, struct region *r);

/* Other bytes than before are there now, which nobody has written. */
void slot_replaced(struct slot *s, u32 first, u32 size);

/* RAM behind an address; NULL: the machine has less. It can't be seen where
 * another region lies on top. *size: the bytes of all RAM. */
u8 *slot_ram(struct slot *s, u32 addr, u32 *size);

/* A part's function on the PCI bus, and what its address ranges lead to: a
 * region for a memory range, a range for ports (with ops, dev, base, width).
 * Before slot_pci() the part fills in func.bar[] and these pointers. */
struct pci_card {
    struct pci_func func;
    struct region *memory[PCI_BARS];
    struct range *ports[PCI_BARS];
    char chunk[SLOT_ID + 4];            /* "vga.pci" in a state file */
};

/* Plugs it into device number `device` (UNSET: the next free one) as function
 * 0. The board maps its ranges as the guest says, resets it, keeps its
 * registers in the machine's state, and leads func.intx to the interrupt wire
 * that the place gives. ERR_MISSING: there is no PCI bus. */
enum err slot_pci(struct slot *s, struct pci_card *c, const struct pci_ids *ids,
                  u32 device, struct why *why);
bool slot_has_pci(const struct slot *s);

/* The same for a chip of the board, which looks after its registers. */
enum err slot_pci_chip(struct slot *s, struct pci_func *f, const char *chunk,
                       u8 devfn, struct why *why);

/* A function of a chip of the board with ranges that the board maps; `func` is
 * complete. It has no interrupt pin. */
enum err slot_pci_function(struct slot *s, struct pci_card *c,
                           const char *chunk, u8 devfn, struct why *why);

/* Where bytes leave the machine; the front end finds the channel's other end
 * by its number or, where that is given, by `chardev`. ops (NULL: none) are
 * called with the part's struct. */
struct sink slot_channel(struct slot *s, enum pc_channel ch,
                         const char *chardev, const struct outlet_ops *ops);

/* Where a MIDI port's bytes go: a file that is written when the machine ends
 * (machine/midifile.h), path NULL: none; and an instrument of the host's with
 * a SoundFont (machine/midiport.h), "none": none. Path "alsa" or "alsa:ADDRESS":
 * no file, but the host's sequencer as the instrument. */
enum err slot_midi(struct slot *s, const char *path, const char *font,
                   struct sink *sink, struct why *why);

/* A voice of the part's chip: sound that it makes (machine/core/voice.h). The
 * user knows it by its name; a second one of that name as "id.name". */
enum err slot_voice(struct slot *s, struct voice *v, struct why *why);

/* What a display calls when a frame is done, and a test's port with its
 * value; *ctx is what to call them with. */
void (*slot_frame(struct slot *s, void **ctx))(void *ctx);
void (*slot_exit(struct slot *s, void **ctx))(void *ctx, u32 code);

/* What asks for a reset of the whole machine. */
void (*slot_reset(struct slot *s, void **ctx))(void *ctx);

/* The CPU goes on although the coprocessor reports an error (IGNNE#). */
void slot_ignne(struct slot *s);

/* Bytes of slot_memory() are going to change. */
void slot_writing(struct slot *s, u8 *p, u32 n);

/* mem_ask(). */
void slot_ask(struct slot *s);

struct roles *slot_roles(struct slot *s);

/* Makes the part the first disk bus that there is not yet, of two drives, and
 * returns its number; -1: there are DISK_BUSES. */
int slot_disk_bus(struct slot *s, const struct disk_ops *ops);
struct mem *slot_mem(struct slot *s);

/* Puts words in front: "isa-serial 'uart5': ...". Returns e. */
enum err slot_say(const struct slot *s, enum err e, struct why *why,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Every part there is, by number; NULL past the last. */
const struct part *part_at(int n);
const struct part *part_find(const char *name);

#endif
