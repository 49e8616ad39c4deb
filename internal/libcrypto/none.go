//go:build !cgo || !linux || !(amd64 || arm64)

package libcrypto

import "crypto"

func open(crypto.Signer) (crypto.Signer, bool) { return nil, false }

func version() string { return "" }
