// Package privacy (« vie privée ») is the register of personal data: every area that keeps any says so here, gives it back on
// request and erases it when asked or when its time has come.
//
//	Holder     one area's answer: what it keeps and how long, what it has of one person, and its erasure
//	Register   all of a product's holders, in the order in which they must erase: what names a person goes last
//
// A person's request is answered from the Register alone, so an area that is not in it cannot be forgotten in silence: a test
// compares the tables of class identity with what the holders describe.
//
// It is a library, one instance per product. It imports nothing and knows no database: an area's Holder asks the area's own store.
package privacy
