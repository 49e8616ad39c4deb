package lti

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/keyset"
	"pupitre/internal/tx"
)

// Tool is Biblio Exos towards other platforms. Fill it as a struct literal, then Mount it.
type Tool struct {
	Service *exos.Service    // required
	Store   Store            // required
	IDs     *id.Maker        // required
	Now     func() time.Time // required
	Base    string           // required: our own address, without a slash at the end
	HTTP    *http.Client     // required: how platforms are reached
	Pages   Pages            // required to Mount
	Log     *slog.Logger     // optional

	keys   keyring
	sets   keyset.Memory
	tokens tokens
}

// Pages draws what people see here. *web.Room satisfies it.
type Pages interface {
	// Window offers to open the launch in a window of its own: it is shown in a platform's frame.
	Window(w http.ResponseWriter, r *http.Request, platform, href string) error
	// Choose lets a teacher pick modules and exercises.
	Choose(w http.ResponseWriter, r *http.Request, c Choice) error
	// Post has the browser post a field to another site.
	Post(w http.ResponseWriter, r *http.Request, platform, action, name, value string) error
}

// Mount registers the routes.
func (t *Tool) Mount(mux *httpx.Mux) {
	mux.Handle("GET /lti/connexion", t.login)
	mux.Handle("POST /lti/connexion", t.loginByPost)
	mux.Handle("POST /lti/lancement", t.launch)
	mux.Handle("GET /lti/entree", t.enter)
	mux.Handle("GET /lti/cles", t.publicKeys)
	mux.Handle("GET /lti/choisir", t.showChoice)
	mux.Handle("POST /lti/choisir", t.choose)
	mux.Handle("GET /lti/noms", t.names)
}

// CrossOrigin lists the routes that pages of other origins may post to, for httpx.Edge.CrossOrigin: the first changes nothing, the second
// carries a proof of its own (the platform's signature), and waits for the browser that began.
func (*Tool) CrossOrigin() []string { return []string{"POST /lti/connexion", "POST /lti/lancement"} }

func (t *Tool) log() *slog.Logger {
	if t.Log != nil {
		return t.Log
	}
	return slog.Default()
}

// credential is how an exos.Credential names the platform by which somebody came: the rights are the registration's, now.
const credential = "lti "

// Rights implements exos.Rights for learners who came from a platform.
func (t *Tool) Rights(ctx context.Context, c exos.Credential) ([]exos.Right, exos.Credential, error) {
	name, ours := strings.CutPrefix(string(c), credential)
	p, err := t.platform(ctx, PlatformID(name))
	if !ours || fault.Is(err, fault.NotFound) {
		return nil, nil, fault.New(fault.Unauthenticated, "exos.session.renew")
	}
	if err != nil {
		return nil, nil, err
	}
	rights, err := t.rights(ctx, p)
	return rights, nil, err
}

// Beside asks the registrations for those who came from a platform, and another for everybody else.
func (t *Tool) Beside(other exos.Rights) exos.Rights { return beside{t, other} }

type beside struct {
	tool  *Tool
	other exos.Rights
}

func (b beside) Rights(ctx context.Context, c exos.Credential) ([]exos.Right, exos.Credential, error) {
	if strings.HasPrefix(string(c), credential) {
		return b.tool.Rights(ctx, c)
	}
	return b.other.Rights(ctx, c)
}

// rights are what a registration opens: a right on the resource of each module that is published, to its last day.
func (t *Tool) rights(ctx context.Context, p Platform) ([]exos.Right, error) {
	modules, err := tx.Answer(ctx, t.Store.Read, func(ctx context.Context, r Reader) ([]exos.Module, error) {
		var all []exos.Module
		var whole []exos.ARK
		for _, name := range p.Opens {
			start, many := strings.CutSuffix(name, "*")
			if !many {
				whole = append(whole, exos.ARK(name))
				continue
			}
			under, err := r.ModulesUnder(ctx, exos.ARK(start))
			if err != nil {
				return nil, err
			}
			all = append(all, under...)
		}
		named, err := r.ModulesOpenedBy(ctx, whole)
		return append(all, named...), err
	})
	if err != nil {
		return nil, err
	}
	out := []exos.Right{}
	for _, m := range modules {
		if slices.ContainsFunc(out, func(r exos.Right) bool { return r.ARK == m.ARK }) {
			continue
		}
		out = append(out, exos.Right{ARK: m.ARK, Title: m.Title, End: p.Until, Closes: p.Until.End(zone), Status: exos.RightOpen, Why: "platform"})
	}
	return out, nil
}

// platform finds a registration by our own id, or NotFound.
func (t *Tool) platform(ctx context.Context, id PlatformID) (Platform, error) {
	all, err := t.Platforms(ctx)
	if err != nil {
		return Platform{}, err
	}
	if i := slices.IndexFunc(all, func(p Platform) bool { return p.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Platform{}, errNoPlatform
}

// groupMonths is how long a group is known after somebody last came from it: a school year, and its summer.
const groupMonths = 13

// Sweep removes what waited in vain, and groups that nobody comes from any more.
func (t *Tool) Sweep(ctx context.Context) (int64, error) {
	return tx.Answer(ctx, t.Store.Write, func(ctx context.Context, w Writer) (int64, error) {
		return w.SweepLTI(ctx, w.Now(), w.Now().AddDate(0, -groupMonths, 0))
	})
}
