// Package desktopapp puts the program for computers together (`pupitre exos-desktop`): its database in the learner's own folder, its
// pages on a loopback address, and nothing of the server's. One runs at a time for a folder; a second start opens the first one's window.
package desktopapp
