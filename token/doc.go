// Package token (« jetons ») is by what a school's own programs come in: a script that gives copies from the school's timetable, a
// spreadsheet that counts them.
//
//	made      for a program of an assignment manager, who makes it, or a delegate: a name, what it may do, an end within a year; the secret is shown
//	          once and kept as a hash
//	shown     with every request (Authorization: Bearer …); the program acts as that person, as long as they assign copies there
//	revoked   by any manager of the school, or over
//
//	Once      what was answered to a request under a key is kept for a day, in the transaction of the change itself: a program that heard
//	          nothing asks again, and nothing is done twice
//
// It knows no resource and no copy: what a program may do is decided where the manager's own acts are.
package token
