/* isapc.c - model isapc: a PC/AT with ISA cards.
 *
 *                        +------ 8259A ------+
 *   IRQ 0 8254           |  pic1       pic2  |     IRQ 8  MC146818
 *   IRQ 1 keyboard       |    2 <------ INT  |     IRQ 9  VGA
 *   IRQ 3 COM2 COM4      |                   |     IRQ 12 mouse
 *   IRQ 4 COM1 COM3      +-- INTR --> CPU ---+     IRQ 13 coprocessor
 *   IRQ 6 floppies                                 IRQ 14 ide0
 *   IRQ 7 LPT1                                     IRQ 15 ide1
 *
 *   8042 -- keyboard, mouse          8254 output 2 --> port 61h --> speaker
 *   8042, port 92h --> A20, RESET    8237A channel 2 <-- floppies
 *
 * The order of rows decides which of two events that fall together comes
 * first, and is part of what a saved state means: new rows go to the end.
 *
 * Reference: IBM PC/AT Technical Reference 6280070; Ralf Brown's ports list
 * for the later additions (92h, 4D0h, dispi). */
#include "machine/models/models.h"

const struct row isapc_rows[] = {
    { "i8259", "pic1", "", ROW_BOARD, 0 },
    { "i8259", "pic2", "slave=on", ROW_BOARD, 0 },
    { "i8254", "pit", "", ROW_BOARD, 0 },
    { "mc146818", "rtc", "", ROW_BOARD, 0 },
    { "sysctl", "sysctl", "", ROW_BOARD, 0 },
    { "i8237", "dma", "", ROW_BOARD, 0 },
    { "i8042", "kbc", "", ROW_BOARD, 0 },
    { "ps2-kbd", "kbd", "", ROW_BOARD, 0 },
    { "ps2-mouse", "mouse", "", ROW_BOARD, 0 },
    { "isa-serial", "uart1", "index=0", ROW_CHANNEL, PC_COM1 },
    { "isa-serial", "uart2", "index=1", ROW_CHANNEL, PC_COM2 },
    { "isa-serial", "uart3", "index=2", ROW_CHANNEL, PC_COM3 },
    { "isa-serial", "uart4", "index=3", ROW_CHANNEL, PC_COM4 },
    { "VGA", "vga", "", ROW_DISPLAY, 0 },
    { "isa-parallel", "lpt", "", ROW_CHANNEL, PC_LPT1 },
    { "post", "debug", "", ROW_BOARD, 0 },
    { "isa-fdc", "fdc", "", ROW_DRIVES, PC_FDA },
    { "isa-ide", "ide0", "", ROW_DRIVES, PC_HDA },
    { "isa-ide", "ide1", "iobase=0x170,irq=15", ROW_DRIVES, PC_HDC },
    { "fw_cfg", "fwcfg", "", ROW_BIOS, 0 },
    { "ferr", "ferr", "", ROW_BOARD, 0 },
    { "isa-debugcon", "debugcon", "", ROW_CHANNEL, PC_DEBUGCON },
    { "isa-debug-exit", "exit", "", ROW_EXIT, 0 },
    { 0 }
};

const struct model model_isapc = {
    .name = "isapc", .doc = "PC/AT with ISA cards alone", .rows = isapc_rows,
    .cpu = "486", .model_byte = 0xfc, .ram_kib = 16 << 10, .min_kib = 640,
    .max_kib = 512 << 10,
};
