package trial

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
)

// Report is what a trial found. Its JSON is stable: programs read it.
type Report struct {
	At       time.Time           `json:"at"`
	Issuer   string              `json:"issuer"`
	Client   federation.ClientID `json:"client"`
	Name     string              `json:"name"`
	Start    string              `json:"start"`
	Entered  bool                `json:"entered"`           // the honest sign-in arrived
	Stopped  string              `json:"stopped,omitempty"` // where it did not: the code of why
	Ended    string              `json:"ended,omitempty"`   // and where it ended
	Asked    Asked               `json:"asked"`
	Declared []Declared          `json:"declared"`
	Received []Received          `json:"received"`
	Findings []Finding           `json:"findings"`
}

// Declared is one attribute of the notice, and who would be told of with it.
type Declared struct {
	Attribute federation.Attribute `json:"attribute"`
	Allowed   []directory.Profile  `json:"allowed"` // to whose publisher the policy lets it go; none: it is never released
}

// Received is what the publisher would be told of one fictional person at one place.
type Received struct {
	Person     string            `json:"person"`
	School     string            `json:"school"`
	Profile    directory.Profile `json:"profile"`
	Refused    string            `json:"refused,omitempty"` // the code of why they may not enter
	Subject    string            `json:"subject,omitempty"` // the pseudonym
	Attributes []Told            `json:"attributes,omitempty"`
}

// Told is one attribute with its values.
type Told struct {
	Attribute federation.Attribute `json:"attribute"`
	Values    []string             `json:"values"`
}

// Finding is what came of one check.
type Finding struct {
	Check    string  `json:"check"`
	Clause   string  `json:"clause"`
	Outcome  Outcome `json:"outcome"`
	Happened string  `json:"happened,omitempty"` // what the site did: taken, not-taken, ended, not-ended, fetched, not-fetched, sent, not-sent, opened, not-opened; handed: what it got unasked
	Refused  string  `json:"refused,omitempty"`  // what the faces had against what the site asked
}

// judge is a finding about what is plain to see.
func judge(name, clause string, otherwise Outcome, good bool) Finding {
	if good {
		otherwise = Passed
	}
	return Finding{Check: name, Clause: clause, Outcome: otherwise}
}

// Count tells how many findings have an outcome.
func (r Report) Count(o Outcome) (n int) {
	for _, f := range r.Findings {
		if f.Outcome == o {
			n++
		}
	}
	return n
}

// Good reports whether the site signed the person in, and no check failed.
func (r Report) Good() bool { return r.Entered && r.Count(Failed) == 0 }

// Try signs fictional persons in at the site whose page at start begins a sign-in: once honestly, then once for each check.
func (b *Bench) Try(ctx context.Context, start string) (Report, error) {
	u, err := url.Parse(start)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Report{}, fault.New(fault.Invalid, "trial.start.address", "address", start)
	}
	t := &tried{bench: b, start: start, begin: b.begins(start), hosts: append(hosts(b.client), u.Host)}
	r := Report{At: b.settings.Now(), Issuer: b.settings.Base, Client: b.client.ID, Name: b.client.Name, Start: start}
	if err := b.describe(ctx, &r); err != nil {
		return r, err
	}
	if err := t.honest(ctx, &r); err != nil {
		return r, err
	}
	r.Findings = append(r.Findings, t.setUp(r)...)
	if !r.Entered {
		return r, nil
	}
	for _, c := range checks(t.asked.Protocol) {
		found, err := t.run(ctx, c)
		if err != nil {
			return r, err
		}
		r.Findings = append(r.Findings, found)
	}
	if t.asked.Protocol == "lti" {
		r.Findings = append(r.Findings, b.ltiServices(&r.Asked)...)
	}
	return r, t.still(ctx, &r)
}

// still signs somebody in honestly once more: from a site that has gone down meanwhile, or that lets nobody in after so many errors,
// every refusal looks like care.
func (t *tried) still(ctx context.Context, r *Report) error {
	in, err := t.spoilt(ctx, check{})
	if fault.CodeOf(err) == silent && ctx.Err() == nil {
		in, err = false, nil
	}
	if err == nil && !in {
		r.Entered, r.Stopped = false, changed
	}
	return err
}

// changed is the code of a site that signs nobody in any more at the end.
const changed = "trial.stopped.changed"

// hosts are those where a program's site may be, by what it registered.
func hosts(c federation.Client) (all []string) {
	addresses := slices.Clone(c.Redirects)
	for _, service := range c.Services {
		addresses = append(addresses, service.Prefix)
	}
	if c.SAML != nil {
		for _, consumer := range c.SAML.Consumers {
			addresses = append(addresses, consumer.Location)
		}
	}
	if tool := c.LTI; tool != nil {
		addresses = append(append(addresses, tool.Login, tool.DeepLinking), tool.Redirects...)
		for _, target := range tool.Targets {
			addresses = append(addresses, target.Address)
		}
	}
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			all = append(all, u.Host)
		}
	}
	return all
}

// describe says what the publisher would receive: of each person exactly what the release function gives.
func (b *Bench) describe(ctx context.Context, r *Report) error {
	policy := federation.DefaultPolicy
	for i, a := range b.settings.Declares {
		if slices.Contains(b.settings.Declares[:i], a) {
			continue
		}
		d := Declared{Attribute: a, Allowed: []directory.Profile{}}
		for _, p := range directory.Profiles {
			if slices.Contains(policy[p], a) {
				d.Allowed = append(d.Allowed, p)
			}
		}
		r.Declared = append(r.Declared, d)
	}
	for _, who := range cast {
		got := Received{Profile: who.profile}
		if err := b.introduce(ctx, who, &got); err != nil {
			return err
		}
		entry, err := b.service.Absent(ctx, who.session(), b.client, b.client.Resource)
		switch {
		case federation.Refuses(err):
			got.Refused = fault.CodeOf(err)
		case err != nil:
			return err
		default:
			got.Subject = entry.Pseudonym.Subject()
			for _, a := range entry.Attributes {
				got.Attributes = append(got.Attributes, Told{a.Attribute, a.Values})
			}
		}
		r.Received = append(r.Received, got)
	}
	return nil
}

// introduce names a person and their place, as the bench knows them.
func (b *Bench) introduce(ctx context.Context, who somebody, got *Received) error {
	return b.service.Store.Read(ctx, func(ctx context.Context, rd federation.Reader) error {
		person, err := rd.Person(ctx, who.person())
		if err != nil {
			return err
		}
		got.Person = person.Name.Given + " " + person.Name.Family
		places, err := rd.Places(ctx, project, who.person())
		for _, p := range places {
			if p.School.ID == who.school {
				got.School = p.School.Name
			}
		}
		return err
	})
}

// honest signs somebody in without spoiling anything, and finds what tells that they are.
func (t *tried) honest(ctx context.Context, r *Report) error {
	t.bench.arm(check{})
	t.bench.take()
	b, landed, err := t.enter(ctx, malo, nil)
	if err != nil {
		return err
	}
	t.asked = readAsked(t.bench.take(), t.bench.client)
	r.Asked = t.asked
	if landed.at != nil {
		r.Ended = landed.at.Scheme + "://" + landed.at.Host + landed.at.Path
	}
	switch {
	case landed.endless:
		r.Stopped = "trial.stopped.endless"
	case landed.outside:
		r.Stopped = "trial.stopped.outside"
	case t.asked.Protocol == "":
		r.Stopped = "trial.stopped.nothing"
	case landed.bench:
		r.Stopped = "trial.stopped.refused"
	case landed.status >= 400:
		r.Stopped = "trial.stopped.status"
	default:
		r.Entered, err = t.calibrate(ctx, b, landed)
		if err == nil && !r.Entered {
			r.Stopped = "trial.stopped.same"
		}
	}
	return err
}

// calibrate looks for a page that differs for who is signed in and for who is not: the one where the sign-in ended, or the one where it began.
func (t *tried) calibrate(ctx context.Context, in *browser, landed page) (bool, error) {
	pages := []string{t.start}
	if !t.bench.isAnswer(&step{to: landed.at}) && !landed.posted {
		pages = []string{landed.at.String(), t.start}
	}
	for _, address := range pages {
		with, err := t.look(ctx, in, address)
		if err != nil {
			return false, err
		}
		without, err := t.look(ctx, t.browser(""), address)
		if err != nil {
			return false, err
		}
		if with != without && !with.bench && with.status < 400 {
			t.page, t.sight = address, with
			return true, nil
		}
	}
	if t.asked.Protocol == "lti" && landed.posted {
		return t.calibrateOnce(ctx, landed)
	}
	return false, nil
}

// look visits a page of the site's without going to the bench.
func (t *tried) look(ctx context.Context, b *browser, address string) (sight, error) {
	away, answer := b.away, b.answer
	b.away, b.answer = true, nil
	defer func() { b.away, b.answer = away, answer }()
	p, err := b.visit(ctx, address)
	if err != nil {
		return sight{}, err
	}
	return t.sightOf(p), nil
}

// sightOf is what one sees of a page.
func (t *tried) sightOf(p page) sight {
	if p.at == nil {
		return sight{}
	}
	t.body = p.body
	for _, values := range p.header { // a server in front of pages names the person there
		t.body += "\n" + strings.Join(values, "\n")
	}
	s := sight{status: p.status, path: p.at.Path, bench: p.bench}
	if s.bench {
		s.path = "" // wherever it would ask
	}
	s.sees = t.bench.settings.Sees != "" && strings.Contains(p.body, t.bench.settings.Sees)
	return s
}

// minimal is the law that asks for no more than is needed.
const minimal = "Regulation (EU) 2016/679, art. 5 (1) (c)"

// setUp are the findings that need no adversary.
func (t *tried) setUp(r Report) []Finding {
	var out []Finding
	switch t.asked.Protocol {
	case "oidc":
		out = oidcSetUp(t)
	case "saml":
		out = samlSetUp(t)
	case "lti":
		out = ltiSetUp(t)
	}
	unread, never := false, false
	for _, d := range r.Declared {
		never = never || len(d.Allowed) == 0
		unread = unread || d.Attribute != federation.IDO && !t.asked.Attributes
	}
	surplus := judge("surplus.unread", minimal, Failed, !unread)
	switch {
	case !r.Entered: // it may have had no occasion yet
		surplus.Outcome = NotApplicable
	case unread && t.asked.Handed:
		surplus.Outcome, surplus.Happened = NotApplicable, "handed"
	}
	return append(out, surplus, judge("surplus.never", minimal, Remark, !never))
}
