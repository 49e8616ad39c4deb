package lti

import (
	"context"
	"maps"
	"slices"
	"time"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
)

// Platform is the LTI platform. Fill it as a struct literal, then Mount it.
type Platform struct {
	Federation *federation.Service
	Keys       *federation.Keyring
	Proofs     *proof.Checker // of what tools sign
	Store      Store
	IDs        *id.Maker
	Now        func() time.Time
	Issuer     string            // the broker's own address, without a slash at the end
	Pages      federation.Poster // draws the page by which the browser posts a message
}

// How long things last.
const (
	launchLife  = 60 * time.Second // from the first click until the tool asks
	messageLife = 60 * time.Second // from signing until the tool reads
	chooseLife  = time.Hour        // that a teacher may take at the tool
)

// Mount registers the platform's routes.
func (p *Platform) Mount(mux *httpx.Mux) {
	mux.Handle("GET /lti/launch", p.launch(p.wanted))
	mux.Handle("GET /lti/authorize", p.authorize)
	mux.Handle("POST /lti/authorize", p.authorizeByPost)
	mux.Handle("GET /lti/choose", p.launch(p.choice))
	mux.Handle("POST /lti/chosen", p.chosenThere)
	mux.Handle("GET /lti/chosen", p.chosenHere)
	for pattern, answer := range p.backChannel() {
		mux.Handle(pattern, answer)
	}
}

// backChannel are the routes that tools ask themselves, not browsers.
func (p *Platform) backChannel() map[string]httpx.Handler {
	const class = "/lti/contexts/{context}"
	return map[string]httpx.Handler{
		"POST /lti/token":               p.token,
		"GET " + class + "/memberships": p.service(p.members, readMembers),

		"GET " + class + "/lineitems":                p.service(p.items, readItems, writeItems),
		"POST " + class + "/lineitems":               p.service(p.addItem, writeItems),
		"GET " + class + "/lineitems/{item}":         p.service(p.oneItem, readItems, writeItems),
		"PUT " + class + "/lineitems/{item}":         p.service(p.putItem, writeItems),
		"DELETE " + class + "/lineitems/{item}":      p.service(p.dropItem, writeItems),
		"POST " + class + "/lineitems/{item}/scores": p.service(p.score, writeScores),
		"GET " + class + "/lineitems/{item}/results": p.service(p.results, readResults),
	}
}

// BackChannel lists the routes that tools ask themselves: they need no cookie, and may be reached by another name of the house.
func (p *Platform) BackChannel() []string { return slices.Collect(maps.Keys(p.backChannel())) }

// CrossOrigin lists the routes that pages of other origins may post to, for httpx.Edge.CrossOrigin: they change nothing by themselves,
// or carry a proof of their own (a tool's signature).
func (*Platform) CrossOrigin() []string {
	return []string{"POST /lti/authorize", "POST /lti/chosen", "POST /lti/token"}
}

// Sweep removes messages that open nothing any more, at most limit, and returns how many; call it again while it returns limit.
func (p *Platform) Sweep(ctx context.Context, limit int) (int, error) {
	var n int
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.Sweep(ctx, w.Now().Add(-24*time.Hour), limit)
		return err
	})
	return n, err
}

// SweepGrades removes what a class's gradebook has kept long enough, and pinned links as old, at most limit of each, and returns how
// many at most of one; call it again while it returns limit.
func (p *Platform) SweepGrades(ctx context.Context, limit int) (int, error) {
	var n int
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.SweepGrades(ctx, w.Now().Add(-kept), limit)
		return err
	})
	return n, err
}
