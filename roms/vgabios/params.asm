; params.asm - register values of every mode, and the tables that point there.
;
; 29 entries of 64 bytes in the order IBM gives for EGA and VGA: columns, rows
; less one, character height, page length; sequencer 1-4; miscellaneous
; output; CRTC 00-18; attribute controller 00-13; graphics controller 0-8.

%define H_40t 0x2D, 0x27, 0x28, 0x90, 0x2B, 0xA0
%define H_80t 0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81
%define H_40g 0x2D, 0x27, 0x28, 0x90, 0x2B, 0x80
%define H_80g 0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80
%define H_80c H_80g
%define VA_350 0xBF, 0x1F
%define VB_350 0x83, 0x85, 0x5D
%define VC_350 0x63, 0xBA
%define VA_400 0xBF, 0x1F
%define VB_400 0x9C, 0x8E, 0x8F
%define VC_400 0x96, 0xB9
%define VA_480 0x0B, 0x3E
%define VB_480 0xEA, 0x8C, 0xDF
%define VC_480 0xE7, 0x04
%define A_cga 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
%define A_cg4 0, 19, 21, 23, 2, 4, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
%define A_cg6 0, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23
%define A_ega 0, 1, 2, 3, 4, 5, 20, 7, 56, 57, 58, 59, 60, 61, 62, 63
%define A_mda 0, 8, 8, 8, 8, 8, 8, 8, 16, 24, 24, 24, 24, 24, 24, 24
%define A_mgr 0, 8, 0, 0, 24, 24, 0, 0, 0, 8, 0, 0, 0, 24, 0, 0
%define A_two 0, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63
%define A_256 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15

%macro size 4                   ; columns, rows, height, page length
        db %1, %2 - 1, %3
        dw %4
%endmacro
%macro seq 5                    ; sequencer 1-4, miscellaneous output
        db %1, %2, %3, %4, %5
%endmacro
; horizontal set, lines, maximum scan line, cursor start and end, offset,
; underline, mode control
%macro crt 8
        db H_%1, VA_%2, 0, %3, %4, %5, 0, 0, 0, 0
        db VB_%2, %6, %7, VC_%2, %8, 0xFF
%endmacro
%macro att 4                    ; palette, mode, plane enable, panning
        db A_%1, %2, 0, %3, %4
%endmacro
%macro gct 3                    ; mode, miscellaneous, colour don't care
        db 0, 0, 0, 0, 0, %1, %2, %3, 0xFF
%endmacro
%macro text200 4                ; columns, page length, H set, sequencer 1
        size %1, 25, 8, %2
        seq %4, 3, 0, 2, 0x63
        crt %3, 400, 0xC7, 6, 7, %1 / 2, 0x1F, 0xA3
        att cga, 8, 15, 0
        gct 0x10, 0x0E, 0
%endmacro
%macro text350 4
        size %1, 25, 14, %2
        seq %4, 3, 0, 2, 0xA3
        crt %3, 350, 0x4D, 11, 12, %1 / 2, 0x1F, 0xA3
        att ega, 8, 15, 0
        gct 0x10, 0x0E, 0
%endmacro
%macro text400 4
        size %1, 25, 16, %2
        seq %4, 3, 0, 2, 0x67
        crt %3, 400, 0x4F, 13, 14, %1 / 2, 0x1F, 0xA3
        att ega, 0x0C, 15, 8
        gct 0x10, 0x0E, 0
%endmacro
%macro cga320 0
        size 40, 25, 8, 0x4000
        seq 9, 3, 0, 2, 0x63
        crt 40g, 400, 0xC1, 0, 0, 20, 0, 0xA2
        att cg4, 1, 3, 0
        gct 0x30, 0x0F, 0
%endmacro
%macro unused 0
        times P_SIZE db 0
%endmacro
%macro mono350 3                ; mode Fh or 10h: attributes by the caller
        size 80, 25, 14, 0x8000
        seq 1, 15, 0, 6, %1
        crt 80g, 350, 0x40, 0, 0, 40, 0x0F, 0xE3
        att %2, %3, 0
%endmacro

        align 16, db 0
params:
        text200 40, 0x0800, 40t, 9      ; 00: mode 0, 200 lines
        text200 40, 0x0800, 40t, 9      ; 01: mode 1
        text200 80, 0x1000, 80t, 1      ; 02: mode 2
        text200 80, 0x1000, 80t, 1      ; 03: mode 3
        cga320                          ; 04: mode 4
        cga320                          ; 05: mode 5
        size 80, 25, 8, 0x4000          ; 06: mode 6
        seq 1, 1, 0, 6, 0x63
        crt 80c, 400, 0xC1, 0, 0, 40, 0, 0xC2
        att cg6, 1, 1, 0
        gct 0, 0x0D, 0
        size 80, 25, 14, 0x1000         ; 07: mode 7, 350 lines
        seq 0, 3, 0, 2, 0xA6
        crt 80t, 350, 0x4D, 11, 12, 40, 0x0D, 0xA3
        att mda, 0x0E, 15, 8
        gct 0x10, 0x0A, 0
        unused                          ; 08
        unused                          ; 09
        unused                          ; 0A
        unused                          ; 0B
        unused                          ; 0C
        size 40, 25, 8, 0x2000          ; 0D: mode Dh
        seq 9, 15, 0, 6, 0x63
        crt 40g, 400, 0xC0, 0, 0, 20, 0, 0xE3
        att cga, 1, 15, 0
        gct 0, 5, 15
        size 80, 25, 8, 0x4000          ; 0E: mode Eh
        seq 1, 15, 0, 6, 0x63
        crt 80g, 400, 0xC0, 0, 0, 40, 0, 0xE3
        att cga, 1, 15, 0
        gct 0, 5, 15
        mono350 0xA2, mgr, {0x0B, 5}    ; 0F: mode Fh, 64K
        gct 0, 5, 5
        mono350 0xA3, ega, {1, 15}      ; 10: mode 10h, 64K
        gct 0, 5, 15
        mono350 0xA2, mgr, {0x0B, 5}    ; 11: mode Fh
        gct 0, 5, 5
        mono350 0xA3, ega, {1, 15}      ; 12: mode 10h
        gct 0, 5, 15
        text350 40, 0x0800, 40t, 9      ; 13: mode 0, 350 lines
        text350 40, 0x0800, 40t, 9      ; 14: mode 1
        text350 80, 0x1000, 80t, 1      ; 15: mode 2
        text350 80, 0x1000, 80t, 1      ; 16: mode 3
        text400 40, 0x0800, 40t, 8      ; 17: modes 0 and 1, 400 lines
        text400 80, 0x1000, 80t, 0      ; 18: modes 2 and 3
        size 80, 25, 16, 0x1000         ; 19: mode 7, 400 lines
        seq 0, 3, 0, 2, 0x66
        crt 80t, 400, 0x4F, 13, 14, 40, 0x0F, 0xA3
        att mda, 0x0E, 15, 8
        gct 0x10, 0x0A, 0
        size 80, 30, 16, 0xA000         ; 1A: mode 11h
        seq 1, 15, 0, 6, 0xE3
        crt 80g, 480, 0x40, 0, 0, 40, 0, 0xC3
        att two, 1, 15, 0
        gct 0, 5, 1
        size 80, 30, 16, 0xA000         ; 1B: mode 12h
        seq 1, 15, 0, 6, 0xE3
        crt 80g, 480, 0x40, 0, 0, 40, 0, 0xE3
        att ega, 1, 15, 0
        gct 0, 5, 15
        size 40, 25, 8, 0x2000          ; 1C: mode 13h
        seq 1, 15, 0, 14, 0x63
        crt 80g, 400, 0x41, 0, 0, 40, 0x40, 0xA3
        att 256, 0x41, 15, 0
        gct 0x40, 5, 15
%if $ - params != 29 * P_SIZE
%error the parameter table has the wrong size
%endif

params_102:                     ; 800x600 in 16 colours, on the 28 MHz clock
        size 100, 37, 16, 600 * 100
        seq 1, 15, 0, 6, 0x27
        db 0x7B, 0x63, 0x64, 0x9E, 0x69, 0x92, 0x6F, 0xF0, 0, 0x60
        db 0, 0, 0, 0, 0, 0, 0x59, 0x8B, 0x57, 50, 0, 0x58, 0x6F, 0xE3, 0xFF
        att ega, 1, 15, 0
        gct 0, 5, 15

; Text of 80 columns and 60 rows, and of 132 columns on the clock of 40 MHz.
%macro text_svga 7              ; columns, rows, height, misc, H set, lines, V set
        size %1, %2, %3, (%1 * %2 * 2 + 255) & ~255
        seq 1, 3, 0, 2, %4
        db %5, VA_%6, 0, 0x40 + %3 - 1, %3 - 2, %3 - 1, 0, 0, 0, 0
        db VB_%6, %1 / 2, 0x1F, VC_%6, 0xA3, 0xFF
        att ega, 8, 15, 0
        gct 0x10, 0x0E, 0
%endmacro
%define H_132 0xA0, 0x83, 0x84, 0x83, 0x8A, 0x9E
params_108:
        text_svga  80, 60,  8, 0xE3, {0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81}, 480, 0
        text_svga 132, 25, 16, 0x6B, {H_132}, 400, 0
        text_svga 132, 43,  8, 0xAB, {H_132}, 350, 0
        text_svga 132, 50,  8, 0x6B, {H_132}, 400, 0
        text_svga 132, 60,  8, 0xEB, {H_132}, 480, 0
%if $ - params_108 != 5 * P_SIZE
%error the text modes' parameters have the wrong size
%endif

save_table:                     ; BDA 40:A8 points here
        dw params, 0xC000
        dw 0, 0                 ; no dynamic save area
        dw 0, 0                 ; no text font of the user's
        dw 0, 0                 ; no graphics font of the user's
        dw save_table2, 0xC000
        dw 0, 0, 0, 0
save_table2:
        dw 26
        dw dcc_table, 0xC000
        dw 0, 0                 ; no second text font
        dw 0, 0                 ; no palette of the user's
        dw 0, 0, 0, 0, 0, 0

dcc_table:
        db 16, 1, 8, 0          ; entries, version, highest code
        db 0, 0, 0, 1, 0, 2, 2, 1, 0, 4, 4, 1, 0, 5, 2, 5
        db 0, 6, 1, 6, 5, 6, 0, 8, 1, 8, 0, 7, 2, 7, 6, 7

static_table:                   ; what 1Bh points to
        db 0xFF, 0xE0, 0x0F     ; modes 00-07, 0D-13
        db 0, 0, 0, 0
        db 7                    ; 200, 350 and 400 lines
        db 2, 8                 ; fonts shown at once, font blocks
        db 0xFF, 0x0E           ; every function but the light pen
        dw 0
        db 0x2F, 0              ; save pointers: no user palette

param_index:                    ; by mode; FF: no such mode
        db 0, 1, 2, 3, 4, 5, 6, 7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
        db 0x0D, 0x0E, 0x11, 0x12, 0x1A, 0x1B, 0x1C
mode_class:
        db C_TEXT, C_TEXT, C_TEXT, C_TEXT, C_CGA2, C_CGA2, C_CGA1, C_TEXT
        db C_TEXT, C_TEXT, C_TEXT, C_TEXT, C_TEXT
        times 6 db C_PLANE
        db C_LIN
cga_mode_reg:                   ; 3D8h as a CGA's BIOS would have set it
        db 0x2C, 0x28, 0x2D, 0x29, 0x2A, 0x2E, 0x1E, 0x29
