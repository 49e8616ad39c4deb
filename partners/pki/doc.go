// Package pki makes the certificates of tests and demonstrations: an authority of one's own, the server's certificate for its
// host names, and client certificates for partners. A real installation brings certificates of real authorities instead; the
// partners' are pinned one by one either way.
//
// Keys are ECDSA P-256. Every file is written for its owner alone (0600).
package pki
