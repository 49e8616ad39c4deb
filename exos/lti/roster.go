package lti

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"pupitre/exos"
	"pupitre/exos/signin"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/tx"
)

// NamesPath is where a teacher's page asks for the names of those of their platform.
const NamesPath = "/lti/noms"

const mostPages = 20 // of one context's members

// roster is what a page reads, in the form of the broker's (docs/protocols/rights.md).
type roster struct {
	Classes []class `json:"classes"`
}

type class struct {
	Persons []person `json:"persons"`
}

type person struct {
	Sub  string `json:"sub"`
	Name string `json:"name"`
}

// names tells a teacher's own page who is behind the pseudonyms of their groups, as the platform says at that moment (Names and Roles 2.0
// §2.4). They pass through here, for a platform answers our program alone; they are written nowhere, and no cache may keep them.
func (t *Tool) names(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	v, err := t.Service.Enter(r.Context(), signin.Token(r))
	if err != nil {
		return err
	}
	if !v.Learner.Profile.Teaches() || !v.Learner.Abroad() {
		return errTeacher
	}
	contexts, err := t.contexts(r.Context(), v.Learner)
	if err != nil {
		return err
	}
	out := roster{Classes: []class{}}
	for _, c := range contexts {
		p, err := t.platform(r.Context(), c.Platform)
		if err != nil || !p.serves(c.Members) || p.over(t.Now()) {
			continue
		}
		members, err := t.members(r.Context(), p, c.Members)
		if err != nil {
			return fault.Wrap(err, fault.Unavailable, "exoslti.names", "name", p.Name)
		}
		out.Classes = append(out.Classes, class{members})
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}

func (t *Tool) contexts(ctx context.Context, l exos.Learner) ([]Context, error) {
	var codes []string
	for _, c := range l.Cohorts {
		if c.Kind == exos.Group {
			codes = append(codes, c.Code)
		}
	}
	return tx.Answer(ctx, t.Store.Read, func(ctx context.Context, r Reader) ([]Context, error) { return r.Contexts(ctx, l.School, codes) })
}

// members reads the pages of a context's members.
func (t *Tool) members(ctx context.Context, p Platform, address string) ([]person, error) {
	out := []person{}
	for range mostPages {
		status, body, header, err := t.call(ctx, p, scopeMembers, http.MethodGet, address, "", "application/vnd.ims.lti-nrps.v2.membershipcontainer+json", nil)
		if err != nil {
			return nil, err
		}
		var page struct {
			Members []struct {
				User   string `json:"user_id"`
				Name   string `json:"name"`
				Given  string `json:"given_name"`
				Family string `json:"family_name"`
			} `json:"members"`
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("members: status %d", status)
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, err
		}
		for _, m := range page.Members {
			name := bounded(m.Name)
			if name == "" {
				name = bounded(strings.TrimSpace(m.Given + " " + m.Family))
			}
			if name != "" && m.User != "" {
				out = append(out, person{m.User, name})
			}
		}
		next := following(address, header)
		if next == "" || !p.serves(next) {
			return out, nil
		}
		address = next
	}
	return out, nil
}

// following is the page after one, "" for none (RFC 8288).
func following(address string, h http.Header) string {
	for _, value := range h.Values("Link") {
		for _, one := range strings.Split(value, ",") {
			where, params, _ := strings.Cut(one, ";")
			where = strings.TrimSpace(where)
			if !strings.HasPrefix(where, "<") || !strings.HasSuffix(where, ">") || !strings.Contains(strings.ReplaceAll(params, `"`, ""), "rel=next") {
				continue
			}
			base, err := url.Parse(address)
			if err != nil {
				return ""
			}
			if to, err := base.Parse(where[1 : len(where)-1]); err == nil {
				return to.String()
			}
		}
	}
	return ""
}
