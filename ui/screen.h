/* screen.h - the text screen as UTF-8. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "machine/pc.h"

/* One row without the blanks at its end; n is the room, with the 0. */
enum { SCREEN_ROW = PC_TEXT_COLUMNS * 3 + 1 };
void screen_row(const struct pc_text *t, int row, char out[SCREEN_ROW]);

/* All rows with \n after each, blank ones at the end left out. To be freed;
 * "" in graphics modes; NULL without memory. */
char *screen_text(struct pc *pc);

#endif
