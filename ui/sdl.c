/* sdl.c - SDL2 front end: the machine in a window, with its sound.
 *
 * Reference: SDL 2.26 API documentation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "ui/keys.h"
#include "ui/sdlkeys.h"
#include "ui/session.h"
#include "ui/speaker.h"

#define MS INT64_C(1000000)
enum { FRAME_MS = 16, LAZY_MS = 50, BLINK_MS = 133, TITLE_MS = 500, MESSAGE_MS = 2500,
       LATENCY_MS = 40, KEYS_HELD = 16, SHARPEST = 8 };

enum scale { SCALE_ASPECT, SCALE_INTEGER, SCALE_FREE, SCALES };

struct window {
    struct session *s;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *picture, *sharp;       /* as drawn; enlarged by whole steps */
    SDL_AudioDeviceID audio;
    struct speaker speaker;
    uint32_t width, height;             /* of the picture */
    int steps_x, steps_y;               /* of the texture `sharp` */
    uint32_t *last;                     /* pixels shown, to find changes */
    enum scale scale;
    bool nearest, captured, full, dirty;
    int64_t due, interval, title_due;
    struct pc_text text[2];             /* the last one drawn, and a newer */
    int64_t blink_due;                  /* when text may look different */
    uint16_t held[KEYS_HELD];           /* keys that the guest sees down */
    unsigned buttons;
    char message[PC_WHY];
    int64_t message_end;
};

/* ---- keys ---- */

static bool hold(struct window *w, uint16_t code, bool down)
{
    for (int i = 0; i < KEYS_HELD; i++) {
        if (w->held[i] != (down ? 0 : code))
            continue;
        w->held[i] = down ? code : 0;
        return true;
    }
    return false;
}

static bool is_held(const struct window *w, uint16_t code)
{
    for (int i = 0; i < KEYS_HELD; i++)
        if (w->held[i] == code)
            return true;
    return false;
}

static void key(struct window *w, uint16_t code, bool down)
{
    if (code && down != is_held(w, code) && hold(w, code, down))
        pc_key(w->s->pc, code, down);
}

static void release_all(struct window *w)
{
    for (int i = 0; i < KEYS_HELD; i++)
        if (w->held[i])
            key(w, w->held[i], false);
    if (w->buttons)
        pc_mouse(w->s->pc, 0, 0, 0, w->buttons = 0);
}

/* ---- mouse ---- */

static void capture(struct window *w, bool on)
{
    w->captured = on;
    SDL_SetRelativeMouseMode(on ? SDL_TRUE : SDL_FALSE);
    SDL_SetWindowGrab(w->window, on ? SDL_TRUE : SDL_FALSE);
    w->title_due = 0;
}

static unsigned button_bit(int sdl_button)
{
    return sdl_button == SDL_BUTTON_LEFT ? 1 : sdl_button == SDL_BUTTON_RIGHT
               ? 2 : sdl_button == SDL_BUTTON_MIDDLE ? 4 : 0;
}

static void button(struct window *w, const SDL_MouseButtonEvent *e)
{
    bool down = e->type == SDL_MOUSEBUTTONDOWN;

    if (!w->captured) {
        if (down)
            capture(w, true);
        return;
    }
    w->buttons = down ? w->buttons | button_bit(e->button)
                      : w->buttons & ~button_bit(e->button);
    pc_mouse(w->s->pc, 0, 0, 0, w->buttons);
}

/* ---- hot keys ---- */

static void full_screen(struct window *w)
{
    w->full = !w->full;
    SDL_SetWindowFullscreen(w->window, w->full ? SDL_WINDOW_FULLSCREEN_DESKTOP
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

static void release_mouse(struct window *w) { capture(w, false); }

enum { CTRL = 1, ALT = 2 };

/* What a hot key does: something of the window, or an action of actions.c. */
static const struct hot_key {
    int mods;
    SDL_Scancode sc;
    void (*act)(struct window *w);
    const char *action;
} hot_keys[] = {
    { ALT, SDL_SCANCODE_RETURN, full_screen, NULL },
    { CTRL | ALT, SDL_SCANCODE_F, full_screen, NULL },
    { CTRL | ALT, SDL_SCANCODE_G, release_mouse, NULL },
    { CTRL, SDL_SCANCODE_F10, release_mouse, NULL },
    { CTRL | ALT, SDL_SCANCODE_S, next_scale, NULL },
    { CTRL | ALT, SDL_SCANCODE_B, next_filter, NULL },
    { CTRL, SDL_SCANCODE_F4, NULL, "swap" },
    { CTRL, SDL_SCANCODE_F5, NULL, "screenshot" },
    { CTRL, SDL_SCANCODE_F6, NULL, "save" },
    { CTRL, SDL_SCANCODE_F7, NULL, "load" },
    { CTRL, SDL_SCANCODE_F9, NULL, "quit" },
    { CTRL | ALT, SDL_SCANCODE_P, NULL, "pause" },
    { CTRL | ALT, SDL_SCANCODE_R, NULL, "reset" },
    { ALT, SDL_SCANCODE_F12, NULL, "turbo" },
    { CTRL | ALT, SDL_SCANCODE_INSERT, NULL, "ctrl-alt-delete" },
};

static void run_action(struct session *s, const char *name)
{
    for (const struct action *a = actions; a->name; a++)
        if (!strcmp(a->name, name))
            a->act(s);
}

static bool hot_key(struct window *w, const SDL_KeyboardEvent *e)
{
    int mods = (e->keysym.mod & KMOD_CTRL ? CTRL : 0) |
               (e->keysym.mod & KMOD_ALT ? ALT : 0);

    for (size_t i = 0; i < sizeof hot_keys / sizeof hot_keys[0]; i++) {
        const struct hot_key *h = &hot_keys[i];

        if (h->mods != mods || h->sc != e->keysym.scancode)
            continue;
        release_all(w);                 /* the guest has seen Ctrl or Alt */
        if (h->act)
            h->act(w);
        else
            run_action(w->s, h->action);
        return true;
    }
    return false;
}

/* ---- events ---- */

static void window_event(struct window *w, const SDL_WindowEvent *e)
{
    switch (e->event) {
    case SDL_WINDOWEVENT_FOCUS_LOST:
        release_all(w);
        capture(w, false);
        break;
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        w->dirty = true;
        break;
    }
}

static void motion(struct window *w, const SDL_MouseMotionEvent *e)
{
    if (w->captured)
        pc_mouse(w->s->pc, e->xrel, e->yrel, 0, w->buttons);
}

static void event(struct window *w, const SDL_Event *e)
{
    switch (e->type) {
    case SDL_QUIT:
        session_quit(w->s, 0);
        break;
    case SDL_KEYDOWN:
        if (!e->key.repeat && !hot_key(w, &e->key))
            key(w, sdl_key(e->key.keysym.scancode), true);
        break;
    case SDL_KEYUP:
        key(w, sdl_key(e->key.keysym.scancode), false);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        button(w, &e->button);
        break;
    case SDL_MOUSEMOTION:
        motion(w, &e->motion);
        break;
    case SDL_MOUSEWHEEL:
        if (w->captured)
            pc_mouse(w->s->pc, 0, 0, -e->wheel.y, w->buttons);
        break;
    case SDL_WINDOWEVENT:
        window_event(w, &e->window);
        break;
    }
}

/* ---- drawing ---- */

static SDL_Texture *texture(struct window *w, int access, int width, int height,
                            const char *quality)
{
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, quality);
    return SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB888, access, width,
                             height);
}

/* The guest changed the mode: textures of the new size. */
static bool resize_picture(struct window *w, const struct pc_frame *f)
{
    if (w->picture && w->width == f->width && w->height == f->height)
        return true;
    if (w->picture)
        SDL_DestroyTexture(w->picture);
    if (w->sharp)
        SDL_DestroyTexture(w->sharp);
    free(w->last);
    w->sharp = NULL;
    w->picture = texture(w, SDL_TEXTUREACCESS_STREAMING, (int)f->width,
                         (int)f->height, "nearest");
    w->last = calloc(f->width, f->height * sizeof *w->last);
    w->width = f->width;
    w->height = f->height;
    w->dirty = true;
    return w->picture && w->last;
}

/* Where the picture goes in an area: as wide as 4 to 3 asks, by whole steps,
 * or all of it. */
static SDL_Rect place(const struct window *w, int area_w, int area_h)
{
    SDL_Rect r = { 0, 0, area_w, area_h };
    int step = 1;

    if (w->scale == SCALE_INTEGER) {
        while ((step + 1) * (int)w->width <= area_w &&
               (step + 1) * (int)w->height <= area_h)
            step++;
        r.w = step * (int)w->width;
        r.h = step * (int)w->height;
    } else if (w->scale == SCALE_ASPECT) {
        if (area_w * 3 > area_h * 4)
            r.w = area_h * 4 / 3;
        else
            r.h = area_w * 3 / 4;
    }
    r.x = (area_w - r.w) / 2;
    r.y = (area_h - r.h) / 2;
    return r;
}

static int steps(int to, uint32_t from)
{
    int n = (to + (int)from - 1) / (int)from;

    return n < 1 ? 1 : n > SHARPEST ? SHARPEST : n;
}

/* Sharp-bilinear: enlarge by whole steps without a filter, then bring that
 * to the final size with one, so that only the pixels' edges blur. */
static void copy_sharp(struct window *w, const SDL_Rect *to)
{
    int x = steps(to->w, w->width), y = steps(to->h, w->height);

    if (!w->sharp || x != w->steps_x || y != w->steps_y) {
        if (w->sharp)
            SDL_DestroyTexture(w->sharp);
        w->sharp = texture(w, SDL_TEXTUREACCESS_TARGET, x * (int)w->width,
                           y * (int)w->height, "linear");
        w->steps_x = x;
        w->steps_y = y;
    }
    if (!w->sharp)
        return;
    SDL_SetRenderTarget(w->renderer, w->sharp);
    SDL_RenderCopy(w->renderer, w->picture, NULL, NULL);
    SDL_SetRenderTarget(w->renderer, NULL);
    SDL_RenderCopy(w->renderer, w->sharp, NULL, to);
}

static void present(struct window *w)
{
    int area_w, area_h;
    SDL_Rect to;

    SDL_GetRendererOutputSize(w->renderer, &area_w, &area_h);
    to = place(w, area_w, area_h);
    SDL_SetRenderDrawColor(w->renderer, 0, 0, 0, 255);
    SDL_RenderClear(w->renderer);
    if (w->nearest || w->scale == SCALE_INTEGER)
        SDL_RenderCopy(w->renderer, w->picture, NULL, &to);
    else
        copy_sharp(w, &to);
    SDL_RenderPresent(w->renderer);
    w->dirty = false;
}

/* Text that stays the same need not be drawn but to blink. */
static bool same_text(struct window *w, int64_t now)
{
    struct pc_text *new = &w->text[1];

    memset(new, 0, sizeof *new);
    if (!pc_text(w->s->pc, new))
        return false;
    if (memcmp(&w->text[0], new, sizeof *new) == 0 && now < w->blink_due)
        return true;
    w->text[0] = *new;
    w->blink_due = now + BLINK_MS * MS;
    return false;
}

/* A picture that does not change is looked at less often. */
static void draw(struct window *w, int64_t now)
{
    struct pc_frame f;
    size_t bytes;

    w->due = now + w->interval;
    if (!w->dirty && same_text(w, now))
        return;
    f = pc_screen(w->s->pc);
    if (!f.pixels || !f.width || !f.height || !resize_picture(w, &f))
        return;
    bytes = (size_t)f.width * f.height * sizeof *f.pixels;
    if (memcmp(w->last, f.pixels, bytes) != 0) {
        memcpy(w->last, f.pixels, bytes);
        SDL_UpdateTexture(w->picture, NULL, f.pixels, (int)f.stride * 4);
        w->interval = FRAME_MS * MS;
        w->dirty = true;
    } else if (w->interval < LAZY_MS * MS) {
        w->interval *= 2;
    }
    if (w->dirty)
        present(w);
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
    SDL_SetWindowTitle(w->window, text);
    w->title_due = now + TITLE_MS * MS;
}

/* ---- sound ---- */

/* Guest time that has passed becomes samples. When the host's clock is the
 * slower one some are left out, so that the delay stays short. */
static void play(struct window *w)
{
    int16_t out[SPEAKER_ROOM / 2];
    int n = speaker_make(&w->speaker, w->s->pc, pc_now(w->s->pc), out);
    uint32_t most = SPEAKER_HZ * LATENCY_MS / 1000 * sizeof out[0];

    if (w->audio && n > 0 && SDL_GetQueuedAudioSize(w->audio) < most)
        SDL_QueueAudio(w->audio, out, (uint32_t)n * sizeof out[0]);
}

static void open_audio(struct window *w)
{
    SDL_AudioSpec want = { .freq = SPEAKER_HZ, .format = AUDIO_S16SYS,
                           .channels = 1, .samples = 512 };

    speaker_init(&w->speaker, pc_now(w->s->pc));
    w->audio = SDL_OpenAudioDevice(NULL, 0, &want, NULL, 0);
    if (w->audio)
        SDL_PauseAudioDevice(w->audio, 0);
}

/* ---- the front end ---- */

static void tick(struct session *s)
{
    struct window *w = s->front_data;
    int64_t now = pace_clock();
    SDL_Event e;

    while (SDL_PollEvent(&e))
        event(w, &e);
    play(w);
    if (now >= w->due || w->dirty)
        draw(w, now);
    if (now >= w->title_due)
        title(w, now);
}

static void say(struct session *s, const char *text)
{
    struct window *w = s->front_data;

    if (!w)
        return;
    snprintf(w->message, sizeof w->message, "%s", text);
    w->message_end = pace_clock() + MESSAGE_MS * MS;
    w->title_due = 0;
}

static void close_front(struct session *s)
{
    struct window *w = s->front_data;

    s->front_data = NULL;
    if (w->audio)
        SDL_CloseAudioDevice(w->audio);
    if (w->picture)
        SDL_DestroyTexture(w->picture);
    if (w->sharp)
        SDL_DestroyTexture(w->sharp);
    if (w->renderer)
        SDL_DestroyRenderer(w->renderer);
    if (w->window)
        SDL_DestroyWindow(w->window);
    free(w->last);
    free(w);
    SDL_Quit();
}

enum { GL_RENDERER_NAME = 0x1f01 };     /* GL_RENDERER */

/* Whether OpenGL is there but done by the CPU, as on hosts with no GPU. */
static bool gl_is_slow(void)
{
    const char *(*get)(unsigned) = NULL;
    void *p = SDL_GL_GetProcAddress("glGetString");
    const char *name;

    memcpy(&get, &p, sizeof get);
    name = get ? get(GL_RENDERER_NAME) : NULL;
    return name && (strstr(name, "llvmpipe") || strstr(name, "softpipe") ||
                    strstr(name, "Software"));
}

/* Without a GPU SDL's own drawing costs the least. */
static void make_renderer(struct window *w)
{
    w->renderer = SDL_CreateRenderer(w->window, -1,
                                     SDL_RENDERER_PRESENTVSYNC);
    if (!w->renderer || !gl_is_slow())
        return;
    SDL_DestroyRenderer(w->renderer);
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    w->nearest = true;
}

static bool make_window(struct window *w)
{
    w->window = SDL_CreateWindow("isabox", SDL_WINDOWPOS_CENTERED,
                                 SDL_WINDOWPOS_CENTERED, 960, 720,
                                 SDL_WINDOW_RESIZABLE |
                                 SDL_WINDOW_ALLOW_HIGHDPI);
    if (w->window)
        make_renderer(w);
    return w->renderer != NULL;
}

static bool open_front(struct session *s, char *why)
{
    struct window *w = calloc(1, sizeof *w);

    if (!w)
        return opt_bad(why, "out of memory");
    w->s = s;
    w->interval = FRAME_MS * MS;
    s->front_data = w;
    if (SDL_Init(SDL_INIT_VIDEO) < 0 || !make_window(w)) {
        opt_bad(why, "no window: %.150s", SDL_GetError());
        close_front(s);
        return false;
    }
    if (SDL_InitSubSystem(SDL_INIT_AUDIO) == 0)
        open_audio(w);
    else
        speaker_init(&w->speaker, pc_now(s->pc));
    return true;
}

/* A display is there when the environment names one. */
static bool usable(void)
{
    const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");

    return (x && *x) || (wayland && *wayland);
}

const struct front front_sdl = {
    .name = "sdl", .help = "a window, with sound", .usable = usable,
    .open = open_front, .close = close_front, .tick = tick, .say = say,
};
