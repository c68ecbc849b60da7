/* uart.h - 16550A asynchronous serial port.
 *
 *                       +-------+--> irq       gated by OUT2, as on the PC
 *   ports 0..7 <------->| 16550 |--> dtr, rts  true: asserted
 *   cts dsr ri dcd ---->|   A   |--> tx        bytes to the host
 *                       +-------+<-- uart_receive()
 *
 * Eight ports, one byte wide, base 0: 3F8h (IRQ 4), 2F8h (3), 3E8h (4),
 * 2E8h (3). The board joins a peer's wires, or holds them asserted:
 *   for (int n = 0; n < 4; n++) uart_set_modem(&uart, n, n != UART_RI);
 *
 * A peer that takes no more holds CTS low and the transmitter with it, so that
 * nothing is lost to a guest that does not look at CTS; one that sends minds
 * RTS once the guest has shown that it uses it.
 *
 * Reference: National Semiconductor PC16550D data sheet (June 1995).
 * Not modelled: the RXRDY and TXRDY pins (DMA mode), the extra delay of the
 * transmitter's interrupt after a single byte, parity and framing errors
 * (the peer always speaks our language), the level of a break on `tx`. */
#ifndef UART_H
#define UART_H

#include "machine/core/dev.h"

enum { UART_CLOCK = 1843200, UART_FIFO = 16, UART_WIRE = 64 };
enum { UART_CTS, UART_DSR, UART_RI, UART_DCD };

struct uart_state {
    ns_t tx_due;                        /* next step of the transmitter */
    ns_t rx_due;                        /* end of the character coming in */
    ns_t stale_due;                     /* the FIFO's time-out */
    u16 divisor;
    u8 ier, fcr, lcr, mcr, lsr, msr, scr;
    u8 modem;                           /* CTS DSR RI DCD in bits 4 to 7 */
    u8 tx[UART_FIFO], rx[UART_FIFO];
    u8 rx_error[UART_FIFO];             /* LSR bits that come with each */
    u8 wire[UART_WIRE];                 /* what the peer has sent */
    u8 tx_head, tx_count, rx_head, rx_count, wire_head, wire_count;
    u8 shift;                           /* character going out */
    bool shifting;
    bool tx_empty;                      /* THRE interrupt not yet seen */
    bool stale;                         /* time-out interrupt */
    bool held;                          /* the peer takes no more now */
    bool rts_used;                      /* RTS was on, and DTR since then */
    u8 spare[2];
};

struct uart {
    struct uart_state s;                /* saved; must come first */

    struct line irq, dtr, rts;
    struct sink tx;
    bool impatient;     /* the peer sends on when the receiver is full */
    struct timer transmit, receive, timeout;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops uart_ops;

void uart_init(struct uart *u, const struct dev_env *env);

/* A byte from the peer; it arrives at the line's speed after those before
 * it. The peer waits while the receiver is full, unless it is `impatient`
 * and causes overruns. False, and nothing is done, when uart_room() is 0. */
bool uart_receive(struct uart *u, u8 byte);
int uart_room(const struct uart *u);

/* The peer takes no characters now, or takes them again. */
void uart_hold(struct uart *u, bool on);

/* What is in the transmitter leaves at once: the power goes. */
void uart_drain(struct uart *u);

/* The peer holds the line low for longer than a character. */
void uart_break(struct uart *u);

/* Input n (UART_CTS ...) of the modem lines; fits struct line. */
void uart_set_modem(void *dev, int n, bool level);

#endif
