/* sdllib.h - SDL2's functions, looked for when a window or the sound device
 * is opened.
 *
 * SDL2 brings some fifty libraries with it, and to load them takes five times
 * as long as the rest of a start. A machine without a window never needs them,
 * so isabox isn't linked with SDL2: its functions stand in a table, and
 * SDL_Init() is called as sdl.Init(). Its types and constants come from its
 * headers.
 *
 *     sdl.c, sdldraw.c, ...  --> sdl.Init --+
 *                                           +--> libSDL2-2.0.so.0
 *     sdl_library()  --> library_load() ----+
 */
#ifndef SDLLIB_H
#define SDLLIB_H

#include <SDL.h>
#include <stdbool.h>

#define SDL_FUNCTIONS(F) \
    F(CloseAudioDevice) F(CreateRenderer) F(CreateTexture) F(CreateWindow) \
    F(DestroyRenderer) F(DestroyTexture) F(DestroyWindow) F(GL_GetProcAddress) \
    F(GameControllerClose) F(GameControllerGetAxis) F(GameControllerGetButton) \
    F(GameControllerGetJoystick) F(GameControllerOpen) F(GetClipboardText) \
    F(GetCurrentAudioDriver) F(GetError) F(GetGlobalMouseState) \
    F(GetRendererInfo) F(GetRendererOutputSize) F(GetScancodeFromName) \
    F(GetWindowPosition) F(GetWindowSize) F(Init) F(InitSubSystem) \
    F(IsGameController) F(JoystickInstanceID) F(LockAudioDevice) \
    F(OpenAudioDevice) F(PauseAudioDevice) F(PollEvent) F(Quit) \
    F(QuitSubSystem) F(RenderCopy) F(RenderFillRects) F(RenderPresent) \
    F(SetHint) F(SetRelativeMouseMode) F(SetRenderDrawBlendMode) \
    F(SetRenderDrawColor) F(SetRenderTarget) F(SetWindowFullscreen) \
    F(SetWindowGrab) F(SetWindowTitle) F(UnlockAudioDevice) F(UpdateTexture) \
    F(free)

struct sdllib {
#define MEMBER(name) __typeof__(SDL_##name) *name;
    SDL_FUNCTIONS(MEMBER)
#undef MEMBER
};

/* One for the process, as the library itself is. */
extern struct sdllib sdl;

/* Loads the library unless it is there; false with words when the host has
 * none, or one that lacks a function. */
bool sdl_library(char *why);

#endif
