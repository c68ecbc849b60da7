; mem4m.asm - calls32 with random accesses over 4 MB; see calls.c.
%define SETUP32
%include "c.inc"
