// Package numeric computes exp, logarithms, powers and trigonometry identically in every
// build (« fonctions numériques exactes »). The standard library's versions differ in the
// last bit between processors and WebAssembly, which would make two marks of one answer.
//
// Everything here is addition, subtraction, multiplication, division and square root, which
// IEEE 754 defines to the bit, in double-double arithmetic (about 106 bits), rounded once at
// the end: results are correctly rounded but for very rare ties. Each product that meets a
// sum is written float64(a*b), which forbids the compiler to fuse them.
//
// Trigonometric functions are accurate for |x| up to 2⁴⁰; beyond, they are still the same
// everywhere, but lose accuracy (no exercise goes there).
package numeric
