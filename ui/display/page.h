/* page.h - the monitor as a page of text inside a front end.
 *
 * It is a panel (ui/session/panel.h): a front end draws page_text() (cells) or
 * page_frame() (pixels) in place of the machine's screen. */
#ifndef PAGE_H
#define PAGE_H

#include "ui/session/panel.h"

struct page;

/* Shows the page of a session or hides it again; made on first use. */
void page_show(struct session *s, bool shown);
bool page_shown(const struct session *s);
void page_free(struct page *p);         /* NULL is fine */

/* What was typed: a character, or a key by its set-1 code where it types none
 * (arrows, Home, End, Delete, Page Up and Down, and also Enter, Tab,
 * Backspace). Others are ignored. */
void page_char(struct session *s, int ch);
void page_key(struct session *s, uint16_t code);

/* 80 columns by 25 rows. */
bool page_text(struct session *s, struct pc_text *text);

/* The same as pixels, 640 by 400, valid until the next call. */
struct pc_frame page_frame(struct session *s);

#endif
