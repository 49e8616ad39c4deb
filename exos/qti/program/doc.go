// Package program is an exercise reduced to data (« programme d'exercice »):
// what a QTI item declares and computes, without its words and without XML.
//
// The server reads the XML once, at import (package parse), into a Program. The Program
// is encoded, hashed and stored; the hash is the version of the exercise. Package score
// turns (program, seed, state, responses) into outcomes, natively and in WebAssembly.
//
//	XML ── parse ──▶ Program ── Encode ──▶ bytes ── sha256 ──▶ version
//	                    │
//	                    └── score.Score(program, seed, state, responses) ──▶ outcomes
//
// A Program contains the key: it never travels to a pupil in a graded homework.
//
// It deliberately holds no text to show (package render), imports no XML, JSON, clock or
// random source, and keeps every list in document order: nothing depends on map order.
package program
