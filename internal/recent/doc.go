// Package recent remembers for a moment what was read or decided a moment ago.
//
//	Memory    what every click asks for and seldom changes: a publisher's program, a notice
//	Handover  what one step decided, for the step that follows at once
//
// What a Memory says may be a second old, and no older: a change that another node made is felt within that time, as a right taken back is
// (CONTRACTS §5). It is no place for a right, a session or a copy: those are asked of the database each time. What a Handover passes on is
// taken once, and its owner says what must not have changed meanwhile.
package recent
