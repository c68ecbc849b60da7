/* vga_priv.h - what the files of the VGA share among themselves. */
#ifndef VGA_PRIV_H
#define VGA_PRIV_H

#include "devices/video/vga.h"
#include "machine/core/bytes.h"

enum {                                  /* CRTC registers */
    CR_HTOTAL = 0x00, CR_HDISP = 0x01, CR_OVERFLOW = 0x07,
    CR_PRESET_ROW = 0x08, CR_MAX_SCAN = 0x09, CR_CURSOR_START = 0x0a,
    CR_CURSOR_END = 0x0b, CR_START_HIGH = 0x0c, CR_START_LOW = 0x0d,
    CR_CURSOR_HIGH = 0x0e, CR_CURSOR_LOW = 0x0f, CR_VSYNC_START = 0x10,
    CR_VSYNC_END = 0x11, CR_VDISP = 0x12, CR_OFFSET = 0x13,
    CR_UNDERLINE = 0x14, CR_MODE = 0x17, CR_LINE_COMPARE = 0x18,
    CR_VTOTAL = 0x06, CR_VBLANK_START = 0x15, CR_VBLANK_END = 0x16,
    CR_COUNT = 0x19
};
enum {                                  /* sequencer registers */
    SR_RESET, SR_CLOCKING, SR_MAP_MASK, SR_CHAR_MAP, SR_MEMORY, SR_COUNT
};
enum {                                  /* graphics controller registers */
    GR_SET_RESET, GR_ENABLE_SET_RESET, GR_COMPARE, GR_ROTATE, GR_READ_MAP,
    GR_MODE, GR_MISC, GR_CARE, GR_BIT_MASK, GR_COUNT
};
enum {                                  /* attribute controller registers */
    AR_MODE = 0x10, AR_OVERSCAN, AR_PLANES, AR_PAN, AR_COLOR_SELECT, AR_COUNT
};
enum { AR_VIDEO_ON = 0x20 };            /* in the attribute index */
enum {                                  /* bits of the dispi enable register */
    DISPI_ENABLED = 0x01, DISPI_GETCAPS = 0x02, DISPI_8BIT_DAC = 0x20,
    DISPI_LFB = 0x40, DISPI_NOCLEARMEM = 0x80
};
enum { DISPI_SHOWN_DOTS = 800 };         /* of a line, by the beam */
enum { PATH_CLOSED, PATH_LINEAR, PATH_CHAIN4, PATH_PLANES };
enum { MISC_COLOR = 0x01, MISC_RAM = 0x02, MISC_PAGE = 0x20 };

static inline u32 vga_load(const u8 *p)
{
    return get_le32(p);
}

static inline void vga_store(u8 *p, u32 v)
{
    put_le32(p, v);
}

/* One bit for each plane made one byte for each plane. */
static inline u32 vga_spread(u32 bits)
{
    return ((bits & 15) * 0x204081 & 0x01010101) * 0xff;
}

static inline bool vga_dispi_on(const struct vga_state *s)
{
    return s->dispi[DISPI_ENABLE] & DISPI_ENABLED;
}

/* vga_beam.c */
void vga_note(struct vga *v, enum vga_reg reg, u8 index, u32 before,
              u32 after);
void vga_journal_frame(struct vga *v);  /* at the start of retrace */

/* vga_draw.c: rows of a linear mode. `lut` is for 8 bits a pixel. */
typedef void vga_row_function(const u32 *lut, const u8 *from, u32 *to, u32 w);
vga_row_function *vga_row_of(u32 bpp);
const u8 *vga_row_at(const struct vga_state *s, const u8 *vram, u32 at,
                     u32 bytes, u8 *room);

/* vga_mem.c */
bool vga_told(const struct vga *v);     /* writing() was called, and writes go
                                           on unseen until vga_watch() */
void vga_path_update(struct vga *v);
void vga_map_mask_update(struct vga *v);
void vga_masks_update(struct vga *v, u8 reg);   /* of the graphics controller,
                                           what chain-4 alone could map by */
u32  vga_mem_read(void *dev, u32 off, int size);
u8   vga_mem_peek(const void *dev, u32 off);
bool vga_mem_same(const void *dev, u32 off, int size, u32 value);
void vga_mem_write(void *dev, u32 off, int size, u32 v);

/* vga_time.c */
void vga_time_init(struct vga *v, const struct dev_env *env);
void vga_time_update(struct vga *v);
void vga_time_restart(struct vga *v);
void vga_time_loaded(struct vga *v);
void vga_irq_update(struct vga *v);
void vga_timing_of(const struct vga_state *s, struct vga_timing *t);
void vga_beam(const struct vga *v, u32 *line, u32 *dot);
ns_t vga_line_time(const struct vga *v, u32 line);  /* when it comes next */
u8   vga_status1(struct vga *v);
u32  vga_frame_number(const struct vga_state *s, ns_t now);

/* vga_dispi.c */
u32  vga_dispi_in(struct vga *v, u16 port);
void vga_dispi_out(struct vga *v, u16 port, u16 value);
void vga_dispi_reset(struct vga *v);
u32  vga_dispi_pitch(const struct vga_state *s);   /* bytes, or plane bytes */
u32  vga_dispi_bpp(const struct vga_state *s);     /* a valid one */
u32  vga_dispi_width(const struct vga_state *s);   /* 1 to VGA_MAX_W */
u32  vga_dispi_height(const struct vga_state *s);

/* vga_scan.c: from CRTC registers to addresses, line by line. */
void vga_scan_start(const struct vga_state *s, struct vga_scan *n);
void vga_scan_next(const struct vga_state *s, struct vga_scan *n);
/* The same for so many lines at once, or for fewer: says how many. */
u32  vga_scan_on(const struct vga_state *s, struct vga_scan *n, u32 lines);
u32  vga_scan_lines(const struct vga_state *s);    /* 1 to VGA_MAX_H */
u32  vga_scan_split(const struct vga_state *s);    /* first line after it */
u32  vga_scan_address(const struct vga_state *s, u32 counter, u32 row);
u32  vga_scan_fetch(const struct vga_state *s, const u8 *vram, u32 counter,
                    u32 row);           /* the planes' bytes */
u32  vga_fetch(const struct vga_state *s, const u8 *vram, u32 plane_addr);
bool vga_is_text(const struct vga_state *s);
bool vga_is_blank(const struct vga_state *s);
u32  vga_rgb(const struct vga_state *s, u32 dot);  /* of a 4-bit colour */
bool vga_cursor_shape(const struct vga_state *s, u8 *first, u8 *last);
u32  vga_cursor_at(const struct vga_state *s);     /* counter value */

/* vga_draw.c: all that drawing needs to know, worked out from registers by
 * vga_paint_begin() and, colours alone, by vga_paint_lut(). */
enum { MAX_CHARS = 257, MAX_DOTS = MAX_CHARS * 9 };
struct vga_painter {
    const struct vga_state *s;
    const u8 *vram;
    u32 lut[256];                       /* dots to 0x00RRGGBB */
    const u32 *fetched;                 /* the line's; NULL: from vram */
    u32 chars, char_dots, step;
    u32 font[2];                        /* plane addresses; by attribute */
    u32 cursor;                         /* counter value; ~0: not now */
    u8 cursor_first, cursor_last;
    bool blink_off;                     /* blinking things are hidden */
    u16 cell[MAX_CHARS];                /* the text row at cell_addr */
    u32 cell_addr;
    u8 dots[MAX_DOTS];                  /* one line */
};

u32  vga_font_address(const struct vga_state *s, u32 which);
u32  vga_step(const struct vga_state *s);       /* characters a count, log 2 */
void vga_paint_begin(struct vga_painter *p, const struct vga_state *s,
                     const u8 *vram, u32 frame);
void vga_paint_lut(struct vga_painter *p);
void vga_paint_dots(struct vga_painter *p, const struct vga_scan *n);
u32  vga_paint_pan(const struct vga_painter *p, bool split);
void vga_paint_dispi(struct vga_painter *p, u32 y, u32 w, u32 *to);

/* vga_border.c: how wide the border is, and what it shows. */
struct vga_border {
    u32 left, right;                    /* in characters */
    u32 top, bottom;                    /* in lines of the tube */
};

void vga_border_measure(const struct vga_state *s, const struct vga_timing *t,
                        struct vga_border *b);
u32  vga_border_colour(const struct vga_state *s);
void vga_border_fill(u32 *to, u32 n, u32 colour);
/* The size of a picture with the border around it. */
void vga_border_size(const struct vga_state *s, const struct vga_picture *in,
                     u32 *w, u32 *h);
bool vga_border_add(const struct vga_state *s, struct vga_picture *out);

/* vga_rows.c */
void vga_rows_init(struct vga *v, const struct dev_env *env);
void vga_rows_frame(struct vga *v);     /* at the start of retrace */
void vga_rows_restart(struct vga *v);
void vga_rows_loaded(struct vga *v);
void vga_rows_reach(struct vga *v, u32 line);   /* the beam is there */
void vga_rows_turn(struct vga *v, u32 line);    /* and registers change */
void vga_rows_masks(struct vga *v);     /* of planes, which may change */
void vga_rows_asked(struct vga *v, u32 line);   /* and the guest knows; may be
                                           left out below v->ask_line */
void vga_rows_writing(struct vga *v);   /* before the first write, if not to a
                                           window of plain memory */
/* What was fetched for the line that begins at the scan position: of graphics a
 * dword of the planes for each character, of text the character, its attribute
 * and, in byte 2, the glyph's dots of this line. False: it is not kept. */
bool vga_rows_at(const struct vga_rows *r, const struct vga_state *s,
                 const u8 *vram, const struct vga_scan *n, u32 *to);
bool vga_rows_differ(const struct vga_rows *r, const struct vga_state *s,
                     const u8 *vram);   /* from what is there now */

/* vga_raster.c: vga_draw() for a frame with a journal that shows; then the
 * registers are those of the frame's end. */
bool vga_journal_shows(const struct vga_journal *j, const struct vga_state *s,
                       bool border);
bool vga_raster(const struct vga_state *s, const u8 *vram, u32 frame,
                struct vga_picture *out);

#endif
