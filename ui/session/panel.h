/* panel.h - what a front end shows in the machine's place, and gives its keys.
 *
 * The monitor's page and the timeline are panels; one at a time is shown, and
 * s->panel says which; NULL: the machine. Displays know none of them. */
#ifndef PANEL_H
#define PANEL_H

#include "machine/pc.h"

struct session;

struct panel {
    /* What was typed: a character, or a key by its set-1 code where it types
     * none (arrows, Home, Page Up, Escape, and also Enter, Tab, Backspace).
     * Others are ignored. */
    void (*typed)(struct session *s, int ch);
    void (*key)(struct session *s, uint16_t code);

    /* The picture as text, false where it is none; as pixels, valid until the
     * next call; and a number that changes when it does. */
    bool (*text)(struct session *s, struct pc_text *t);
    struct pc_frame (*frame)(struct session *s);
    uint64_t (*changes)(const struct session *s);

    /* These may be NULL. A line for the lowest row of a terminal. A click at
     * a pixel of the frame; the wheel, up is positive. Some of what is still to
     * be drawn: true when there is more. Another takes its place. */
    const char *(*note)(struct session *s);
    void (*click)(struct session *s, int x, int y);
    void (*wheel)(struct session *s, int n);
    bool (*work)(struct session *s);
    void (*leave)(struct session *s);
};

/* Shows a panel, or with NULL the machine, in place of what was shown. */
void panel_show(struct session *s, const struct panel *p);

/* What the shown panel does; nothing when it is the machine. */
void panel_typed(struct session *s, int ch);
void panel_key(struct session *s, uint16_t code);
void panel_click(struct session *s, int x, int y);
void panel_wheel(struct session *s, int n);
bool panel_work(struct session *s);
const char *panel_note(struct session *s);      /* NULL: there is none */

#endif
