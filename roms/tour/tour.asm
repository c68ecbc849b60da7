; tour.asm - the built-in disk: a tour of the PC, and a self test of it.
;
; Layout of the disk: sector 0 is boot.asm; the sectors behind it are the tour
; itself, one segment of code, data and stack at 1000:0000. One page of the
; menu is one file; the library, in lib/, comes first. Build:
;
;       nasm -f bin -i roms/tour/ -o tour.bin roms/tour/tour.asm
;
; The file is what a floppy begins with; the machine adds the empty rest. On
; QEMU and Bochs: truncate -s 1440K tour.bin.
;
; The common code keeps to the 8086. A page that needs more says so in the
; table in menu.asm and switches the assembler over by `cpu 386'.
;
; Conventions: DS = CS = SS always, ES is anybody's, DF = 0. Routines keep all
; registers but those they return something in, unless they say otherwise.

        bits    16
        cpu     8086

%include "lib/defs.inc"

        section boot start=0 vstart=BOOT_ADDR
%include "boot.asm"

        section tour start=512 vstart=0
tour_start:
        jmp     menu_main

%include "lib/text.asm"
%include "lib/keys.asm"
%include "lib/timer.asm"
%include "lib/vector.asm"
%include "lib/report.asm"
%include "lib/page.asm"
%include "lib/vga.asm"
%include "cpuid.asm"
%include "machine.asm"
%include "ivt.asm"
%include "pic.asm"
%include "pit.asm"
%include "kbc.asm"
%include "textmode.asm"
%include "mode13.asm"
%include "planar.asm"
%include "tune.asm"
%include "pmode.asm"
%include "paging.asm"
%include "v86.asm"
%include "tasks.asm"
%include "smc.asm"
%include "speed.asm"
%include "disk.asm"
%include "cmos.asm"
%include "beam.asm"
%include "menu.asm"
%include "sound.asm"

tour_end:

TOUR_SECTORS    equ     (tour_end - tour_start + 511) / 512

%if TOUR_SECTORS > TOUR_MAX / 512
%error "the tour has outgrown its segment"
%endif
