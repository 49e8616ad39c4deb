// Package journal (« journal ») keeps who did what, when and for whom, and tells the other areas about it.
//
//	entry   one act, for people: "Claire Vasseur gave 25 copies to 5e B". Kept by retention class, never changed.
//	fact    one thing that other areas must know, for programs: "a person left this school". Handled at least once.
//
// The facts of one act come in the order in which they were told; those of acts done at the same time, one act after the other, in
// either order: whoever handles a fact looks at what is so now, and handling it again changes nothing.
//
// Both are written in the transaction of the change itself. A change needs the ActID that Record returns, so a change
// without its entry does not compile. Audit is not logging: what is here is true and complete; what is in the log is help.
//
// Only internal ids are kept: once the identity behind a person's id is erased, the journal stays true and nameless.
//
// It is a library: the broker and Biblio Exos have an instance each (journaldb over their own database), and neither reads the other's.
package journal
