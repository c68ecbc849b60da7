/* hotkeys.c - keys that a front end keeps for itself, and their commands. */
#include "ui/control/hotkeys.h"

#include <stdio.h>
#include <string.h>

#include "ui/control/commands.h"

const struct hotkey hotkeys[] = {
    { 'q', "Ctrl+F9", "quit" },
    { 'r', "Ctrl+Alt+R", "system_reset" },
    { 'p', "Ctrl+Alt+P", "pause" },
    { 's', "Ctrl+F5", "screenshot" },
    { 'u', "Alt+F12", "turbo" },
    { 'd', "Ctrl+Alt+Insert", "reboot_keys" },
    { 'w', "Ctrl+F6", "save" },
    { 'l', "Ctrl+F7", "load" },
    { 'f', "Ctrl+F4", "swap" },
    { 'b', "Ctrl+Alt+Left", "rewind 1s" },
    { 'n', "Ctrl+Alt+Right", "forward 1s" },
    { 't', "Ctrl+Alt+T", "timeline" },
    { 'v', "Ctrl+Alt+F5", "capture toggle" },
    { 'm', NULL, "monitor" },
    { 'e', NULL, "eject fda" },
    { 0, NULL, NULL }
};

const char *hotkey_help(const struct hotkey *k)
{
    size_t n;

    return command_find(k->line, &n)->help;
}

void hotkey_press(struct session *s, const struct hotkey *k)
{
    struct call c = { .s = s, .way = BY_KEY };

    if (call_read(&c, k->line))
        call_run(&c);
    if (c.bad)
        front_say(s, "%s", c.why);
    else if (c.text.n)
        front_say(s, "%.*s", (int)strcspn(c.text.p, "\n"), c.text.p);
    call_end(&c);
}

void hotkey_letter(struct session *s, int letter)
{
    for (const struct hotkey *k = hotkeys; k->line; k++)
        if (k->letter == letter)
            hotkey_press(s, k);
}
