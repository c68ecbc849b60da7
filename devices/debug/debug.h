/* debug.h - the ports with which test programs speak to an emulator.
 *
 *                   +-------+--> console  bytes written to E9h
 *   ports <-------->| debug |--> exit     a test's result; ends the process
 *                   |       |--> off      "Shutdown" on port 8900h
 *                   +-------+--> post     bytes written to 80h
 *
 * Four groups of ports, each with its own base:
 *   E9h     1 port   base DEBUG_CONSOLE   width 1   reads E9h
 *   iobase  iosize   base DEBUG_EXIT      width 4   QEMU's isa-debug-exit
 *   8900h   1 port   base DEBUG_SHUTDOWN  width 1   Bochs's power switch
 *   80h     1 port   base DEBUG_POST      width 1   POST code, reads back
 *   84h     1 port   base DEBUG_POST + 4  width 1   another; 80h-8Fh may all
 *                                                   be mapped, 16 latches
 * isa-debug-exit takes 4 ports (501h of old) or fewer, at most 16. Ports 81h
 * to 8Fh belong to the DMA page registers where a board has them.
 *
 * Reference: Bochs "Debugging and Instrumentation" (E9h, 8900h); QEMU
 * hw/misc/debugexit manual entry; IBM PC/AT Technical Reference, POST. */
#ifndef DEBUG_H
#define DEBUG_H

#include "machine/core/dev.h"

enum {
    DEBUG_CONSOLE = 0x00, DEBUG_EXIT = 0x10, DEBUG_SHUTDOWN = 0x20,
    DEBUG_POST = 0x30,
};

struct debug_state {
    u32 exit_code;                      /* (v << 1) | 1, 0: not asked for */
    u8 post[16];
    u8 matched;                         /* letters of "Shutdown" seen */
    bool off;
    u8 spare[2];
};

struct debug {
    struct debug_state s;               /* saved; must come first */

    struct sink console;
    struct sink post;                   /* each POST code at 80h */
    struct line off;                    /* rises when power goes off */
    void (*exit)(void *ctx, u32 code);
    void *exit_ctx;
    struct log *log;
};

extern const struct dev_ops debug_ops;

void debug_init(struct debug *d, const struct dev_env *env);

#endif
