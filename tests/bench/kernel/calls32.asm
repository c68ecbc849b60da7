; calls32.asm - 32-bit calls, stack, bytes to dwords; see calls.c.
%define SETUP32
%include "c.inc"
