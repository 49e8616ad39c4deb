// Package chance is the engine's own dice (« tirages »): the same seed gives the same
// draws in every build, native or WebAssembly, for as long as marks are kept. It is not
// for secrets.
//
// The generator is SplitMix64: state += 0x9E3779B97F4A7C15; the output mixes the state
// with two xor-shift-multiplies (30, 0xBF58476D1CE4E5B9; 27, 0x94D049BB133111EB; 31).
// A stream is a seed and a label: its first state is seed XOR FNV-1a-64(label), stepped
// once. So the order of one interaction's choices does not depend on how many numbers a
// template drew before.
package chance
