/* hotkeys.h - keys that a front end keeps for itself, and their commands. */
#ifndef HOTKEYS_H
#define HOTKEYS_H

#include <stdbool.h>

struct session;

struct hotkey {
    char letter;                /* after the terminal's prefix key */
    const char *keys;           /* in a window, as "Ctrl+Alt+P"; or NULL */
    const char *line;           /* a command, as the monitor takes it */
    int winds;                  /* and what wind_hold() does while it is held:
                                   its way, or 0 */
};
extern const struct hotkey hotkeys[];   /* ends with a NULL line */

/* What the key does, from the table of commands. */
const char *hotkey_help(const struct hotkey *k);

/* Runs the key's command; what it has to say the front ends show. */
void hotkey_press(struct session *s, const struct hotkey *k);
/* Puts a file that was dropped on a display into the drive that it fits; a
 * floppy into drive B: if `second`. */
void hotkey_drop(struct session *s, const char *path, bool second);
void hotkey_letter(struct session *s, int letter);      /* when it is one */

/* The key that has this letter, or NULL. */
const struct hotkey *hotkey_at(int letter);

#endif
