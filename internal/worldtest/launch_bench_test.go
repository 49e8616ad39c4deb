package worldtest_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/internal/app"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/lemontest"
	"pupitre/store/storetest/federationtest"
)

// BenchmarkLaunchByCAS is a launch after the sign-in: login?service, then the ticket at p3/serviceValidate: the whole broker over a real
// database, the licence checked in it, the access journalled, durable, by eight callers at once and by 32, for 200 pupils in turn (goal:
// ten times LemonLDAP::NG in the same run on SQLite, six times on PostgreSQL; 99 of 100 within 25 ms, of eight). LemonLDAP::NG has ten
// workers (with more it is slower), and keeps its sessions in files without waiting for the disk. The client shares the machine.
func BenchmarkLaunchByCAS(b *testing.B) {
	address := lemontest.Reserve(b)
	launch{way: doors.byCAS, algorithms: []federation.Algorithm{federation.ES256}}.
		measure(b, address, lemontest.CAS(siteService), doors{cas: address + "/cas"})
}

// BenchmarkLaunchByOpenID is the same by authorize, then a code for tokens (goal: with ES256 eight times LemonLDAP::NG's RS256, with
// RS256 five times).
func BenchmarkLaunchByOpenID(b *testing.B) {
	address := lemontest.Reserve(b)
	launch{way: doors.byOpenID, algorithms: federation.Algorithms}.measure(b, address,
		lemontest.OIDC(address, lemontest.RP{ClientID: string(siteID), Secret: string(siteSecret), Redirect: siteRedirect}),
		doors{authorize: address + "/oauth2/authorize", token: address + "/oauth2/token"})
}

// BenchmarkLaunchBySAML is the same by a link, then the posted assertion with one signature (goal: with RSA-2048 ten times
// LemonLDAP::NG, and 30 % of what Go signs with such a key on all processors).
func BenchmarkLaunchBySAML(b *testing.B) {
	l := launch{way: doors.bySAML, algorithms: federation.Algorithms}
	b.Run("signature", func(b *testing.B) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			b.Fatal(err)
		}
		digest := sha256.Sum256(nil)
		l.signature = federationtest.Callers(b, 8, func(int) bool {
			_, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
			return err == nil
		})
	})
	address := lemontest.Reserve(b)
	l.measure(b, address, lemontest.SAML(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="`+siteEntity+
		`"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`+
		`<AssertionConsumerService isDefault="true" index="0" Binding="`+string(federation.SAMLPost)+`" Location="`+siteConsumer+`"/></SPSSODescriptor></EntityDescriptor>`),
		doors{saml: address + "/saml/singleSignOn?IDPInitiated=1&sp=" + url.QueryEscape(siteEntity)})
}

// launch is what is measured, and beside what.
type launch struct {
	way        func(doors, context.Context) bool
	algorithms []federation.Algorithm
	signature  float64 // what Go signs in a second; 0: not measured
}

// measure launches at the broker on each engine, and by turns at LemonLDAP::NG: a machine that slows down slows both.
func (l launch) measure(b *testing.B, address string, site lemontest.Settings, there doors) {
	app.LooseHeap() // as pupitre serve does
	portal := lemontest.Start(b, address, 10, site, lemontest.People("A70", map[string]string{"dwho": "ent-ines"}))
	browsers := portal.SignedIn(b, 8)
	same := &wire{address: func(host string) string { return strings.Replace(host, "portail.localhost", "127.0.0.1", 1) }}
	for _, browser := range browsers {
		browser.Transport = same
	}
	there.program, there.signedIn = httpx.FollowsNothing(&http.Client{Transport: same}), func(*http.Request) {}
	lemon := func(b *testing.B) (perSecond float64) {
		return federationtest.PerSecond(b, len(browsers), 2*time.Second, func(i int) bool {
			d := there
			d.browser = browsers[i]
			return l.way(d, b.Context())
		})
	}
	for range 5 { // its workers fill their memories: it is a third faster then
		lemon(b)
	}
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			p := newLaunchpad(b, e.Address(b))
			for range len(p.pupils) { // a broker that has run for a while: a table that was empty when it was analysed is searched row by row
				if !l.way(p.next(), b.Context()) {
					b.Fatal("nobody enters")
				}
			}
			if e.Name == db.PostgreSQL { // what its autovacuum does within a minute of such a change
				if _, err := p.Store.DB.Pool().ExecContext(b.Context(), "analyze"); err != nil {
					b.Fatal(err)
				}
			}
			for _, a := range l.algorithms {
				p.signWith(b, a)
				for _, callers := range []int{8, 32} {
					b.Run(fmt.Sprintf("%s/%d", a, callers), func(b *testing.B) {
						if !l.way(p.next(), b.Context()) { // keys are made at the first use
							b.Fatal("nobody enters")
						}
						var there []float64
						rate := federationtest.Beside(b, callers, func(int) bool { return l.way(p.next(), b.Context()) }, func() { there = append(there, lemon(b)) })
						slices.Sort(there)
						peer := there[len(there)/2]
						b.ReportMetric(peer, "lemonldap/s")
						b.ReportMetric(rate/peer, "x/lemonldap")
						if l.signature > 0 && a == federation.RS256 {
							b.ReportMetric(100*rate/l.signature, "%/signature")
						}
					})
				}
			}
		})
	}
}
