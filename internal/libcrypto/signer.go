package libcrypto

import "crypto"

// Signer is a key that signs as private does, faster where that can be. A key that OpenSSL does not take, or signs wrongly with, is
// returned as it is. What it returns is safe for concurrent use.
func Signer(private crypto.Signer) crypto.Signer {
	if faster, ok := open(private); ok {
		return faster
	}
	return private
}

// Version is the OpenSSL that signs, as it names itself (« OpenSSL 3.0.17 1 Jul 2025 »); empty where Go does.
func Version() string { return version() }
