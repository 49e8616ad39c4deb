package partners_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/recent"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/orders"
	"pupitre/partners"
	"pupitre/partners/pki"
	"pupitre/store/storetest"
)

const (
	host  = "abonnement.localhost"
	lists = "list-ressource.localhost"
	count = "decompte-affectations.localhost"
	told  = "ws-rapports-affectation.localhost"
	shop  = "commandes.localhost"
	other = "pupitre.localhost"
	ours  = "999000808_0000000000000808"
	their = "999000809_0000000000000809"
	long  = 500 * 24 * time.Hour // a certificate's life, longer than any story here
)

var operator = journal.System("test")

// house is a running service over real TLS, with two distributors.
type house struct {
	*storetest.World
	t       testing.TB
	ca      *pki.Authority
	service *partners.Service
	door    *partners.Door
	portals *partners.PortalDoor
	counts  *partners.CountDoor
	reports *partners.ReportDoor
	orders  *partners.OrderDoor
	buying  *orders.Service
	address string
	school  directory.School
	work    licensing.Work

	mine, yours *http.Client
}

func open(t testing.TB, e dbtest.Engine, change ...func(*partners.Door)) *house {
	t.Helper()
	w := storetest.NewWorld(t, e)
	h := &house{World: w, t: t, school: w.School("099", "340"), work: w.Resource(false)}
	h.service = &partners.Service{Store: w.Store.Partners(), IDs: id.NewMaker(w.Now)}
	h.door = &partners.Door{Gate: partners.Gate{Partners: h.service, Words: lang.MustLoad(), Now: w.Now}, Subscriptions: w.Licensing, Schools: w.Store.Directory()}
	people := &directory.Service{Store: w.Store.Directory()}
	notices := &catalogue.Service{Store: w.Store.Catalogue()}
	h.portals = &partners.PortalDoor{
		Gate: partners.Gate{Partners: h.service, Words: lang.MustLoad(), Now: w.Now, Rate: 1e6}, Base: "https://idp-auth.localhost",
		People: people, Resources: notices, Sellers: w.Licensing,
		Desks: &mediacentre.Service{Rights: w.Licensing, Notices: notices},
	}
	h.counts = &partners.CountDoor{Gate: partners.Gate{Partners: h.service, Words: lang.MustLoad(), Now: w.Now}, Counts: w.Licensing}
	h.reports = &partners.ReportDoor{Gate: partners.Gate{Partners: h.service, Words: lang.MustLoad(), Now: w.Now}, Movements: w.Licensing}
	h.buying = &orders.Service{Store: w.Store.Orders(), IDs: h.service.IDs, Subscriptions: w.Licensing}
	h.orders = &partners.OrderDoor{Gate: partners.Gate{Partners: h.service, Words: lang.MustLoad(), Now: w.Now}, Orders: h.buying}
	for _, c := range change {
		c(h.door)
	}
	var err error
	if h.ca, err = pki.Open(t.TempDir(), w.Now); err != nil {
		t.Fatal(err)
	}
	certificate, err := h.ca.Server(host, lists, count, told, shop, other)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.address = listener.Addr().String()
	server := &http.Server{
		Handler: h, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: partners.AskFor(&tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, Time: w.Now}, host, lists, count, told, shop),
	}
	go server.ServeTLS(listener, "", "")
	t.Cleanup(func() { server.Close() })
	h.mine = h.client(h.partner("Comptoir des écoles", ours))
	h.yours = h.client(h.partner("La Malle aux livres", their))
	return h
}

// ServeHTTP hands a request to the door of its host.
func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Host {
	case lists:
		h.portals.ServeHTTP(w, r)
	case count:
		h.counts.ServeHTTP(w, r)
	case shop:
		h.orders.ServeHTTP(w, r)
	case told:
		h.reports.ServeHTTP(w, r)
	default:
		h.door.ServeHTTP(w, r)
	}
}

// portal registers an ENT project's portal and returns its program.
func (h *house) portal(project directory.ProjectID) *http.Client {
	h.t.Helper()
	p, err := h.service.Register(h.t.Context(), operator, partners.Partner{Name: "Portail " + string(project), Project: project})
	if err != nil {
		h.t.Fatal(err)
	}
	pair, certificate := h.certificate("portail-"+string(project), 24*time.Hour)
	if _, err := h.service.Pin(h.t.Context(), operator, p.ID, partners.ForResourceList, certificate); err != nil {
		h.t.Fatal(err)
	}
	return h.client(pair)
}

// partner registers a distributor and pins a new certificate of it.
func (h *house) partner(name, number string) *tls.Certificate {
	h.t.Helper()
	p, err := h.service.Register(h.t.Context(), operator, partners.Partner{Name: name, Distributor: number})
	if err != nil {
		h.t.Fatal(err)
	}
	pair, certificate := h.certificate(number, long)
	if _, err := h.service.Pin(h.t.Context(), operator, p.ID, partners.ForSubscriptions, certificate); err != nil {
		h.t.Fatal(err)
	}
	return pair
}

func (h *house) certificate(name string, life time.Duration) (*tls.Certificate, *x509.Certificate) {
	h.t.Helper()
	files, certificate, err := h.ca.ClientFor(name, life)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.load(files), certificate
}

func (h *house) load(files pki.Pair) *tls.Certificate {
	h.t.Helper()
	pair, err := tls.LoadX509KeyPair(files.Cert, files.Key)
	if err != nil {
		h.t.Fatal(err)
	}
	return &pair
}

// client is a program that comes with a certificate, or with none.
func (h *house) client(certificate *tls.Certificate) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(h.ca.Cert)
	config := &tls.Config{RootCAs: roots, Time: h.Now}
	if certificate != nil {
		config.Certificates = []tls.Certificate{*certificate}
	}
	transport := &http.Transport{TLSClientConfig: config, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, h.address)
	}}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (h *house) do(c *http.Client, method, path, body string, headers ...string) reply {
	h.t.Helper()
	return h.at(c, host, method, path, body, headers...)
}

func (h *house) at(c *http.Client, name, method, path, body string, headers ...string) reply {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, "https://"+name+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/xml;charset=utf-8")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := c.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// abonnement writes a body; changes replace an element's text, "-" leaves it out, and more elements follow.
func (h *house) abonnement(id string, changes ...string) string {
	fs := [][2]string{
		{"idAbonnement", id}, {"commentaireAbonnement", "Essai & démonstration"}, {"idDistributeurCom", ours}, {"idRessource", string(h.work.ARK)},
		{"typeIdRessource", "ark"}, {"libelleRessource", "Le labo de grammaire 5e"}, {"debutValidite", "2026-09-01"}, {"anneeFinValidite", "2026-2027"},
		{"uaiEtab", string(h.school.UAI)}, {"categorieAffectation", "transferable"}, {"typeAffectation", "INDIV"},
		{"nbLicenceEnseignant", "10"}, {"nbLicenceEleve", "150"}, {"publicCible", "ELEVE"},
	}
	var more [][2]string
	for i := 0; i+1 < len(changes); i += 2 {
		found := false
		for j := range fs {
			if fs[j][0] == changes[i] {
				fs[j][1], found = changes[i+1], true
			}
		}
		if !found {
			more = append(more, [2]string{changes[i], changes[i+1]})
		}
	}
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<abonnement xmlns=\"http://www.atosworldline.com/wsabonnement/v1.0/\">\n")
	for _, f := range append(append(fs, [2]string{"publicCible", "ENSEIGNANT"}), more...) {
		if f[1] != "-" {
			b.WriteString("  <" + f[0] + ">" + strings.ReplaceAll(f[1], "&", "&amp;") + "</" + f[0] + ">\n")
		}
	}
	return b.String() + "</abonnement>"
}

func (h *house) want(r reply, status int, phrases ...string) {
	h.t.Helper()
	if r.status != status {
		h.t.Errorf("status %d, want %d: %s", r.status, status, r.body)
	}
	for _, p := range phrases {
		if !strings.Contains(r.body, p) {
			h.t.Errorf("%q is not in %s", p, r.body)
		}
	}
	if strings.Contains(r.body, "⟦") {
		h.t.Errorf("words are missing in %s", r.body)
	}
}

func (h *house) stock() licensing.Counters {
	h.t.Helper()
	s, err := h.Licensing.FindStock(h.t.Context(), h.school.ID, h.work.ID, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return s.Counters
}

func TestASubscriptionLivesByItsThreeVerbs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		r := h.do(h.mine, "PUT", "/a-1", h.abonnement("a-1"))
		h.want(r, 201)
		if r.body != "" {
			t.Errorf("body %q", r.body)
		}
		if got := h.stock().Total; got != 160 {
			t.Errorf("the console shows %v copies", got)
		}
		h.want(h.do(h.mine, "PUT", "/a-1", h.abonnement("a-1")), 409, "existe deja", "<Code>Conflict</Code>", "<Resource>a-1</Resource>")

		// As a distributor's program does after a 409: an update, without schools.
		h.want(h.do(h.mine, "POST", "/a-1", h.abonnement("a-1", "uaiEtab", "-", "nbLicenceEleve", "180")), 200)
		if got := h.stock().Total; got != 190 {
			t.Errorf("the console shows %v copies", got)
		}
		h.want(h.do(h.mine, "POST", "/a-1", h.abonnement("a-1")), 200) // the same schools again, as they were read
		elsewhere := h.School("099", "340")
		h.want(h.do(h.mine, "POST", "/a-1", h.abonnement("a-1", "uaiEtab", string(elsewhere.UAI))), 409, "uaiEtab")

		h.want(h.do(h.mine, "DELETE", "/a-1", ""), 204)
		if got := h.stock().Total; got != 0 {
			t.Errorf("after the end the console shows %v copies", got)
		}
		h.want(h.do(h.mine, "DELETE", "/a-1", ""), 204) // asked again by a program whose answer got lost
		h.want(h.do(h.mine, "POST", "/a-1", h.abonnement("a-1", "uaiEtab", "-")), 404)
		h.want(h.do(h.mine, "DELETE", "/nobody", ""), 404)
		h.want(h.do(h.mine, "POST", "/nobody", h.abonnement("nobody", "uaiEtab", "-")), 404)
	})
}

func TestBodiesAreTakenAsTheyCome(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	for id, body := range map[string]string{
		"time":        h.abonnement("time", "debutValidite", "2026-09-01T00:00:00"),
		"fraction":    h.abonnement("fraction", "debutValidite", "2026-09-01T08:30:00.123456", "anneeFinValidite", "-", "finValidite", "2027-08-31T00:00:00.000+02:00"),
		"offset":      h.abonnement("offset", "debutValidite", "2026-08-31T22:00:00Z"),
		"no category": h.abonnement("no-category", "categorieAffectation", "-"),
		"kept":        h.abonnement("kept", "categorieAffectation", "non transferable"),
		"empty":       h.abonnement("empty", "codeProjetRessource", "", "nbLicenceProfDoc", ""),
		"upper":       h.abonnement("upper", "typeIdRessource", "ARK"),
		"order":       reversed(h.abonnement("order")),
		"prefix":      strings.NewReplacer("<?", "<?", "</", "</ws:", "<", "<ws:", "xmlns=", "xmlns:ws=").Replace(h.abonnement("prefix")),
		"unlimited":   h.abonnement("unlimited", "typeAffectation", "ETABL", "nbLicenceEleve", "-", "nbLicenceEnseignant", "-", "nbLicenceGlobale", "ILLIMITE"),
		"latin":       strings.NewReplacer("UTF-8", "ISO-8859-1", "é", "\xe9").Replace(h.abonnement("latin")),
	} {
		id = strings.ReplaceAll(id, " ", "-")
		h.want(h.do(h.mine, "PUT", "/"+id, body), 201)
	}
	for id, want := range map[licensing.SubscriptionID]string{"time": "2026-09-01", "fraction": "2026-09-01", "offset": "2026-09-01"} {
		sub, err := h.Licensing.FindSubscription(t.Context(), ours, id)
		if err != nil || sub.Starts.String() != want {
			t.Errorf("%s starts %s, %v", id, sub.Starts, err)
		}
	}
	if sub, _ := h.Licensing.FindSubscription(t.Context(), ours, "fraction"); sub.Ends.String() != "2027-08-31" {
		t.Errorf("ends %s", sub.Ends)
	}
	if sub, _ := h.Licensing.FindSubscription(t.Context(), ours, "kept"); sub.Transferable {
		t.Error("kept copies became transferable")
	}
	if sub, _ := h.Licensing.FindSubscription(t.Context(), ours, "latin"); sub.Comment != "Essai & démonstration" {
		t.Errorf("comment %q", sub.Comment)
	}
}

// reversed turns the order of the elements about.
func reversed(body string) string {
	lines := strings.Split(body, "\n")
	for i, j := 2, len(lines)-2; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	return strings.Join(lines, "\n")
}

func TestBadBodiesAreToldWhereAndHow(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	for name, c := range map[string]struct {
		body    string
		status  int
		phrases []string
	}{
		"doctype":         {"<!DOCTYPE abonnement [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><abonnement>&x;</abonnement>", 400, []string{"DOCTYPE", "Ligne 1"}},
		"truncated":       {h.abonnement("x")[:400], 400, []string{"s’arrête"}},
		"empty":           {"", 400, []string{"vide"}},
		"root":            {"<filtres/>", 400, []string{"abonnement"}},
		"namespace":       {"<abonnement xmlns='urn:x'/>", 400, []string{"wsabonnement/v1.0/"}},
		"unknown element": {h.abonnement("x", "nbLicenceEleves", "3"), 400, []string{"nbLicenceEleves", "ligne 18"}},
		"element twice":   {strings.Replace(h.abonnement("x"), "<uaiEtab>", "<typeAffectation>ETABL</typeAffectation><uaiEtab>", 1), 400, []string{"typeAffectation", "deux fois"}},
		"nested":          {strings.Replace(h.abonnement("x"), ">ark<", "><b/><", 1), 400, []string{"typeIdRessource"}},
		"uai letter":      {h.abonnement("x", "uaiEtab", "0991234A"), 400, []string{"0991234A", "ligne 11", "serait D"}},
		"unknown school":  {h.abonnement("x", "uaiEtab", "0991234D"), 400, []string{"0991234D", "uaiEtab, ligne 11"}},
		"unknown work":    {h.abonnement("x", "idRessource", "ark:/99999/nobody"), 400, []string{"ark:/99999/nobody", "ligne 6"}},
		"no ark":          {h.abonnement("x", "idRessource", "978-2-00-000000-0"), 400, []string{"ARK", "ligne 6"}},
		"not ark":         {h.abonnement("x", "typeIdRessource", "isbn"), 400, []string{"isbn"}},
		"day":             {h.abonnement("x", "debutValidite", "01/09/2026"), 400, []string{"01/09/2026", "AAAA-MM-JJ", "ligne 9"}},
		"no such day":     {h.abonnement("x", "debutValidite", "2026-02-30"), 400, []string{"2026-02-30"}},
		"end before":      {h.abonnement("x", "anneeFinValidite", "-", "finValidite", "2026-08-31"), 400, []string{"31\u00a0août\u00a02026", "finValidite, ligne"}},
		"school year":     {h.abonnement("x", "anneeFinValidite", "2027"), 400, []string{"2026-2027", "anneeFinValidite, ligne 10"}},
		"no end":          {h.abonnement("x", "anneeFinValidite", "-"), 400, []string{"finValidite"}},
		"count":           {h.abonnement("x", "nbLicenceEleve", "beaucoup"), 400, []string{"beaucoup", "ILLIMITE"}},
		"both counts":     {h.abonnement("x", "nbLicenceGlobale", "3"), 400, []string{"nbLicenceGlobale"}},
		"public":          {h.abonnement("x", "publicCible", "PARENT"), 400, []string{"PARENT", "DOCUMENTALISTE"}},
		"category":        {h.abonnement("x", "categorieAffectation", "peut-être"), 400, []string{"peut-être"}},
		"kind":            {h.abonnement("x", "typeAffectation", "GROUPE"), 400, []string{"GROUPE", "INDIV"}},
		"path":            {h.abonnement("y"), 400, []string{"« y »", "« x »"}},
		"distributor":     {h.abonnement("x", "idDistributeurCom", "-"), 400, []string{"idDistributeurCom"}},
		"long":            {h.abonnement("x", "commentaireAbonnement", strings.Repeat("é", 256)), 400, []string{"commentaireAbonnement, ligne 4", "255"}},
		"large":           {strings.Replace(h.abonnement("x"), "</abonnement>", strings.Repeat("<publicCible>ELEVE</publicCible>", 9000)+"</abonnement>", 1), 413, []string{"262"}},
	} {
		r := h.do(h.mine, "PUT", "/x", c.body)
		if r.status == 201 {
			h.do(h.mine, "DELETE", "/x", "")
		}
		if r.status != c.status {
			t.Errorf("%s: status %d: %s", name, r.status, r.body)
		}
		var body struct {
			XMLName                 xml.Name `xml:"Erreur"`
			Code, Message, Resource string
		}
		if err := xml.Unmarshal([]byte(r.body), &body); err != nil || body.Code != http.StatusText(c.status) || body.Resource != "x" {
			t.Errorf("%s: %v in %s", name, err, r.body)
		}
		for _, p := range c.phrases {
			if !strings.Contains(body.Message, strings.NewReplacer("« ", "«\u00a0", " »", "\u00a0»").Replace(p)) {
				t.Errorf("%s: %q is not in %q", name, p, body.Message)
			}
		}
	}
	h.want(h.do(h.mine, "PUT", "/x", `{"idAbonnement":"x"}`, "Content-Type", "application/json", "Accept", "application/json", "Accept-Language", "en"), 415,
		`{"Erreur":{"Code":"Unsupported Media Type","Message":"The body`, `"Resource":"x"}}`)
	h.want(h.do(h.mine, "GET", "/x", ""), 405, "PUT")
	h.want(h.do(h.mine, "GET", "/a/b/c", ""), 404, "abonnements")
}

func TestOnlyAKnownCertificateComesIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		body := h.abonnement("a")
		h.want(h.do(h.client(nil), "PUT", "/a", body), 403, "--cert")

		stranger, certificate := h.certificate("stranger", time.Hour)
		h.want(h.do(h.client(stranger), "PUT", "/a", body), 403, string(partners.FingerprintOf(certificate)))

		p, err := h.service.Find(t.Context(), ours)
		if err != nil {
			t.Fatal(err)
		}
		short, certificate := h.certificate("short", time.Hour)
		if _, err := h.service.Pin(t.Context(), operator, p.ID, partners.ForSubscriptions, certificate); err != nil {
			t.Fatal(err)
		}
		h.want(h.do(h.client(short), "GET", "/abonnements", ""), 200)
		expiring := func(within time.Duration, want ...partners.Certificate) {
			t.Helper()
			soon, err := h.service.Expiring(t.Context(), within)
			if diff := cmp.Diff(want, soon); err != nil || diff != "" {
				t.Errorf("expiring: %s, %v", diff, err)
			}
		}
		expiring(2 * time.Hour) // the partner has one for this service that lasts
		h.SetNow(h.Now().Add(2 * time.Hour))
		h.want(h.do(h.client(short), "GET", "/abonnements", ""), 403, "expiré")

		counts, certificate := h.certificate("counts", 8*time.Hour)
		pinned, err := h.service.Pin(t.Context(), operator, p.ID, partners.ForCounts, certificate)
		if err != nil {
			t.Fatal(err)
		}
		expiring(4 * time.Hour)
		expiring(12*time.Hour, pinned)
		h.want(h.do(h.client(counts), "GET", "/abonnements", ""), 403, "decompte-affectations")

		_, before, err := h.ca.Kept(ours)
		if err != nil {
			t.Fatal(err)
		}
		h.want(h.do(h.mine, "GET", "/abonnements", ""), 200)
		if err := h.service.Revoke(t.Context(), operator, partners.FingerprintOf(before)); err != nil {
			t.Fatal(err)
		}
		h.SetNow(h.Now().Add(recent.Moment))
		h.want(h.do(h.mine, "GET", "/abonnements", ""), 403, "révoqué") // on the same connection, within a second

		expired, certificate := h.certificate("expired", -time.Hour)
		if _, err := h.service.Pin(t.Context(), operator, p.ID, partners.ForSubscriptions, certificate); err == nil {
			t.Error("an expired certificate was pinned")
		}
		h.want(h.do(h.client(expired), "GET", "/abonnements", ""), 403, "enregistré")
	})
}

func TestCertificatesAreAskedForOnThePartnersNamesOnly(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	asked := false
	roots := x509.NewCertPool()
	roots.AddCert(h.ca.Cert)
	for name, want := range map[string]bool{host: true, other: false} {
		asked = false
		conn, err := tls.Dial("tcp", h.address, &tls.Config{RootCAs: roots, ServerName: name, Time: h.Now,
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				asked = true
				return &tls.Certificate{}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if asked != want {
			t.Errorf("%s: asked %v", name, asked)
		}
	}
	// A connection for one name does not serve another.
	h.want(h.at(h.mine, other, "GET", "/abonnements", "", "Host", host), 403)
}

func TestAnothersSubscriptionsAreOutOfReach(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.want(h.do(h.mine, "PUT", "/a", h.abonnement("a")), 201)
		h.want(h.do(h.yours, "PUT", "/b", h.abonnement("b")), 403, their, "idDistributeurCom, ligne 5")
		h.want(h.do(h.yours, "POST", "/a", h.abonnement("a", "idDistributeurCom", their, "uaiEtab", "-")), 403)
		h.want(h.do(h.yours, "DELETE", "/a", ""), 403)
		h.want(h.do(h.yours, "GET", "/abonnements", filters("<filtre><filtreNom>idDistributeurCom</filtreNom><filtreValeur>"+ours+"</filtreValeur></filtre>")), 403)
		if r := h.do(h.yours, "GET", "/abonnements", ""); strings.Contains(r.body, "<abonnement>") {
			t.Errorf("another's list: %s", r.body)
		}
		if got := h.stock().Total; got != 160 {
			t.Errorf("%v copies", got)
		}
		lines := h.journal(their)
		if diff := cmp.Diff([]string{"partners.refused abonnements", "partners.refused a", "partners.refused a", "partners.refused b"}, lines); diff != "" {
			t.Error(diff)
		}
		for range 60 {
			h.want(h.do(h.yours, "DELETE", "/a", ""), 403)
		}
		if n := len(h.journal(their)); n > 25 {
			t.Errorf("who keeps reaching fills the journal: %d lines", n)
		}
	})
}

// journal lists what was written down of a distributor's program, the newest first.
func (h *house) journal(distributor string) []string {
	h.t.Helper()
	p, err := h.service.Find(h.t.Context(), distributor)
	if err != nil {
		h.t.Fatal(err)
	}
	var lines []string
	if err := h.Store.Journal().Read(h.t.Context(), func(ctx context.Context, r journal.Reader) error {
		lines = nil
		entries, err := r.OfSchool(ctx, "", "", 100)
		for _, e := range entries {
			if e.Entry.Actor.ID == string(p.ID) {
				lines = append(lines, e.Entry.Verb+" "+e.Entry.Subject)
			}
		}
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return lines
}

func filters(inside string) string {
	return `<filtres xmlns="http://www.atosworldline.com/wsabonnement/v1.0/">` + inside + `</filtres>`
}

func TestAListIsFilteredSortedAndPaged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		second := h.School("099", "340")
		for i := range 7 {
			changes := []string{"libelleRessource", fmt.Sprintf("Titre %d", 9-i), "codeProjetRessource", fmt.Sprintf("P%d", i%2)}
			if i >= 5 {
				changes = append(changes, "uaiEtab", string(second.UAI), "anneeFinValidite", "-", "finValidite", fmt.Sprintf("2026-12-1%d", i))
			}
			if i == 3 {
				changes = append(changes, "typeAffectation", "ETABL", "nbLicenceEleve", "-", "nbLicenceEnseignant", "-", "nbLicenceGlobale", "30")
			}
			id := fmt.Sprintf("s%d", i)
			h.want(h.do(h.mine, "PUT", "/"+id, h.abonnement(id, changes...)), 201)
		}
		h.want(h.do(h.mine, "DELETE", "/s6", ""), 204)
		one := func(name, value string) string {
			return "<filtre><filtreNom>" + name + "</filtreNom><filtreValeur>" + value + "</filtreValeur></filtre>"
		}
		for _, c := range []struct{ path, filter, want string }{
			{"", "", "s0 s1 s2 s3 s4 s5"},
			{"", filters(""), "s0 s1 s2 s3 s4 s5"},
			{"", filters(one("uaiEtab", string(second.UAI))), "s5"},
			{"", filters(one("uaiEtab", string(h.school.UAI)) + one("codeProjetRessource", "P1")), "s1 s3"},
			{"", filters(one("typeAffectation", "ETABL")), "s3"},
			{"", filters(one("publicCible", "ENSEIGNANT") + one("idAbonnement", "s2")), "s2"},
			{"", filters(one("idDistributeurCom", ours) + one("categorieAffectation", "transferable") + "<tri>DSC</tri>"), "s5 s4 s3 s2 s1 s0"},
			{"", filters("<triPar>libelleRessource</triPar>"), "s5 s4 s3 s2 s1 s0"},
			{"", filters("<aboSuppr>true</aboSuppr>"), "s0 s1 s2 s3 s4 s5 _s6"},
			{"", filters("<filtreParDate><dateName>finValidite</dateName><dateAvant>2026-12-31</dateAvant></filtreParDate>"), "s5"},
			{"", filters("<filtreParDate><dateName>finValidite</dateName><dateApres>2026-12-15</dateApres><dateAvant>2026-12-15T23:00:00</dateAvant></filtreParDate>"), "s5"},
			{"", filters("<filtreParDate><dateName>dateCreation</dateName><dateApres>2026-11-24</dateApres></filtreParDate>"), ""},
			{"?debut=0&fin=3", "", "s0 s1 s2"},
			{"?debut=1&fin=3", "", "s0 s1 s2"},
			{"?debut=4&fin=6", "", "s3 s4 s5"},
			{"?debut=5&fin=100", filters("<tri>DSC</tri>"), "s1 s0"},
			{"?debut=7", "", ""},
			{"?debut=5&fin=2", "", ""},
			{"?debut=5&fin=2", filters("<tri>DSC</tri>"), ""},
			{"?debut=9223372036854775807", "", ""},
			{"?debut=9223372036854775807&fin=9223372036854775807", filters("<tri>DSC</tri>"), ""},
		} {
			for _, method := range []string{"GET", "POST"} {
				r := h.do(h.mine, method, "/abonnements"+c.path, c.filter, "Accept", "*/*")
				var list struct {
					XMLName xml.Name `xml:"http://www.atosworldline.com/wsabonnement/v1.0/ abonnements"`
					Items   []struct {
						ID string `xml:"idAbonnement"`
					} `xml:"abonnement"`
				}
				if err := xml.Unmarshal([]byte(r.body), &list); err != nil || r.status != 200 {
					t.Fatalf("%s %s: %v in %s", method, c.filter, err, r.body)
				}
				var ids []string
				for _, i := range list.Items {
					ids = append(ids, i.ID)
				}
				if got := strings.Join(ids, " "); got != c.want {
					t.Errorf("%s %s %s: got %q, want %q", method, c.path, c.filter, got, c.want)
				}
			}
		}
		for filter, phrase := range map[string]string{
			filters(one("couleur", "bleu")):                                     "publicCible",
			filters("<triPar>couleur</triPar>"):                                 "libelleRessource",
			filters("<tri>UP</tri>"):                                            "DSC",
			filters("<filtreParDate><dateName>hier</dateName></filtreParDate>"): "dateCreation",
			filters("<cumul/>"):                                                 "cumul",
			filters("<filtreParDate><dateName>finValidite</dateName><dateAvant>demain</dateAvant></filtreParDate>"): "demain",
		} {
			h.want(h.do(h.mine, "POST", "/abonnements", filter), 400, phrase)
		}
		h.want(h.do(h.mine, "GET", "/abonnements?debut=un", ""), 400, "debut")
	})
}

func TestAListIsWrittenAsClientsReadIt(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	h.want(h.do(h.mine, "PUT", "/a", h.abonnement("a")), 201)
	r := h.do(h.mine, "GET", "/abonnements", "")
	want := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<abonnements xmlns="http://www.atosworldline.com/wsabonnement/v1.0/"><abonnement><idAbonnement>a</idAbonnement><commentaireAbonnement>Essai &amp; démonstration</commentaireAbonnement>` +
		`<idDistributeurCom>` + ours + `</idDistributeurCom><idRessource>` + string(h.work.ARK) + `</idRessource><typeIdRessource>ark</typeIdRessource>` +
		`<libelleRessource>Le labo de grammaire 5e</libelleRessource><debutValidite>2026-09-01T00:00:00.000+02:00</debutValidite><finValidite>2027-08-15T23:59:59.000+02:00</finValidite>` +
		`<anneeFinValidite>2026-2027</anneeFinValidite><uaiEtab>` + string(h.school.UAI) + `</uaiEtab><categorieAffectation>transferable</categorieAffectation><typeAffectation>INDIV</typeAffectation>` +
		`<nbLicenceEnseignant>10</nbLicenceEnseignant><nbLicenceEleve>150</nbLicenceEleve><publicCible>ELEVE</publicCible><publicCible>ENSEIGNANT</publicCible></abonnement></abonnements>
`
	if diff := cmp.Diff(want, r.body); diff != "" {
		t.Error(diff)
	}
	// What a client reads it may post back.
	inside := r.body[strings.Index(r.body, "<abonnement>")+len("<abonnement>") : strings.Index(r.body, "</abonnement>")]
	h.want(h.do(h.mine, "POST", "/a", `<abonnement xmlns="http://www.atosworldline.com/wsabonnement/v1.0/">`+inside+`</abonnement>`), 200)

	for accept, isJSON := range map[string]bool{
		"application/json": true, "application/xml, application/json": false, "application/json, application/xml": true, "*/*": false,
		"application/json;q=0.5, application/xml": false, "application/xml;q=0.5, application/json;q=0.9": true, "text/html": false,
	} {
		r := h.do(h.mine, "GET", "/abonnements", "", "Accept", accept)
		if got := strings.HasPrefix(r.header.Get("Content-Type"), "application/json"); got != isJSON {
			t.Errorf("%s: %s", accept, r.header.Get("Content-Type"))
		}
		if isJSON {
			var list struct {
				Abonnements []struct {
					IDAbonnement, DebutValidite, NbLicenceEleve string
					UaiEtab, PublicCible                        []string
				} `json:"abonnements"`
			}
			if err := json.Unmarshal([]byte(r.body), &list); err != nil || len(list.Abonnements) != 1 {
				t.Fatalf("%v in %s", err, r.body)
			}
			a := list.Abonnements[0]
			if a.IDAbonnement != "a" || a.NbLicenceEleve != "150" || len(a.UaiEtab) != 1 || len(a.PublicCible) != 2 || a.DebutValidite != "2026-09-01T00:00:00.000+02:00" {
				t.Errorf("%+v", a)
			}
		}
	}
}

func TestSchoolsAreListed(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	h.School("974", "151")
	r := h.do(h.mine, "GET", "/etablissements/etablissements.xml", "")
	var list struct {
		XMLName xml.Name `xml:"http://www.atosworldline.com/listEtablissement/v1.0/ listEtablissement"`
		Schools []struct {
			UAI    string `xml:"uai"`
			Nature string `xml:"nature_uai_libe"`
			Town   string `xml:"commune_libe"`
			ENT    string `xml:"idENT"`
		} `xml:"etablissement"`
	}
	if err := xml.Unmarshal([]byte(r.body), &list); err != nil || len(list.Schools) != 2 {
		t.Fatalf("%v in %s", err, r.body)
	}
	if s := list.Schools[0]; s.UAI != string(h.school.UAI) || s.Nature != "COLLEGE" || s.Town != "Rochebrune" || s.ENT != "QTcw" {
		t.Errorf("%+v", s)
	}
}

func TestAPartnerWhoHurriesIsToldToWait(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0], func(d *partners.Door) { d.Rate = 0.001 })
	h.want(h.do(h.mine, "GET", "/abonnements", ""), 200)
	r := h.do(h.mine, "GET", "/abonnements", "")
	h.want(r, 429, "Too Many Requests")
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.want(h.do(h.yours, "GET", "/abonnements", ""), 200) // another partner is not held up
}

func TestPartnersAreRegisteredOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		for _, p := range []partners.Partner{
			{Name: "Encore", Distributor: ours}, {Name: "", Distributor: "999000810_0000000000000810"}, {Name: "Rien"}, {Name: "Tout", Distributor: "999000810_0000000000000810", Project: "A70"},
			{Name: "Faux", Distributor: "12"},
		} {
			if _, err := h.service.Register(t.Context(), operator, p); err == nil {
				t.Errorf("%+v was registered", p)
			}
		}
		all, err := h.service.List(t.Context())
		if err != nil || len(all) != 2 || all[0].Name != "Comptoir des écoles" || len(all[0].Certificates) != 1 || all[0].Certificates[0].Purpose != partners.ForSubscriptions {
			t.Errorf("%+v, %v", all, err)
		}
		portal, err := h.service.Register(t.Context(), operator, partners.Partner{Name: "Portail", Project: "A70"})
		if err != nil {
			t.Fatal(err)
		}
		pair, certificate := h.certificate("portail", time.Hour)
		if _, err := h.service.Pin(t.Context(), operator, portal.ID, partners.ForSubscriptions, certificate); err != nil {
			t.Fatal(err)
		}
		h.want(h.do(h.client(pair), "GET", "/abonnements", ""), 403, "portail")
	})
}

// FuzzSubscription: whatever body comes, the answer is a status that a program can act on.
func FuzzSubscription(f *testing.F) {
	f.Add([]byte(`<abonnement xmlns="http://www.atosworldline.com/wsabonnement/v1.0/"><idAbonnement>x</idAbonnement><debutValidite>2026-09-01T00:00:00Z</debutValidite><nbLicenceEleve>3</nbLicenceEleve><publicCible>ELEVE</publicCible></abonnement>`))
	f.Add([]byte(`<filtres><filtre><filtreNom>uaiEtab</filtreNom></filtre><triPar/></filtres>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, try := range []func(io.Reader) error{partners.TrySubscription, partners.TryQuery} {
			_ = try(bytes.NewReader(body))
		}
	})
}
