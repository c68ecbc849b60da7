/* display.h - what parts that are displays over a VGA share. */
#ifndef DISPLAY_H
#define DISPLAY_H

#include "devices/video/vga.h"
#include "machine/part.h"

/* What is said of the property `border`. */
#define DISPLAY_BORDER "the border is part of the picture"

/* The text screen, as the display's role gives it. */
void display_text(struct pc_text *t, const struct vga_cells *c);

/* A picture that was drawn by these registers, those of time `when`. */
struct pc_frame display_frame(const struct vga_picture *p,
                              const struct vga_state *s, ns_t when);

/* Ports 3B0-3BB and 3C0-3DF, as the chip numbers them from 3B0 on. 3BCh to
 * 3BFh are a printer port's, as on IBM's monochrome card. */
enum err display_ports(struct slot *s, struct range *low, struct range *high,
                       struct why *why);

/* Memory for the journals of the beam, part of the state; false, with words:
 * there is none. */
bool display_journal(struct slot *s, struct vga *v, struct why *why);

#endif
