package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// How long certificates are good for. Browsers refuse a server's that lasts more than 398 days.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	serverLife    = 397 * 24 * time.Hour
	clientLife    = 2 * 365 * 24 * time.Hour
	renewBefore   = 30 * 24 * time.Hour
	skew          = time.Hour // clocks differ: a certificate is good from a little before it was made
)

// Authority is a certificate authority that lives in a folder: autorite.pem and autorite.key.
type Authority struct {
	Cert *x509.Certificate

	dir string
	key *ecdsa.PrivateKey
	now func() time.Time
}

// Pair names the two files of a certificate, in PEM.
type Pair struct{ Cert, Key string }

// Open opens the authority of a folder, and makes both where they are not.
func Open(dir string, now func() time.Time) (*Authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the authority's folder: %w", err)
	}
	a := &Authority{dir: dir, now: now}
	files := a.pair("autorite")
	if pair, err := tls.LoadX509KeyPair(files.Cert, files.Key); err == nil && pair.Leaf.NotAfter.After(now().Add(renewBefore)) {
		a.Cert, a.key = pair.Leaf, pair.PrivateKey.(*ecdsa.PrivateKey)
		return a, nil
	}
	return a, a.make(files)
}

// make makes the authority itself.
func (a *Authority) make(files Pair) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	a.key = key
	template := a.template("Pupitre, autorité de démonstration", authorityLife)
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = true, true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	a.Cert = template // it signs itself
	a.Cert, err = a.sign(template, key, files)
	return err
}

// File is the authority's certificate, for those who are to trust it (curl --cacert).
func (a *Authority) File() string { return a.pair("autorite").Cert }

func (a *Authority) pair(name string) Pair {
	return Pair{filepath.Join(a.dir, name+".pem"), filepath.Join(a.dir, name+".key")}
}

// Server returns the server's certificate for these host names and addresses, and makes a new one where there is none, it
// ends within 30 days, or a name is missing.
func (a *Authority) Server(hosts ...string) (tls.Certificate, error) {
	files := a.pair("serveur")
	if pair, err := tls.LoadX509KeyPair(files.Cert, files.Key); err == nil && a.serves(pair.Leaf, hosts) {
		return pair, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := a.template(hosts[0], serverLife)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	if _, err := a.sign(template, key, files); err != nil {
		return tls.Certificate{}, err
	}
	return tls.LoadX509KeyPair(files.Cert, files.Key)
}

func (a *Authority) serves(cert *x509.Certificate, hosts []string) bool {
	missing := func(h string) bool { return cert.VerifyHostname(h) != nil }
	return cert.CheckSignatureFrom(a.Cert) == nil && cert.NotAfter.After(a.now().Add(renewBefore)) && !slices.ContainsFunc(hosts, missing)
}

// Client makes a client certificate. name is both its file's name and its subject's; a pair of that name is replaced.
func (a *Authority) Client(name string) (Pair, *x509.Certificate, error) {
	return a.ClientFor(name, clientLife)
}

// ClientFor is Client with a chosen life; a negative one makes a certificate that has expired already, for tests.
func (a *Authority) ClientFor(name string, life time.Duration) (Pair, *x509.Certificate, error) {
	files := a.pair(name)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return files, nil, err
	}
	template := a.template(name, life)
	if life < 0 {
		template.NotBefore = template.NotAfter.Add(-24 * time.Hour)
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	cert, err := a.sign(template, key, files)
	return files, cert, err
}

// Kept returns the client pair of a name that was made before, and its certificate.
func (a *Authority) Kept(name string) (Pair, *x509.Certificate, error) {
	files := a.pair(name)
	pair, err := tls.LoadX509KeyPair(files.Cert, files.Key)
	return files, pair.Leaf, err
}

func (a *Authority) template(name string, life time.Duration) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // crypto/rand never fails
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"Pupitre (démonstration)"}},
		NotBefore: a.now().Add(-skew), NotAfter: a.now().Add(life), KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

// sign makes a certificate and writes it and its key.
func (a *Authority) sign(template *x509.Certificate, key *ecdsa.PrivateKey, files Pair) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, a.Cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name, kind string
		bytes      []byte
	}{{files.Key, "PRIVATE KEY", secret}, {files.Cert, "CERTIFICATE", der}} {
		if err := replace(f.name, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.bytes})); err != nil {
			return nil, err
		}
	}
	return x509.ParseCertificate(der)
}

// replace writes a file whole or not at all, for its owner alone.
func replace(name string, text []byte) error {
	next := name + ".new"
	if err := os.Remove(next); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, name)
}
