package main

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
)

// proofFlags are how a program proves itself, where it is not by a secret.
type proofFlags struct {
	Keys         string   `help:"It proves itself by what it signs (private_key_jwt): file with its public keys (JWKS)." type:"path" placeholder:"FILE"`
	KeysAt       string   `help:"The same, the keys being read at this address (jwks_uri)." placeholder:"ADDRESS"`
	KeyAlgorithm []string `help:"What it may sign with: ES256, RS256; by default either. May be repeated." placeholder:"ES256|RS256" sep:"none"`
	Certificate  []string `help:"It proves itself by this certificate (PEM) on its connections (self_signed_tls_client_auth, whoever signed it). May be repeated, while one replaces the other." type:"path" placeholder:"FILE"`
	Bound        bool     `help:"With --certificate: its access tokens are good with the certificate only."`
}

// proof is what the flags say; federation judges it.
func (f proofFlags) proof() (federation.Proof, error) {
	p := federation.Proof{KeysAt: f.KeysAt, Bound: f.Bound}
	for _, a := range f.KeyAlgorithm {
		p.Algorithms = append(p.Algorithms, federation.Algorithm(a))
	}
	if f.KeysAt != "" {
		p.Method = federation.ByKey
	}
	if f.Keys != "" {
		p.Method = federation.ByKey
		text, err := readFile(f.Keys)
		if err != nil {
			return p, err
		}
		if p.Keys, err = proof.ReadKeys(text); err != nil {
			return p, fault.Wrap(err, fault.Invalid, "command.client.keys", "path", f.Keys)
		}
	}
	for _, path := range f.Certificate {
		thumbprint, err := thumbprintOf(path)
		if err != nil {
			return p, err
		}
		p.Certificates = append(p.Certificates, thumbprint)
		if p.Method == federation.BySecret {
			p.Method = federation.ByCertificate
		}
	}
	return p, nil
}

// thumbprintOf reads a certificate's « x5t#S256 ».
func thumbprintOf(path string) (federation.Thumbprint, error) {
	text, err := readFile(path)
	if err != nil {
		return "", err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return "", fault.New(fault.Invalid, "command.client.certificate", "path", path)
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return "", fault.Wrap(err, fault.Invalid, "command.client.certificate", "path", path)
	}
	sum := sha256.Sum256(block.Bytes)
	return federation.Thumbprint(base64.RawURLEncoding.EncodeToString(sum[:])), nil
}
