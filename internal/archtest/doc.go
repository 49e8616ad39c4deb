// Package archtest holds the rules of the tree as tests: who may import whom (a reason per line), that every package tells
// its story, that the glossary and the code say the same words, that every table has its class, that nobody reads the machine's
// clock behind our back, and that every message is said in both languages and by somebody.
//
// It contains no program code. A rule that turns out wrong is changed here and in DESIGN.md, in one commit.
package archtest
