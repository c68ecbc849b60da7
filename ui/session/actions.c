/* actions.c - what the hot keys of all front ends do. */
#include <stdio.h>
#include <string.h>

#include "ui/session/keys.h"
#include "ui/display/page.h"
#include "ui/session/session.h"

#define ANSWER_NS INT64_C(5000000000)

/* In the middle of a write the question is put; the answer is the same key. */
static void quit(struct session *s)
{
    int64_t now = pace_clock();

    if (session_writing(s) && (!s->asked || now > s->asked + ANSWER_NS)) {
        s->asked = now;
        front_say(s, "the guest is writing to a disk; once more to quit");
    } else
        session_quit(s, 0);
}

static void reset(struct session *s)
{
    session_reset(s);
    front_say(s, "reset");
}

static void pause(struct session *s)
{
    session_pause(s, !s->paused);
    front_say(s, s->paused ? "paused" : "running");
}

static void screenshot(struct session *s)
{
    char why[PC_WHY];

    session_end_frame(s);
    session_screenshot(s, NULL, why);
    front_say(s, "%s", why);
}

static void turbo(struct session *s)
{
    s->turbo = !s->turbo;
    pace_restart(&s->pace, s->pc);
    front_say(s, s->turbo ? "as fast as it can" : "normal speed");
}

static void reboot_keys(struct session *s)
{
    static const uint16_t code[] = { KEY_CTRL, KEY_ALT, KEY_DELETE };

    typist_clear(&s->typist);           /* the rest of a paste, say */
    typist_chord(&s->typist, code, 3, 100);
}

static const char *state_name(struct session *s, char *buf, size_t n)
{
    snprintf(buf, n, "%s.state", s->o->name ? s->o->name : "isabox");
    return buf;
}

static void save(struct session *s)
{
    char name[120], why[PC_WHY];

    if (pc_save(s->pc, state_name(s, name, sizeof name), why))
        front_say(s, "saved in %s", name);
    else
        front_say(s, "%s", why);
}

/* What does not load, as the disks are others by now, does so by the same key
 * once more: that forces it. */
static void load(struct session *s)
{
    char name[120], forced[130], why[PC_WHY], *hint;
    int64_t now = pace_clock();
    bool force = s->warned && now < s->warned + ANSWER_NS;

    snprintf(forced, sizeof forced, "%s%s",
             state_name(s, name, sizeof name), force ? ",force" : "");
    s->warned = 0;
    if (session_load(s, forced, why)) {
        front_say(s, "loaded from %s", name);
        return;
    }
    if ((hint = strstr(why, "only a forced load"))) {
        snprintf(hint, sizeof why - (size_t)(hint - why),
                 "once more loads it all the same");
        s->warned = now;
    }
    front_say(s, "%s", why);
}

static void eject(struct session *s)
{
    pc_eject(s->pc, PC_FDA);
    front_say(s, "drive A: is empty");
}

/* The next of the images given on the command line goes into A:. */
static void swap(struct session *s)
{
    struct pc_medium m = { .snapshot = s->o->snapshot };
    char why[PC_WHY];

    if (s->o->images < 2) {
        front_say(s, "start with several images to swap them");
        return;
    }
    s->image = (s->image + 1) % s->o->images;
    m.path = s->o->image[s->image];
    if (pc_insert(s->pc, PC_FDA, &m, why))
        front_say(s, "%s is in drive A:", m.path);
    else
        front_say(s, "%s", why);
}

static void monitor(struct session *s)
{
    page_show(s, !page_shown(s));
}

const struct action actions[] = {
    { "quit", 'q', "quit", quit },
    { "reset", 'r', "reset the machine", reset },
    { "pause", 'p', "pause and go on", pause },
    { "screenshot", 's', "screenshot into isabox-N.png", screenshot },
    { "turbo", 't', "run as fast as the host can, and back", turbo },
    { "ctrl-alt-delete", 'd', "Ctrl-Alt-Delete", reboot_keys },
    { "save", 'w', "save the machine's state", save },
    { "load", 'l', "load it again", load },
    { "swap", 'f', "put the next of the floppy images into drive A:", swap },
    { "monitor", 'm', "the monitor, and back", monitor },
    { "eject", 'e', "take the disk out of drive A:", eject },
    { NULL, 0, NULL, NULL }
};
