/* hotkeys.c - keys that a front end keeps for itself, and their commands. */
#include "ui/control/hotkeys.h"

#include <stdio.h>
#include <string.h>

#include "ui/control/commands.h"

const struct hotkey hotkeys[] = {
    { 'q', "Ctrl+F9", "quit", 0 },
    { 'r', "Ctrl+Alt+R", "system_reset", 0 },
    { 'p', "Ctrl+Alt+P", "pause", 0 },
    { 's', "Ctrl+F5", "screenshot", 0 },
    { 'u', "Alt+F12", "turbo", 0 },
    { 'd', "Ctrl+Alt+Insert", "reboot_keys", 0 },
    { 'w', "Ctrl+F6", "save", 0 },
    { 'l', "Ctrl+F7", "load", 0 },
    { 'f', "Ctrl+F4", "swap", 0 },
    { 'b', "Ctrl+Alt+Left", "rewind 1s", -1 },
    { 'n', "Ctrl+Alt+Right", "forward 1s", 1 },
    { 't', "Ctrl+Alt+T", "timeline", 0 },
    { 'v', "Ctrl+Alt+F5", "capture toggle", 0 },
    { '+', "Ctrl+Alt+Up", "mixer master +10", 0 },
    { '-', "Ctrl+Alt+Down", "mixer master -10", 0 },
    { 'x', "Ctrl+F8", "mixer master mute", 0 },
    { 'm', NULL, "monitor", 0 },
    { 'e', NULL, "eject fda", 0 },
    { 0, NULL, NULL, 0 }
};

const char *hotkey_help(const struct hotkey *k)
{
    size_t n;

    return command_find(k->line, &n)->help;
}

static void hotkey_run(struct session *s, const char *line)
{
    struct call c = { .s = s, .way = BY_KEY };

    if (call_read(&c, line))
        call_run(&c);
    if (c.bad)
        front_say(s, "%s", c.why);
    else if (c.text.n)
        front_say(s, "%.*s", (int)strcspn(c.text.p, "\n"), c.text.p);
    call_end(&c);
}

void hotkey_press(struct session *s, const struct hotkey *k)
{
    hotkey_run(s, k->line);
}

/* In quotes a backslash stands before each quote and backslash. */
void hotkey_drop(struct session *s, const char *path, bool second)
{
    char line[2 * PC_WHY];
    size_t n = (size_t)snprintf(line, sizeof line, "drop \"");

    for (; *path && n + 16 < sizeof line; path++) {
        if (*path == '"' || *path == '\\')
            line[n++] = '\\';
        line[n++] = *path;
    }
    snprintf(line + n, sizeof line - n, "\"%s", second ? " fdb" : "");
    if (*path)
        front_say(s, "the name of what was dropped is too long");
    else
        hotkey_run(s, line);
}

const struct hotkey *hotkey_at(int letter)
{
    for (const struct hotkey *k = hotkeys; k->line; k++)
        if (k->letter == letter)
            return k;
    return NULL;
}

void hotkey_letter(struct session *s, int letter)
{
    const struct hotkey *k = hotkey_at(letter);

    if (k)
        hotkey_press(s, k);
}
