// Package libcrypto signs with RSA keys by the system's OpenSSL (libcrypto.so.3) where a program finds it: Go's own signature of
// 2,048 bits takes four times as long, and is half of what a launch by RS256 costs. Where there is none, or the program was built
// without cgo (such a program is one static file, and stays one), Go signs: the bytes are the same (RFC 8017 §8.2 leaves no choice).
//
// Keys are made, sealed, read and published by their owners; this room knows nothing of them but how to sign. Decision 19 has the why.
package libcrypto
