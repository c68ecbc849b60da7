/* picture.h - what displays show, and what of it has changed.
 *
 * The one place that compares: a display keeps the number of the change that
 * it has shown, and draws what has changed since.
 *
 *     number     each change has one, counted up
 *     row[y]     the number of text row y's last change
 *     line[y]    the number of pixel line y's last change */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"

struct session;

struct picture {
    uint64_t number;
    bool is_text;                       /* a text mode, or a panel's text */
    struct pc_text text;
    uint64_t row[PC_TEXT_ROWS];
    uint64_t text_number;               /* of the text's last change */
    uint32_t *pixels;                   /* width * height, 0x00RRGGBB */
    uint32_t width, height;
    struct pc_frame frame;              /* the same as a frame */
    uint64_t *line;
    uint64_t frame_number;              /* of the pixels' last change */

    /* When they were looked at. */
    struct pc_text next;
    uint64_t text_slice, frame_slice;   /* session.slices + 1; 0: never */
    uint64_t frame_of;                  /* text_number when pixels were taken */
    int64_t guest;                      /* guest time of the pixels */
    int64_t blink_due;                  /* host time when text may look other */
    const struct panel *of;             /* what the pixels show */
    uint64_t of_changes;
};

/* The picture with its text as it is now; NULL when memory is short. */
struct picture *picture_text(struct session *s);

/* The same with its pixels. */
struct picture *picture_frame(struct session *s, int64_t now);

/* Lines that changed after `since`: from *first on, so many; 0: none. */
uint32_t picture_lines(const struct picture *p, uint64_t since,
                       uint32_t *first);

void picture_free(struct picture *p);

#endif
