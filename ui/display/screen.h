/* screen.h - the text screen as UTF-8. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "machine/pc.h"

enum { SCREEN_ROW = PC_TEXT_COLUMNS * 3 + 1 };

/* One row, without the blanks at its end unless padded. */
void screen_row(const struct pc_text *t, int row, bool padded,
                char out[SCREEN_ROW]);

/* All rows with \n after each, blank ones at the end left out; `padded`
 * keeps every blank. To be freed; "" in graphics modes; NULL without memory. */
char *screen_text(struct pc *pc, bool padded);

#endif
