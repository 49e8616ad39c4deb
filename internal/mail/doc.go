// Package mail (« courriel ») writes letters (RFC 5322, multipart/alternative) and hands them to a server (RFC 5321). It knows nobody and
// keeps nothing: whose letters they are, and when to try again, is package notify's.
//
//	ReadServer   what an operator said of the server, checked
//	Server.Open  a line: dialled, encrypted (STARTTLS is required but on the machine's own loopback), signed in
//	Line.Send    one letter; Refused where the server says no to it, any other error where the line is of no use any more
//
// It is made on the standard library: net/smtp speaks, and each step has its own time, after which the connection is closed.
package mail
