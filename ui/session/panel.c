/* panel.c - what a front end shows in the machine's place. */
#include "ui/session/panel.h"

#include "ui/session/session.h"

void panel_show(struct session *s, const struct panel *p)
{
    const struct panel *was = s->panel;

    s->panel = p;
    if (was && was != p && was->leave)
        was->leave(s);
}

void panel_typed(struct session *s, int ch)
{
    if (s->panel)
        s->panel->typed(s, ch);
}

void panel_key(struct session *s, uint16_t code)
{
    if (s->panel)
        s->panel->key(s, code);
}

void panel_click(struct session *s, int x, int y)
{
    if (s->panel && s->panel->click)
        s->panel->click(s, x, y);
}

void panel_wheel(struct session *s, int n)
{
    if (s->panel && s->panel->wheel)
        s->panel->wheel(s, n);
}

bool panel_work(struct session *s)
{
    return s->panel && s->panel->work && s->panel->work(s);
}

const char *panel_note(struct session *s)
{
    return s->panel && s->panel->note ? s->panel->note(s) : NULL;
}
