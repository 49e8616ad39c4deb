// Package worldtest runs whole-system tests: a real demonstration on free ports, and people who act in it, by browser (the
// journeys of browser/) or by program. What it promises is promised of the running system, whatever the rooms inside.
//
// It has no code for the program; World is for tests.
package worldtest
