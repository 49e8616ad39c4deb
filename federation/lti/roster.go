package lti

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Member is somebody in a class now, and what makes their pseudonyms.
type Member struct {
	Project directory.ProjectID
	Person  directory.PersonID
	Profile directory.Profile
	Name    directory.Name
	Secret  directory.Secret
}

// at is the member at the school, as a session would have them: all that deciding an entry reads.
func (m Member) at(school directory.SchoolID) federation.Session {
	return federation.Session{Project: m.Project, Person: m.Person, School: school, Profile: m.Profile}
}

// memberClaim is a member as a tool reads it (Names and Roles 2.0 §2.3).
type memberClaim struct {
	Status string   `json:"status"`
	ID     string   `json:"user_id"`
	Roles  []string `json:"roles"`
	Given  string   `json:"given_name,omitempty"`
	Family string   `json:"family_name,omitempty"`
	Name   string   `json:"name,omitempty"`
	Mail   string   `json:"email,omitempty"`
}

type membership struct {
	ID      string `json:"id"`
	Context struct {
		ID ContextID `json:"id"`
	} `json:"context"`
	Members []memberClaim `json:"members"`
}

const (
	membersMedia = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
	mostMembers  = 50 // on a page
)

// members lists those of a class who hold the resource now (Names and Roles 2.0 §2.4), each under the pseudonym and with the attributes
// that an entry would release. It is journalled, and their publisher has then seen them: it will be told when they are erased.
func (p *Platform) members(w http.ResponseWriter, r *http.Request, a asked) error {
	q, err := single(r.URL.RawQuery)
	if err != nil {
		return err
	}
	limit, err := limitOf(q, mostMembers)
	if err != nil {
		return err
	}
	all, err := p.classOf(r.Context(), a.context)
	if err != nil {
		return err
	}
	if all, err = after(all, q.Get("after"), func(m Member) string { return subject(m, a.client) }); err != nil {
		return err
	}
	out := membership{ID: p.address(a.context, "memberships"), Members: []memberClaim{}}
	out.Context.ID = a.context.ID
	var entries []federation.Entry
	more := false
	for _, m := range all {
		entry, holds, err := p.holds(r.Context(), a, m)
		if err != nil {
			return err
		}
		if !holds {
			continue
		}
		claim := memberOf(entry)
		if role := q.Get("role"); role != "" && !hasRole(claim.Roles, role) {
			continue
		}
		if more = len(entries) == limit; more {
			break
		}
		entries, out.Members = append(entries, entry), append(out.Members, claim)
	}
	if err := p.listed(r.Context(), a, entries); err != nil {
		return err
	}
	if more {
		q.Set("after", out.Members[limit-1].ID)
		next(w, out.ID, q)
	}
	return sendJSON(w, http.StatusOK, membersMedia, out)
}

// holds reports whether a member may enter the resource now, and the tool may know that they are in this class; with what it may know
// of them besides.
func (p *Platform) holds(ctx context.Context, a asked, m Member) (federation.Entry, bool, error) {
	entry, err := p.Federation.Absent(ctx, m.at(a.context.School), a.client, a.context.ARK)
	if federation.Refuses(err) {
		return entry, false, nil
	}
	return entry, err == nil && names(entry.Attributes, a.cohort), err
}

func memberOf(e federation.Entry) memberClaim {
	who := personOf(e.Attributes)
	return memberClaim{Status: "Active", ID: e.Pseudonym.Subject(), Roles: who.Roles, Given: who.Given, Family: who.Family, Name: who.Name, Mail: who.Mail}
}

// hasRole reads a role as a filter: whole, or what is after its « # » (§2.4.1).
func hasRole(roles []string, role string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return r == role || strings.HasSuffix(r, "membership#"+role) })
}

// listed journals that a tool was told of a class, and with which attributes; for each of those in it, too.
func (p *Platform) listed(ctx context.Context, a asked, entries []federation.Entry) error {
	var names []federation.Attribute
	for _, e := range entries {
		for _, name := range e.Attributes.Names() {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	err := p.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, err := w.Record(ctx, journal.Entry{
			School: string(a.context.School), Actor: byTool(a.client), Verb: "federation.class-listed", Subject: string(a.context.Cohort),
			Class: journal.ClassAccess, Detail: map[string]any{"resource": a.context.ARK, "publisher": a.client.Sector, "released": names, "persons": len(entries)},
		})
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := p.listedOne(ctx, w, a, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tell %s of %s: %w", a.client.ID, a.context.Cohort, err)
	}
	return nil
}

// listedOne lets somebody read of it in their own journal, once a day: a tool may ask for the list at every click.
func (p *Platform) listedOne(ctx context.Context, w Writer, a asked, e federation.Entry) error {
	if err := w.Acquaint(ctx, e.Session.Project, e.Session.Person, a.client.Sector); err != nil {
		return err
	}
	first, err := w.FirstOfDay(ctx, a.context, e.Session.Person)
	if err != nil || !first {
		return err
	}
	_, err = w.Record(ctx, journal.Entry{
		School: string(a.context.School), Actor: byTool(a.client), Verb: "federation.listed", Subject: a.context.ARK, Person: string(e.Session.Person),
		Class: journal.ClassAccess, Detail: map[string]any{"tool": a.client.Name, "publisher": a.client.Sector, "released": e.Attributes.Names()},
	})
	return err
}

// byTool is a tool as an actor.
func byTool(c federation.Client) journal.Actor {
	return journal.Actor{Kind: journal.ByPartner, ID: string(c.ID)}
}

// classOf lists those in a class, in an order that stays.
func (p *Platform) classOf(ctx context.Context, c Context) ([]Member, error) {
	var all []Member
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		all, err = r.Members(ctx, c.School, c.Cohort)
		return err
	})
	return all, err
}

func subject(m Member, c federation.Client) string {
	return federation.PseudonymOf(m.Secret, c.Sector).Subject()
}

// address is where a service of a class is.
func (p *Platform) address(c Context, service string) string {
	return p.Issuer + "/lti/contexts/" + url.PathEscape(string(c.ID)) + "/" + service
}

var errPage = fault.New(fault.Invalid, "federation.lti.page")

// limitOf reads how many a tool wants at most on a page.
func limitOf(q url.Values, most int) (int, error) {
	if !q.Has("limit") {
		return most, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 {
		return 0, errPage
	}
	return min(n, most), nil
}

// after is the rest of a list behind the one that a page ended with.
func after[T any](all []T, last string, name func(T) string) ([]T, error) {
	if last == "" {
		return all, nil
	}
	i := slices.IndexFunc(all, func(one T) bool { return name(one) == last })
	if i < 0 {
		return nil, errPage
	}
	return all[i+1:], nil
}

// next says where the next page is (RFC 8288).
func next(w http.ResponseWriter, address string, q url.Values) {
	w.Header().Set("Link", "<"+address+"?"+q.Encode()+`>; rel="next"`)
}
