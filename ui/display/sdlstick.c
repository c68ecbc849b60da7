/* sdlstick.c - game controllers as the joysticks of a game port.
 *
 * The first two that are there: the left stick or the cross moves, A and X are
 * button 1, B and Y button 2. When the user wants, the numeric keypad is the
 * first joystick: its eight digits move, 0 is button 1, the point button 2. */
#include "ui/display/sdlstick.h"

enum { END = 32767 };

static int find_stick(const struct window *w, SDL_JoystickID id)
{
    for (int n = 0; n < STICKS; n++)
        if (w->stick[n] && sdl.JoystickInstanceID(
                sdl.GameControllerGetJoystick(w->stick[n])) == id)
            return n;
    return -1;
}

static void stick_add(struct window *w, int device)
{
    for (int n = 0; n < STICKS; n++)
        if (!w->stick[n] && sdl.IsGameController(device)) {
            w->stick[n] = sdl.GameControllerOpen(device);
            return;
        }
}

static bool stick_held(SDL_GameController *c, SDL_GameControllerButton b)
{
    return sdl.GameControllerGetButton(c, b);
}

static int axis(SDL_GameController *c, SDL_GameControllerAxis a,
                SDL_GameControllerButton less, SDL_GameControllerButton more)
{
    return stick_held(c, less) ? -END : stick_held(c, more) ? END
                         : sdl.GameControllerGetAxis(c, a);
}

static void stick_tell(struct window *w, int n)
{
    SDL_GameController *c = w->stick[n];
    int x = axis(c, SDL_CONTROLLER_AXIS_LEFTX,
                 SDL_CONTROLLER_BUTTON_DPAD_LEFT,
                 SDL_CONTROLLER_BUTTON_DPAD_RIGHT);
    int y = axis(c, SDL_CONTROLLER_AXIS_LEFTY, SDL_CONTROLLER_BUTTON_DPAD_UP,
                 SDL_CONTROLLER_BUTTON_DPAD_DOWN);
    unsigned one = stick_held(c, SDL_CONTROLLER_BUTTON_A) ||
                   stick_held(c, SDL_CONTROLLER_BUTTON_X);
    unsigned two = stick_held(c, SDL_CONTROLLER_BUTTON_B) ||
                   stick_held(c, SDL_CONTROLLER_BUTTON_Y);

    pc_joystick(w->s->pc, n, x, y, one | two << 1);
}

static void stick_lose(struct window *w, int n)
{
    sdl.GameControllerClose(w->stick[n]);
    w->stick[n] = NULL;
    pc_joystick(w->s->pc, n, 0, 0, 0);
}

bool sdl_stick_event(struct window *w, const SDL_Event *e)
{
    int n = -1;

    switch (e->type) {
    case SDL_CONTROLLERDEVICEADDED:
        stick_add(w, e->cdevice.which);
        return true;
    case SDL_CONTROLLERDEVICEREMOVED:
        n = find_stick(w, e->cdevice.which);
        if (n >= 0)
            stick_lose(w, n);
        return true;
    case SDL_CONTROLLERAXISMOTION:
        n = find_stick(w, e->caxis.which);
        break;
    case SDL_CONTROLLERBUTTONDOWN:
    case SDL_CONTROLLERBUTTONUP:
        n = find_stick(w, e->cbutton.which);
        break;
    default:
        return false;
    }
    if (n >= 0)
        stick_tell(w, n);
    return true;
}

/* ---- the keypad ---- */

enum { POINT = 10 };

/* 0 to 9, POINT, or -1. */
static int pad_key(SDL_Scancode key)
{
    return key == SDL_SCANCODE_KP_PERIOD ? POINT : key == SDL_SCANCODE_KP_0 ? 0
           : key >= SDL_SCANCODE_KP_1 && key <= SDL_SCANCODE_KP_9
                 ? (int)(key - SDL_SCANCODE_KP_1) + 1 : -1;
}

static bool pad_holds(const struct window *w, int a, int b, int c)
{
    return (w->pad >> a | w->pad >> b | w->pad >> c) & 1;
}

static void pad_tell(struct window *w)
{
    int x = pad_holds(w, 3, 6, 9) - pad_holds(w, 1, 4, 7);
    int y = pad_holds(w, 1, 2, 3) - pad_holds(w, 7, 8, 9);

    pc_joystick(w->s->pc, 0, x * END, y * END,
                (w->pad & 1) | (w->pad >> POINT & 1) << 1);
}

bool sdl_stick_key(struct window *w, SDL_Scancode key, bool down)
{
    int n = pad_key(key);

    if (!w->pad_moves || n < 0 || (!down && !(w->pad >> n & 1)))
        return false;                   /* up: went down as a key */
    w->pad = down ? w->pad | 1u << n : w->pad & ~(1u << n);
    pad_tell(w);
    return true;
}

void sdl_stick_let_go(struct window *w)
{
    if (!w->pad)
        return;
    w->pad = 0;
    pad_tell(w);
}

void sdl_stick_switch(struct window *w)
{
    sdl_stick_let_go(w);
    w->pad_moves = !w->pad_moves && pc_has_joystick(w->s->pc);
    front_say(w->s, w->pad_moves ? "the keypad is a joystick: 0 and . are its "
              "buttons" : pc_has_joystick(w->s->pc) ? "the keypad has keys"
              : "the machine has no game port: -device gameport");
}

/* ---- life ---- */

void sdl_stick_open(struct window *w)
{
    if (pc_has_joystick(w->s->pc))      /* to look for them takes time */
        sdl.InitSubSystem(SDL_INIT_GAMECONTROLLER);
}

void sdl_stick_close(struct window *w)
{
    for (int n = 0; n < STICKS; n++)
        if (w->stick[n])
            sdl.GameControllerClose(w->stick[n]);
}
