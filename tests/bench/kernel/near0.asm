; near0.asm - data and stack directly behind the code.
%define GAP 0
%include "near.inc"
