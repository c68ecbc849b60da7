; mode13.asm - see mode13.c.
%define MODE 13h
%define SETUP32
%include "c.inc"
