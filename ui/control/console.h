/* console.h - the monitor on the terminal of -nographic, behind Ctrl-A c. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

struct session;

/* From the serial port to the monitor, and back. */
void console_switch(struct session *s);

/* Takes a byte that was typed; false when it is for the serial port. */
bool console_byte(void *session, uint8_t byte);

#endif
