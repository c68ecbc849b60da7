/* edit.h - a line typed at a terminal: editing, history, completion. */
#ifndef EDIT_H
#define EDIT_H

#include "ui/host/strbuf.h"

enum { EDIT_LINE = 500, EDIT_HISTORY = 50 };

struct edit;

/* Names that the line's last word may become go into `names`, each with \n
 * behind it. */
typedef void edit_complete(void *ctx, const char *line, struct strbuf *names);

struct edit *edit_new(const char *prompt, edit_complete *complete, void *ctx);
void edit_free(struct edit *e);         /* NULL is fine */

/* Takes one byte from the terminal; what is to be shown goes into `out`.
 * Returns the line when this byte ended it (valid until the next call). */
const char *edit_byte(struct edit *e, int ch, struct strbuf *out);

void edit_prompt(const struct edit *e, struct strbuf *out);

#endif
