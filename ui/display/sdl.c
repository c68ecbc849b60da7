/* sdl.c - SDL2 front end: the machine in a window, with its sound.
 *
 * Reference: SDL 2.26 API documentation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/hotkeys.h"
#include "ui/session/keys.h"
#include "ui/display/sdlstick.h"
#include "ui/display/page.h"
#include "ui/display/sdl.h"
#include "ui/display/sdlkeys.h"
#include "ui/host/tty.h"

enum { TITLE_MS = 500, MESSAGE_MS = 2500, WIND_AFTER_MS = 400,
       CHORD_MS = 250 };

/* ---- keys ---- */

static bool sdl_hold(struct window *w, uint16_t code, bool down)
{
    for (int i = 0; i < KEYS_HELD; i++) {
        if (w->held[i] != (down ? 0 : code))
            continue;
        w->held[i] = down ? code : 0;
        return true;
    }
    return false;
}

static bool sdl_is_held(const struct window *w, uint16_t code)
{
    for (int i = 0; i < KEYS_HELD; i++)
        if (w->held[i] == code)
            return true;
    return false;
}

static void sdl_give_key(struct window *w, uint16_t code, bool down)
{
    if (code && down != sdl_is_held(w, code) && sdl_hold(w, code, down))
        typist_event(&w->s->typist, w->s->pc, code, down);
}

/* In the past, Ctrl and Alt may be the beginning of a hot key, which shall not
 * lead the machine another way: they are kept until it is clear that they are
 * for the guest. */
static bool sdl_keeps(struct window *w, uint16_t code)
{
    int n = w->late[0] != 0;

    if (!pc_in_past(w->s->pc) || w->late[1] ||
        ((code & 0xff) != KEY_CTRL && (code & 0xff) != KEY_ALT))
        return false;
    w->late[n] = code;
    w->late_due = pace_clock() + CHORD_MS * MS;
    return true;
}

static void sdl_give_late(struct window *w)
{
    uint16_t late[2] = { w->late[0], w->late[1] };

    w->late[0] = w->late[1] = 0;
    for (int n = 0; n < 2; n++)
        sdl_give_key(w, late[n], true);
}

static void sdl_key_moved(struct window *w, SDL_Scancode key, bool down)
{
    uint16_t code = sdl_key(key);

    if (sdl_stick_key(w, key, down) || (down && sdl_keeps(w, code)))
        return;
    if (down || code == w->late[0] || code == w->late[1])
        sdl_give_late(w);
    sdl_give_key(w, code, down);
}

static void sdl_wind_end(struct window *w)
{
    if (w->winding)
        wind_end(w->s);
    w->winding = 0;
}

static void release_all(struct window *w)
{
    w->late[0] = w->late[1] = 0;
    sdl_stick_let_go(w);
    sdl_wind_end(w);
    for (int i = 0; i < KEYS_HELD; i++)
        if (w->held[i])
            sdl_give_key(w, w->held[i], false);
    if (w->buttons)
        pc_mouse(w->s->pc, 0, 0, 0, w->buttons = 0);
}

/* ---- mouse ---- */

static void capture(struct window *w, bool on)
{
    w->captured = on;
    sdl.SetRelativeMouseMode(on ? SDL_TRUE : SDL_FALSE);
    sdl.SetWindowGrab(w->window, on ? SDL_TRUE : SDL_FALSE);
    w->title_due = 0;
}

static unsigned button_bit(int sdl_button)
{
    return sdl_button == SDL_BUTTON_LEFT ? 1 : sdl_button == SDL_BUTTON_RIGHT
               ? 2 : sdl_button == SDL_BUTTON_MIDDLE ? 4 : 0;
}

/* Where in the picture a place of the window lies. */
static void click_panel(struct window *w, const SDL_MouseButtonEvent *e)
{
    int area_w, area_h, width, height;
    SDL_Rect at;

    sdl.GetRendererOutputSize(w->renderer, &area_w, &area_h);
    sdl.GetWindowSize(w->window, &width, &height);
    at = sdl_place(w, area_w, area_h);
    if (!width || !height || !at.w || !at.h)
        return;
    panel_click(w->s, (e->x * area_w / width - at.x) * (int)w->width / at.w,
                (e->y * area_h / height - at.y) * (int)w->height / at.h);
    display_look_soon(w->display);
}

static void button(struct window *w, const SDL_MouseButtonEvent *e)
{
    bool down = e->type == SDL_MOUSEBUTTONDOWN;

    if (!w->captured) {
        if (down && w->s->panel)
            click_panel(w, e);
        else if (down)
            capture(w, true);
        return;
    }
    w->buttons = down ? w->buttons | button_bit(e->button)
                      : w->buttons & ~button_bit(e->button);
    if (!w->winding)
        pc_mouse(w->s->pc, 0, 0, 0, w->buttons);
}

/* ---- hot keys ---- */

static void full_screen(struct window *w)
{
    w->full = !w->full;
    sdl.SetWindowFullscreen(w->window, w->full ? SDL_WINDOW_FULLSCREEN_DESKTOP
                                               : 0);
    w->dirty = true;
}

static void next_scale(struct window *w)
{
    static const char *const names[SCALES] =
        { "aspect-correct", "whole steps", "the whole window" };

    w->scale = (w->scale + 1) % SCALES;
    w->dirty = true;
    front_say(w->s, "scaling: %s", names[w->scale]);
}

static void next_filter(struct window *w)
{
    w->nearest = !w->nearest;
    w->dirty = true;
    front_say(w->s, "filter: %s", w->nearest ? "nearest" : "sharp");
}

static void switch_scanlines(struct window *w)
{
    w->scanlines = !w->scanlines;
    w->dirty = true;
    front_say(w->s, "scan lines: %s", w->scanlines ? "on" : "off");
}

static void sdl_paste(struct window *w)
{
    char *text = sdl.GetClipboardText();

    for (const char *p = text; p && *p; p++)
        if (w->s->panel)
            panel_typed(w->s, (unsigned char)*p);
        else if (!typist_paste(&w->s->typist, (unsigned char)*p)) {
            front_say(w->s, "the clipboard is too long; %.40s.. is left", p);
            break;
        }
    sdl.free(text);
}

static void release_mouse(struct window *w) { capture(w, false); }

static void show_machine(struct window *w) { panel_show(w->s, NULL); }

static void show_monitor(struct window *w)
{
    capture(w, false);
    page_show(w->s, true);
}

enum { CTRL = 1, ALT = 2 };

/* Keys of the window itself; those of hotkeys.c come behind them. */
static const struct window_key {
    const char *keys;
    void (*act)(struct window *w);
} window_keys[] = {
    { "Alt+Return", full_screen }, { "Ctrl+Alt+F", full_screen },
    { "Ctrl+Alt+G", release_mouse }, { "Ctrl+F10", release_mouse },
    { "Ctrl+Alt+S", next_scale }, { "Ctrl+Alt+B", next_filter },
    { "Ctrl+Alt+L", switch_scanlines },
    { "Ctrl+Alt+J", sdl_stick_switch },
    { "Ctrl+Alt+V", sdl_paste }, { "Ctrl+Alt+1", show_machine },
    { "Ctrl+Alt+2", show_monitor },
};

static int sdl_modifiers(const SDL_KeyboardEvent *e)
{
    return (e->keysym.mod & KMOD_CTRL ? CTRL : 0) |
           (e->keysym.mod & KMOD_ALT ? ALT : 0);
}

/* Whether that is the key of "Ctrl+Alt+P": its place on the keyboard. */
static bool is_key(const SDL_KeyboardEvent *e, const char *chord)
{
    int mods = 0;

    if (!chord)
        return false;
    for (const char *plus; (plus = strchr(chord, '+')); chord = plus + 1)
        mods |= *chord == 'C' ? CTRL : ALT;
    return mods == sdl_modifiers(e) &&
           sdl.GetScancodeFromName(chord) == e->keysym.scancode;
}

static const struct window_key *window_key(const SDL_KeyboardEvent *e)
{
    for (size_t i = 0; i < sizeof window_keys / sizeof window_keys[0]; i++)
        if (is_key(e, window_keys[i].keys))
            return &window_keys[i];
    return NULL;
}

static const struct hotkey *hotkey_of(const SDL_KeyboardEvent *e)
{
    for (const struct hotkey *k = hotkeys; k->line; k++)
        if (is_key(e, k->keys))
            return k;
    return NULL;
}

static bool sdl_hot_key(struct window *w, const SDL_KeyboardEvent *e)
{
    const struct window_key *own = window_key(e);
    const struct hotkey *k = hotkey_of(e);

    if (!own && !k)
        return false;
    release_all(w);                     /* the guest has seen Ctrl or Alt */
    if (own)
        own->act(w);
    else
        hotkey_press(w->s, k);
    if (!own && k->winds) {
        wind_hold(w->s, k->winds, pace_clock() + WIND_AFTER_MS * MS, INT64_MAX);
        w->winding = e->keysym.scancode;
    }
    return true;
}

/* ---- events ---- */

static void window_event(struct window *w, const SDL_WindowEvent *e)
{
    switch (e->event) {
    case SDL_WINDOWEVENT_FOCUS_LOST:
        release_all(w);
        capture(w, false);
        break;
    case SDL_WINDOWEVENT_MINIMIZED:
    case SDL_WINDOWEVENT_HIDDEN:
        w->hidden = true;
        break;
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        w->hidden = false;
        w->dirty = true;
        break;
    }
}

/* A panel takes what the host's layout types, and Ctrl with a letter. */
static void sdl_panel_press(struct window *w, const SDL_KeyboardEvent *e)
{
    int letter = e->keysym.sym;

    if (sdl_modifiers(e) == CTRL && letter >= 'a' && letter <= 'z')
        panel_typed(w->s, letter & 0x1f);
    else
        panel_key(w->s, sdl_key(e->keysym.scancode));
    display_look_soon(w->display);
}

static void key_down(struct window *w, const SDL_KeyboardEvent *e)
{
    if (!e->repeat && sdl_hot_key(w, e))
        return;
    if (w->s->panel)
        sdl_panel_press(w, e);
    else if (!e->repeat) {
        sdl_wind_end(w);
        sdl_key_moved(w, e->keysym.scancode, true);
    }
}

static void key_up(struct window *w, const SDL_KeyboardEvent *e)
{
    if ((int)e->keysym.scancode == w->winding ||
        sdl_modifiers(e) != (CTRL | ALT))
        sdl_wind_end(w);
    sdl_key_moved(w, e->keysym.scancode, false);
}

static void typed(struct window *w, const char *text)
{
    for (; w->s->panel && *text; text++)
        panel_typed(w->s, (unsigned char)*text);
    display_look_soon(w->display);
}

static void motion(struct window *w, const SDL_MouseMotionEvent *e)
{
    if (w->captured && !w->winding)
        pc_mouse(w->s->pc, e->xrel, e->yrel, 0, w->buttons);
}

static void wheel(struct window *w, int up)
{
    if (w->captured && !w->winding)
        pc_mouse(w->s->pc, 0, 0, -up, w->buttons);
    else if (w->s->panel) {
        panel_wheel(w->s, up);
        display_look_soon(w->display);
    }
}

/* The right half of the window is drive B:, where there is one. */
static bool sdl_is_second(const struct window *w)
{
    struct pc_block_info info;
    int left, top, width, height, x, y;

    if (!pc_block_info(w->s->pc, PC_FDB, &info))
        return false;
    sdl.GetWindowPosition(w->window, &left, &top);
    sdl.GetWindowSize(w->window, &width, &height);
    sdl.GetGlobalMouseState(&x, &y);
    return x > left + width / 2 && x < left + width && y >= top &&
           y < top + height;
}

static void sdl_dropped(struct window *w, char *path)
{
    hotkey_drop(w->s, path, sdl_is_second(w));
    sdl.free(path);
}

static void sdl_event(struct window *w, const SDL_Event *e)
{
    switch (e->type) {
    case SDL_QUIT:
        if (display_is_on(w->display, "window-close", true))
            hotkey_letter(w->s, 'q');
        break;
    case SDL_KEYDOWN:
        key_down(w, &e->key);
        break;
    case SDL_TEXTINPUT:
        typed(w, e->text.text);
        break;
    case SDL_KEYUP:
        key_up(w, &e->key);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        button(w, &e->button);
        break;
    case SDL_MOUSEMOTION:
        motion(w, &e->motion);
        break;
    case SDL_MOUSEWHEEL:
        wheel(w, e->wheel.y);
        break;
    case SDL_DROPFILE:
        sdl_dropped(w, e->drop.file);
        break;
    case SDL_WINDOWEVENT:
        window_event(w, &e->window);
        break;
    }
}

static void title(struct window *w, int64_t now)
{
    const char *name = w->s->o->name ? w->s->o->name : "isabox";
    char text[PC_WHY + 80];

    if (now < w->message_end)
        snprintf(text, sizeof text, "%s - %s", name, w->message);
    else
        snprintf(text, sizeof text, "%s - %.0f MIPS%s%s", name,
                 w->s->pace.mips, w->s->paused ? " - paused" : "",
                 w->captured ? " - Ctrl+Alt+G releases the mouse" : "");
    sdl.SetWindowTitle(w->window, text);
    w->title_due = now + TITLE_MS * MS;
}

/* ---- the front end ---- */

static void serve(void *display)
{
    struct display *d = display;
    struct window *w = d->data;
    int64_t now = pace_clock();
    SDL_Event e;

    while (sdl.PollEvent(&e))
        if (!sdl_stick_event(w, &e))
            sdl_event(w, &e);
    if (w->late[0] && !w->late[1] && now >= w->late_due)
        sdl_give_late(w);
    /* A minimized machine that is quiet needs less frequent care. */
    if (w->s->panel && w->captured)
        capture(w, false);              /* its pointer is the host's */
    d->unwatched = w->hidden && w->s->audio.quiet;
    if (w->note && now >= w->message_end)
        sdl_note(w, NULL);
    if (w->dirty)
        display_look_soon(d);
    if (display_looks(d, now))
        sdl_draw(w, now);
    if (now >= w->title_due)
        title(w, now);
}

/* A display that does not answer must not keep the process from ending; its
 * window is left as it is. */
static void sdl_tick(struct display *d)
{
    if (d->data && !tty_guard(serve, d)) {
        d->data = NULL;
        session_quit(d->s, 1);
    }
}

static void sdl_say(struct display *d, const char *text)
{
    struct window *w = d->data;

    if (!w)
        return;
    snprintf(w->message, sizeof w->message, "%s", text);
    w->message_end = pace_clock() + MESSAGE_MS * MS;
    w->title_due = 0;
    sdl_note(w, text);
}

static void close_window(void *window)
{
    struct window *w = window;

    sdl_stick_close(w);
    sdl_draw_close(w);
    if (w->renderer)
        sdl.DestroyRenderer(w->renderer);
    if (w->window)
        sdl.DestroyWindow(w->window);
    free(w);
    sdl.Quit();
}

static void sdl_close_front(struct display *d)
{
    struct window *w = d->data;

    d->data = NULL;
    if (w)
        tty_guard(close_window, w);
}

enum { GL_RENDERER_NAME = 0x1f01 };     /* GL_RENDERER */

/* Whether OpenGL is there but done by the CPU, as on hosts with no GPU. */
static bool gl_is_slow(void)
{
    const char *(*get)(unsigned) = NULL;
    void *p = sdl.GL_GetProcAddress("glGetString");
    const char *name;

    memcpy(&get, &p, sizeof get);
    name = get ? get(GL_RENDERER_NAME) : NULL;
    return name && (strstr(name, "llvmpipe") || strstr(name, "softpipe") ||
                    strstr(name, "Software"));
}

static bool is_software(SDL_Renderer *r)
{
    SDL_RendererInfo info;

    return !sdl.GetRendererInfo(r, &info) &&
           (info.flags & SDL_RENDERER_SOFTWARE);
}

/* Without a GPU SDL's own drawing costs the least, and that the least without
 * a filter. */
static void make_renderer(struct window *w)
{
    w->renderer = sdl.CreateRenderer(w->window, -1,
                                     SDL_RENDERER_PRESENTVSYNC);
    if (!w->renderer || (!gl_is_slow() && !is_software(w->renderer)))
        return;
    sdl.DestroyRenderer(w->renderer);
    sdl.SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    w->renderer = sdl.CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    w->nearest = true;
}

static bool make_window(struct window *w)
{
    w->window = sdl.CreateWindow("isabox", SDL_WINDOWPOS_CENTERED,
                                 SDL_WINDOWPOS_CENTERED, 960, 720,
                                 SDL_WINDOW_RESIZABLE |
                                 SDL_WINDOW_ALLOW_HIGHDPI);
    if (w->window)
        make_renderer(w);
    return w->renderer != NULL;
}

struct opening { struct window *w; bool ok; };

static void sdl_open_window(void *ctx)
{
    struct opening *o = ctx;

    o->ok = sdl.Init(SDL_INIT_VIDEO) >= 0 && make_window(o->w);
    if (o->ok)
        sdl_stick_open(o->w);
}

static bool sdl_open_front(struct display *d, char *why)
{
    struct opening o = { NULL, false };
    char words[PC_WHY];

    if (!sdl_library(words))
        return opt_bad(why, "no window: %.180s", words);
    if (!(o.w = calloc(1, sizeof *o.w)))
        return opt_bad(why, "out of memory");
    o.w->s = d->s;
    o.w->display = d;
    o.w->interval = FRAME_MS * MS;
    o.w->scanlines = display_is_on(d, "scanlines", false);
    if (!tty_guard(sdl_open_window, &o))
        return opt_bad(why, "no window: the display does not answer");
    d->data = o.w;
    if (o.ok) {
        if (display_is_on(d, "full-screen", false))
            full_screen(o.w);
        return true;
    }
    opt_bad(why, "no window: %.150s", sdl.GetError());
    sdl_close_front(d);
    return false;
}

/* A display is there when the environment names one. */
static bool sdl_usable(void)
{
    const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");

    return (x && *x) || (wayland && *wayland);
}

static const char *const props[] = { "full-screen", "window-close",
                                     "scanlines", NULL };

const struct front front_sdl = {
    .name = "sdl",
    .help = "a window, with sound",
    .props = props,
    .usable = sdl_usable,
    .open = sdl_open_front,
    .close = sdl_close_front,
    .tick = sdl_tick,
    .say = sdl_say,
    .draws = true,
    .watched = true,
    .sounds = true,
    .libraries = true,
};
