/* screen.c - text screen to UTF-8. */
#include "ui/display/screen.h"

#include <stdlib.h>
#include <string.h>

#include "ui/display/charset.h"

void screen_row(const struct pc_text *t, int row, bool padded,
                char out[SCREEN_ROW])
{
    size_t n = 0, end = 0;

    for (int x = 0; x < t->columns; x++) {
        uint16_t u = cp437_unicode[t->cell[row][x].ch];

        n += utf8_put(out + n, u);
        if (u != ' ' || padded)
            end = n;
    }
    out[end] = 0;
}

char *screen_text(struct pc *pc, bool padded)
{
    struct pc_text *t = malloc(sizeof *t);
    char *all = malloc(PC_TEXT_ROWS * SCREEN_ROW + 1), *p = all, *end = all;

    if (!t || !all) {
        free(t);
        free(all);
        return NULL;
    }
    if (!pc_text(pc, t))
        t->rows = 0;
    for (int y = 0; y < t->rows; y++) {
        screen_row(t, y, padded, p);
        p += strlen(p);
        *p++ = '\n';
        if (p > all + 1 && p[-2] != '\n')
            end = p;
    }
    *end = 0;
    free(t);
    return all;
}
