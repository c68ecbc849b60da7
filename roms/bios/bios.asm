; bios.asm - system BIOS of isabox: 64 KB at F0000h, also below 4 GB.
;
; Real-mode code for an 8086; what needs more is guarded by E_CPU or by a test
; of its own. Entry points of the IBM AT BIOS that software calls directly lie
; at their known offsets (fixed.asm).
;
; References: IBM PC AT Technical Reference; Ralf Brown's Interrupt List;
; Phoenix EDD 1.1; APM BIOS Interface Specification 1.2.
;
; Not modelled: cassette BASIC, Plug and Play services, set-up program.

        bits    16
        cpu     8086
        org     0

%include "defs.inc"

        fixed   0
        db      'isabox BIOS', 0

%include "post.asm"
%include "chips.asm"
%include "xt.asm"
%include "lapic.asm"
%include "optrom.asm"
%include "console.asm"
%include "irq.asm"
%include "wait.asm"
%include "rtc.asm"
%include "kbc.asm"
%include "kbd.asm"
%include "kbdtab.asm"
%include "int16.asm"
%include "mouse.asm"
%include "disk/floppy.asm"
%include "disk/fdc.asm"
%include "disk/media.asm"
%include "disk/disk.asm"
%include "disk/ata.asm"
%include "disk/atafind.asm"
%include "disk/edd.asm"
%include "disk/cd.asm"
%include "disk/cdedd.asm"
%include "disk/cdboot.asm"
%include "int15.asm"
%include "extmem.asm"
%include "enterpm.asm"
%include "apm.asm"
%include "serial.asm"
%include "disk/boot.asm"
%include "fixed.asm"
