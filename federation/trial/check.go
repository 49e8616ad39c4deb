package trial

import (
	"context"
	"slices"
	"strings"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// check is one way to spoil a sign-in, and what it means where the site takes it all the same.
type check struct {
	name   string // its words are trial.check.NAME (what was done) and trial.check.NAME.why
	clause string
	advice bool // where the site takes it, that is worth a remark: the standard leaves it open

	needs func(t *tried) bool // whether the site's set-up gives it an occasion; nil: always

	// One of these spoils the sign-in.
	answer  rewrite            // what the faces answered
	form    *forgery           // the assertion that a browser is to post
	message signer             // the LTI message that a browser is to post
	word    reword             // what the site is told from program to program
	bring   func(s *step) bool // what the browser brings to the site
	play    func(ctx context.Context, t *tried) (done bool, err error)

	keeps bool // being taken is right: a word that the site must heed
	about deed // what it is that the site does or not, where it takes it; "": it signs the person in

	// seen says what it means where somebody is then signed in, by the page that they see: the standard lets a site go on without what
	// is false. nil: it is a failure.
	seen func(page string) Outcome
}

// deed is what a site did with what a check brought, or did not; its words are trial.happened.DEED and trial.happened.not-DEED.
type deed string

const (
	taken   deed = "taken"   // it signed the person in
	ended   deed = "ended"   // it ended the person's session
	fetched deed = "fetched" // its reader went for the entity
	sent    deed = "sent"    // it sent the browser elsewhere
	opened  deed = "opened"  // it opened the page that it was to
)

func (c check) deed() deed {
	if c.about == "" {
		return taken
	}
	return c.about
}

// Outcome is what came of a check.
type Outcome string

// The outcomes.
const (
	Passed        Outcome = "passed"
	Failed        Outcome = "failed"
	Remark        Outcome = "remark"         // nothing forbids it, and it could be better
	NotApplicable Outcome = "not-applicable" // there was no occasion
)

// shows is for what a site may drop and go on: it has been used where the page shows it, and where it does not nobody can tell from outside.
func shows(mark string) func(string) Outcome {
	return func(page string) Outcome {
		if strings.Contains(page, mark) {
			return Failed
		}
		return Remark
	}
}

// cutShort is for a name with a comment in it: the whole name is right (XML knows no comment), its first part is somebody else's.
func cutShort(first, rest string) func(string) Outcome {
	return func(page string) Outcome {
		switch {
		case strings.Contains(page, first+rest):
			return Passed
		case strings.Contains(page, first):
			return Failed
		}
		return Remark
	}
}

// tried is a trial under way: the site, and what tells that somebody is signed in there.
type tried struct {
	bench *Bench
	start string // page of the site's
	begin string // where a sign-in begins: there, or at the bench
	hosts []string
	asked Asked
	page  string // shown to people who are signed in
	sight sight  // how it then looks
	once  bool   // there is no such page, but the one that answers the message itself
	body  string // of the page that was looked at last
}

// sight is what one sees of a page: enough to tell whether somebody is signed in.
type sight struct {
	status int
	path   string
	bench  bool
	sees   bool
}

// arrive signs somebody in at the bench.
func (t *tried) arrive(ctx context.Context, who somebody) (federation.Token, error) {
	token, session, err := t.bench.service.Arrive(ctx, federation.Arrival{Project: project, External: who.name, Upstream: "trial"})
	if err == nil && (session.School != who.school || session.Profile != who.profile) {
		_, err = t.bench.service.Choose(ctx, token, who.school, who.profile)
	}
	return token, err
}

// enter signs somebody in at the site with a new browser, and returns that.
func (t *tried) enter(ctx context.Context, who somebody, answer func(*step) bool) (*browser, page, error) {
	token, err := t.arrive(ctx, who)
	if err != nil {
		return nil, page{}, err
	}
	b := t.browser(token)
	b.answer = answer
	p, err := b.visit(ctx, t.begin)
	return b, p, err
}

// isIn reports whether somebody is signed in at the site with this browser.
func (t *tried) isIn(ctx context.Context, b *browser) (bool, error) {
	if t.once {
		return t.sightOf(b.last) == t.sight, nil
	}
	seen, err := t.look(ctx, b, t.page)
	return seen == t.sight, err
}

// run does one check.
func (t *tried) run(ctx context.Context, c check) (Finding, error) {
	f := Finding{Check: c.name, Clause: c.clause, Outcome: NotApplicable}
	if c.needs != nil && !c.needs(t) {
		return f, nil
	}
	t.bench.arm(c)
	defer t.bench.arm(check{})
	var done bool
	var err error
	if c.play != nil {
		done, err = c.play(ctx, t)
	} else {
		done, err = t.spoilt(ctx, c)
	}
	if fault.CodeOf(err) == silent && ctx.Err() == nil { // a site that breaks on what is spoilt has not taken it
		done, err = false, nil
	}
	if err != nil || (c.answer != nil || c.form != nil || c.word != nil || c.message != nil) && !t.bench.hasStruck() {
		return f, err
	}
	if f.Happened = string(c.deed()); !done {
		f.Happened = "not-" + f.Happened
	}
	switch {
	case done == c.keeps:
		f.Outcome = Passed
	case c.seen != nil:
		f.Outcome = c.seen(t.body)
	case c.advice:
		f.Outcome = Remark
	default:
		f.Outcome = Failed
	}
	return f, nil
}

// spoilt signs somebody in, with whatever the check spoils.
func (t *tried) spoilt(ctx context.Context, c check) (bool, error) {
	b, _, err := t.enter(ctx, malo, c.bring)
	if err != nil {
		return false, err
	}
	return t.isIn(ctx, b)
}

// withheld has somebody sign in up to the answer, which the site never gets, and returns that.
func (t *tried) withheld(ctx context.Context) (*step, error) {
	var kept *step
	_, _, err := t.enter(ctx, malo, func(s *step) bool {
		kept = s
		return false
	})
	return kept, err
}

// brought hands an answer to the site from a new browser, whose person is not signed in anywhere.
func (t *tried) brought(ctx context.Context, s *step) (bool, error) {
	if s == nil {
		return false, nil
	}
	b := t.browser("")
	b.away = true
	if _, err := b.walk(ctx, s); err != nil {
		return false, err
	}
	return t.isIn(ctx, b)
}

// unasked gives the site an answer that this browser never asked for: somebody could be signed in as another without noticing.
func unasked(ctx context.Context, t *tried) (bool, error) {
	s, err := t.withheld(ctx)
	if err != nil {
		return false, err
	}
	return t.brought(ctx, s)
}

// again gives the site, from another browser, an answer that it has had already.
func again(ctx context.Context, t *tried) (bool, error) {
	var kept *step
	_, _, err := t.enter(ctx, malo, func(s *step) bool {
		if kept == nil {
			kept = s
		}
		return true
	})
	if err != nil {
		return false, err
	}
	return t.brought(ctx, kept)
}

// denied is a person without a right: the site must not let them in on a refusal.
func denied(ctx context.Context, t *tried) (bool, error) {
	b, _, err := t.enter(ctx, jade, nil)
	if err != nil {
		return false, err
	}
	return t.isIn(ctx, b)
}

// told ends the session of somebody who is in the site, and reports whether the site has ended its own.
func told(ctx context.Context, t *tried) (bool, error) {
	b, _, err := t.enter(ctx, malo, nil)
	if err != nil {
		return false, err
	}
	if in, err := t.isIn(ctx, b); err != nil || !in {
		return false, err
	}
	if _, err := t.bench.service.SignOut(ctx, b.session); err != nil {
		return false, err
	}
	for {
		n, err := t.bench.teller.Follow(ctx)
		if err != nil {
			return false, err
		}
		if n == 0 {
			break
		}
	}
	if _, err := t.bench.teller.Deliver(ctx); err != nil {
		return false, err
	}
	in, err := t.isIn(ctx, b)
	return !in, err
}

// checks are those of a protocol.
func checks(protocol string) []check {
	switch protocol {
	case "oidc":
		return slices.Concat(oidcChecks, oidcLogout)
	case "cas":
		return casChecks
	case "saml":
		return samlChecks
	case "lti":
		return ltiChecks
	}
	return nil
}
