package lti

import (
	"context"
	"fmt"
	"net/url"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
)

// LinkPath is where a pinned link is opened.
func LinkPath(id LinkID) string { return "/lti/launch?" + url.Values{"lien": {string(id)}}.Encode() }

// ChoosePath is where a teacher begins to choose content of a resource for a class.
func ChoosePath(tool federation.ClientID, ark string, class directory.CohortID) string {
	return "/lti/choose?" + url.Values{"client_id": {string(tool)}, "idRessource": {ark}, "classe": {string(class)}}.Encode()
}

// Links lists the pinned links of a class for somebody who is in it: those whose resource they may open.
func (p *Platform) Links(ctx context.Context, session federation.Session, cohort directory.CohortID) ([]Link, error) {
	if err := p.in(ctx, session, cohort); err != nil {
		return nil, err
	}
	var all []Link
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		all, err = r.LinksOf(ctx, session.School, cohort)
		return err
	})
	if err != nil {
		return nil, err
	}
	may := map[string]bool{}
	var out []Link
	for _, l := range all {
		key := string(l.Client) + "\x00" + l.ARK
		if _, asked := may[key]; !asked {
			if may[key], err = p.may(ctx, session, l.Client, l.ARK); err != nil {
				return nil, err
			}
		}
		if may[key] {
			out = append(out, l)
		}
	}
	return out, nil
}

// Pinned lists what is pinned for all the classes of somebody: the newest first. It is one question, and asks nothing of the right, nor
// whether the tool still opens the link (Opens): that is the caller's, who says what the person holds.
func (p *Platform) Pinned(ctx context.Context, w Wanted) (out []Pinned, err error) {
	err = p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		out, err = r.PinnedFor(ctx, w)
		return err
	})
	if err != nil {
		err = fmt.Errorf("what is pinned for %s: %w", w.Person, err)
	}
	return out, err
}

// Opens reports whether a tool, as it is registered now, opens the link.
func (l Link) Opens(tool federation.Client) bool {
	if tool.LTI == nil || tool.ID != l.Client {
		return false
	}
	_, below := tool.LTI.Covers(l.URL)
	return below
}

// may reports whether somebody could enter a resource by a tool now.
func (p *Platform) may(ctx context.Context, session federation.Session, tool federation.ClientID, ark string) (bool, error) {
	client, err := p.tool(ctx, tool)
	if err == nil {
		_, err = p.Federation.Still(ctx, session, client, ark)
	}
	if federation.Refuses(err) || fault.Is(err, fault.Invalid) {
		return false, nil
	}
	return err == nil, err
}

// Chooser is a tool where a teacher may choose content of a resource.
type Chooser struct {
	Client federation.Client
	ARK    string
}

// Choosers lists the tools where somebody may choose content: those of resources that they may open.
func (p *Platform) Choosers(ctx context.Context, session federation.Session) ([]Chooser, error) {
	all, err := p.Federation.Clients(ctx)
	if err != nil {
		return nil, err
	}
	var out []Chooser
	for _, c := range all {
		if c.LTI == nil || c.LTI.DeepLinking == "" {
			continue
		}
		for _, target := range c.LTI.Targets {
			ark, err := meantBy(c, target, "")
			if err != nil {
				continue
			}
			may, err := p.may(ctx, session, c.ID, ark)
			if err != nil {
				return nil, err
			}
			if may {
				out = append(out, Chooser{c, ark})
			}
		}
	}
	return out, nil
}

// Unpin removes a link of a class at the word of one of its teachers.
func (p *Platform) Unpin(ctx context.Context, session federation.Session, id LinkID) error {
	link, err := p.findLink(ctx, session.School, id)
	if err != nil {
		return err
	}
	if err := p.teaches(ctx, session, link.Cohort); err != nil {
		return err
	}
	return p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, linkEntry(session, link, "federation.link-unpinned"))
		if err != nil {
			return err
		}
		there, err := w.Unpin(ctx, act, link)
		if err == nil && !there {
			err = errLink
		}
		return err
	})
}

var errLink = fault.New(fault.NotFound, "federation.lti.link")

func (p *Platform) findLink(ctx context.Context, school directory.SchoolID, id LinkID) (Link, error) {
	var found Link
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.FindLink(ctx, school, id)
		return err
	})
	return found, err
}

// pinned is the launch of a pinned link, for those of its class. What was pinned when the tool was registered otherwise opens nothing.
func (p *Platform) pinned(ctx context.Context, session federation.Session, id LinkID) (federation.Client, Launch, error) {
	l := Launch{Kind: resourceLink, Session: session, Link: id}
	link, err := p.findLink(ctx, session.School, id)
	if err != nil {
		return federation.Client{}, l, err
	}
	client, err := p.tool(ctx, link.Client)
	if err != nil {
		return client, l, err
	}
	if !link.Opens(client) {
		return client, l, fault.New(fault.Invalid, "federation.lti.target", "client", client.Name)
	}
	l.ARK, l.Target, l.Cohort = link.ARK, link.URL, link.Cohort
	return client, l, p.in(ctx, session, link.Cohort)
}
