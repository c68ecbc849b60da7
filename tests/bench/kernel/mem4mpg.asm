; mem4mpg.asm - calls32 with random accesses over 4 MB, paging on; see calls.c.
%define SETUP32
%define PAGING
%include "c.inc"
