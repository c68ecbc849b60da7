/* vga.h - IBM VGA with the Bochs "dispi" SVGA extension.
 *
 *   ports 3B0-3DF (base 0, width 1)      -->+-----+--> irq (vertical retrace)
 *   ports 1CE-1D1 (base 100h, width 2)   -->|     |--> frame() a picture is due
 *   memory A0000-BFFFF (offset 0)        -->| VGA |--> window_changed()
 *   vram, vram_size <------------------- -->+-----+
 *
 * The printer port at 3BC-3BF lies within the first range; map it later, on
 * top. The board owns the video memory: a power of two of 256K or more. In
 * linear modes its bytes are the pixels, so the board maps it as RAM for the
 * linear frame buffer. In planar modes the four planes' bytes of plane
 * address a are the dword number vga_dword(a): the address bits are turned so
 * that what chain-4 writes (plane address A & ~3, as on the IBM part) lies in
 * a row and mode 13h is linear as well.
 *
 * References: IBM "PS/2 Hardware Interface Technical Reference: Video
 * Subsystem" (1992); FreeVGA; INMOS IMSG171 (the DAC); Bochs VBE interface
 * B0C5h.
 * Not modelled: writes to the memory in the middle of a frame by programs that
 * never ask where the beam is, and by others to 16 lines exactly (see
 * vga_rows.c; registers act where the beam was, see vga_beam.h); blanking
 * inside the active area; a frame that goes on after its length was
 * changed (it begins anew); serializers loaded every 2nd or 4th
 * character; display enable skew; light pen; the 64K memory mode (extended
 * memory off); what bits 4 and 5 of input status 1 show inside the picture
 * (they give the overscan colour). A window mapped as RAM does not load the
 * read latches. */
#ifndef VGA_H
#define VGA_H

#include "devices/video/vga_beam.h"
#include "machine/core/dev.h"
#include "machine/core/turned.h"

enum {
    VGA_WINDOW = 0xa0000, VGA_WINDOW_SIZE = 0x20000,
    VGA_MIN_VRAM = 0x40000,
    VGA_MAX_W = 2048, VGA_MAX_H = 2048,
    VGA_CELLS = 16384,                  /* most cells of a text screen */
};

enum {                                  /* dispi register numbers */
    DISPI_ID, DISPI_XRES, DISPI_YRES, DISPI_BPP, DISPI_ENABLE, DISPI_BANK,
    DISPI_VIRT_WIDTH, DISPI_VIRT_HEIGHT, DISPI_X_OFFSET, DISPI_Y_OFFSET,
    DISPI_MEMORY_64K, DISPI_DDC, DISPI_COUNT
};

struct vga_state {
    ns_t origin;
    ns_t retrace;
    ns_t strip;
    u32 frames;
    u32 latch;
    u32 vram_size;
    u32 dac[256];
    u16 start;
    u16 dispi_index;
    u16 dispi[DISPI_COUNT];
    u16 bank_read, bank_write;
    u8 seq[8], crtc[32], gc[16], attr[32];
    u8 seq_index, crtc_index, gc_index, attr_index;
    u8 misc, feature, enable;
    u8 dac_mask, dac_addr, dac_pos, dac_hold[3];
    bool attr_data, dac_reading, irq;
    u32 clock;                          /* dots a second, where a card has a
                                           clock chip; 0: by misc */
    u32 strip_line;                     /* of this frame: see vga_rows.c */
    u16 synced;
    bool strips, wrote;
};

/* The beam's path, worked out from the registers. */
struct vga_timing {
    u32 hz;                             /* dots a second */
    u32 line_dots, lines;               /* of a whole frame */
    u32 shown_dots, shown_lines;        /* of the picture */
    u32 sync_first, sync_lines;         /* vertical retrace */
    u32 top;                            /* the first line of the upper border,
                                           where it is shown; or ~0 */
};

/* How the CPU reaches the memory now, worked out from the registers. Masks
 * hold one byte for each plane. */
struct vga_path {
    u32 first, size;                    /* offsets from A0000h; 0: closed */
    u8 kind;
    u8 write_mode, rotate, function, read_plane, bit_mask;
    bool read_compare, read_odd_even, write_odd_even, chain_odd_even;
    u32 page;                           /* what replaces A0 */
    u32 bank_read, bank_write;          /* vram offsets, or plane addresses */
    u32 map_mask, set_reset, enable_set_reset, compare, care;
    u32 mask;                           /* bit_mask in each plane */
    u32 straight;                       /* below, an offset is a plane address
                                           for reads and writes; 0: never */
    u32 straight_read, straight_write;  /* where those begin in vram */
    bool ram;                           /* plain memory at vram + ram_at */
    u32 ram_at;
};

struct vga_scan {                       /* the CRTC's counters at a line */
    u32 line;                           /* of the picture, from the top */
    u32 addr;                           /* the counter at the line's start */
    u32 row;                            /* row scan counter */
    bool half;                          /* second of two doubled lines */
    bool split;                         /* below the line compare */
};

/* What the beam fetched: pieces of the memory, copied when some lines had been
 * shown. Each such strip of lines has its own. */
enum { ROW_LINES = 600, ROW_CHARS = 96, ROW_PIECES = 4096,
       ROW_DWORDS = 0x20000 };

struct vga_piece {
    u32 from, count;                    /* dwords of the memory */
    u32 at;                             /* and where in `store` */
};

struct vga_strip {
    u32 lines, pieces;                  /* it ends before those */
    u32 font[2];                        /* the first of four pieces; or ~0 */
};

struct vga_rows {
    u32 lines;                          /* that are kept, from the top */
    u32 strips, pieces, used;
    bool broken;                        /* not all were: none is good */
    u32 font[2];                        /* of strips that have none */
    struct vga_scan scan;               /* of the next line */
    struct vga_piece run, lane[4];      /* not yet copied: see vga_rows.c */
    u32 lanes;                          /* 4: one of those may be open */
    struct vga_strip strip[ROW_LINES];
    struct vga_piece piece[ROW_PIECES];
    u8 store[4 * ROW_DWORDS];
};

struct vga {
    struct vga_state s;                 /* saved; must come first */
    struct vga_state shown;             /* saved as vga_shown_ops: what s was
                                           at the last retrace; all 0 before */

    /* The board's; vram before vga_init(). */
    u8 *vram;
    u32 vram_size;
    struct line irq;
    bool border;                        /* the picture has it */
    struct vga_journal *journal;        /* this frame's; NULL: none is kept */
    struct vga_journal *journal_shown;  /* that of `shown` */
    bool journal_written, journal_shown_written;    /* slot_memory_says() */
    struct vga_rows *rows, *rows_shown; /* the same of lines; or NULL */
    u32 glyphs;                         /* frames whose strips have fonts */
    u32 ask_line;                       /* vga_rows_asked() has something to do
                                           from that line on */
    void (*frame)(void *ctx);           /* vertical retrace has begun */
    void *frame_ctx;
    void (*extend)(void *ctx, struct vga_path *p);  /* a card's own banks */
    void *extend_ctx;
    void (*window_changed)(void *ctx);  /* vga_window_is_ram() differs now */
    void *window_ctx;
    void (*writing)(void *ctx, u32 n);  /* the chip is going to write to vram,
                                           to its first n bytes; the same
                                           context. NULL: nobody asks */
    u32 told;                           /* that n, since vga_watch() */
    void (*ask)(void *ctx);             /* vga_ram_writing() is to be called
                                           before the next write to a window
                                           that is plain memory; the same
                                           context. NULL: it never is */
    bool unasked;                       /* it was called since */
    u32 asks;                           /* so often, in this frame */

    struct vga_timing timing;
    struct vga_path path;
    struct turned_bytes turned;         /* where planes lie straight */
    struct timer retrace, strip;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops vga_ops;
extern const struct dev_ops vga_shown_ops;      /* its device is &vga.shown */

void vga_init(struct vga *v, const struct dev_env *env);

/* Whether a part of A0000-BFFFF is plain memory now, and if so, which
 * physical addresses and where in vram. Everything else goes through
 * mem_read and mem_write. */
bool vga_window_is_ram(const struct vga *v, u32 *first, u32 *size,
                       u32 *vram_offset);

/* Has writing() called before the next write that does not go to a window
 * that is plain memory. */
void vga_watch(struct vga *v);

/* Something is going to be written to a window that is plain memory. */
void vga_ram_writing(struct vga *v);

/* What the screen shows. The caller gives pixel (0x00RRGGBB, rows without
 * gaps), its room in pixels, and maybe a frame's journal; the rest is filled
 * in. With a journal that is not empty, rows are the lines of the tube. A pixel
 * was xscale dots wide and yscale lines high, on a screen of 4 to 3. With
 * `framed` the border is part of the picture, and rows are lines, too. */
struct vga_picture {
    u32 *pixel;
    u32 room;
    bool framed;
    const struct vga_journal *journal;  /* or NULL */
    const struct vga_rows *rows;        /* or NULL; only with a journal */
    u32 w, h;
    u32 mode_w, mode_h;                 /* without the journal */
    u32 xscale, yscale;
    u32 border;                         /* the overscan colour */
    bool text, blank;                   /* blank: the pixels are black */
};

/* The registers that make the picture, and the time of theirs: those of the
 * frame that ended last. So what somebody sees does not depend on when he
 * looks. Until a first frame has ended, those of this moment. */
const struct vga_state *vga_shown(const struct vga *v, ns_t *when);

/* How many dots a frame has with all its blanking, and how many a second. */
void vga_rate(const struct vga_state *s, u32 *dots, u32 *hz);

/* Draws the picture at time `now` (which decides what blinks). False when
 * room is too small: then only the sizes are set. */
bool vga_draw(const struct vga_state *s, const u8 *vram, ns_t now,
              struct vga_picture *out);

/* A text screen as characters. cursor_x is -1 when no cursor shows. */
struct vga_cells {
    u32 cols, rows, cell_height;
    int cursor_x, cursor_y;
    u8 cursor_first, cursor_last;       /* rows of the cell */
    bool blink;                         /* attribute bit 7 blinks */
    bool blank;                         /* the screen is off */
    u32 color[16];                      /* 0x00RRGGBB by attribute nibble */
    u16 cell[VGA_CELLS];                /* character, attribute << 8 */
};

/* False in graphics modes. */
bool vga_text(const struct vga_state *s, const u8 *vram,
              struct vga_cells *out);

/* The number of the dword that holds plane address a's four bytes. */
static inline u32 vga_dword(u32 a)
{
    return (a & ~0xffffu) | (a & 3) << 14 | (a >> 2 & 0x3fff);
}

#endif
