/* page.h - the monitor as a page of text inside a front end.
 *
 * It is a panel (ui/session/panel.h) of 80 columns by 25 rows, or 640 by 400
 * pixels. */
#ifndef PAGE_H
#define PAGE_H

#include "ui/session/panel.h"

struct page;

/* Shows the page of a session or hides it again; made on first use. */
void page_show(struct session *s, bool shown);
bool page_shown(const struct session *s);
void page_free(struct page *p);         /* NULL is fine */

#endif
