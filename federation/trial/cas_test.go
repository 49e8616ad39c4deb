package trial_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pupitre/federation"
)

// service is a site that speaks CAS.
type service struct {
	*site
	server string
}

func newService(t *testing.T, careless ...string) *service {
	s := &service{site: newSite(t, careless...)}
	s.mux.HandleFunc("GET /entrer", s.enter)
	s.mux.HandleFunc("POST /entrer", s.over)
	return s
}

func (s *service) client() federation.Client {
	return federation.Client{ID: clientID, Name: "Le labo", Services: []federation.CASService{{Prefix: s.URL + "/"}}}
}

func (s *service) enter(w http.ResponseWriter, r *http.Request) {
	here, ticket := url.QueryEscape(s.URL+"/entrer"), r.URL.Query().Get("ticket")
	if ticket == "" {
		http.Redirect(w, r, s.server+"/cas/login?service="+here, http.StatusFound)
		return
	}
	endpoint := "/cas/p3/serviceValidate"
	if s.careless["lazy"] {
		endpoint = "/cas/serviceValidate"
	}
	answer, err := fetch(r.Context(), s.server+endpoint+"?service="+here+"&ticket="+url.QueryEscape(ticket))
	if err != nil {
		refuse(w, err)
		return
	}
	name := s.read(r, string(answer))
	if name == "" && (s.careless["invented"] || s.careless["again"] && !strings.HasPrefix(ticket, "ST-000")) {
		name = "somebody"
	}
	if name == "" {
		refuse(w, "ticket")
		return
	}
	s.welcome(w, r, name, ticket)
}

var userPattern = regexp.MustCompile(`(?s)<cas:user>(.*?)</cas:user>`)

// read finds the person in an answer; "" for nobody.
func (s *service) read(r *http.Request, answer string) string {
	if strings.Contains(answer, "<!DOCTYPE") {
		if s.careless["entity"] { // as a reader does that follows what a document says
			_, rest, _ := strings.Cut(answer, `SYSTEM "`)
			address, _, _ := strings.Cut(rest, `"`)
			fetch(r.Context(), address)
		}
		return ""
	}
	if s.careless["words"] {
		if m := userPattern.FindStringSubmatch(answer); m != nil {
			return m[1]
		}
		return ""
	}
	var said struct {
		Users []struct {
			Text string `xml:",chardata"`
		} `xml:"authenticationSuccess>user"`
	}
	if err := xml.Unmarshal([]byte(answer), &said); err != nil || len(said.Users) == 0 || len(said.Users) > 1 && !s.careless["two"] {
		return ""
	}
	name := said.Users[0].Text
	if whole, _, cut := strings.Cut(answer, "<!--"); cut && s.careless["comment"] {
		name = whole[strings.LastIndex(whole, ">")+1:]
	}
	return name
}

func (s *service) over(w http.ResponseWriter, r *http.Request) {
	_, rest, _ := strings.Cut(r.FormValue("logoutRequest"), "SessionIndex>")
	name, _, _ := strings.Cut(rest, "<")
	switch {
	case s.careless["deaf"]:
	case s.careless["logout.other"]:
		s.mu.Lock()
		clear(s.sessions)
		s.mu.Unlock()
	default:
		s.end(name)
	}
}

func TestEachCASCarelessnessIsFoundByItsCheck(t *testing.T) {
	t.Parallel()
	for careless, want := range map[string][]string{
		"":             nil,
		"again":        {"cas.again", "cas.failure", "cas.two (remark)"},
		"invented":     {"cas.again", "cas.invented", "cas.failure", "cas.two (remark)"},
		"words":        {"cas.failure", "cas.two (remark)", "cas.comment"},
		"two":          {"cas.two (remark)"},
		"comment":      {"cas.comment"},
		"entity":       {"cas.entity"},
		"lazy":         {"surplus.unread"},
		"deaf":         {"cas.logout (remark)"},
		"logout.other": {"cas.logout.other"},
	} {
		t.Run(careless, func(t *testing.T) {
			t.Parallel()
			s := newService(t, careless)
			b, base := open(t, s.client())
			s.server = base
			mustFind(t, try(t, b, s.URL+"/cours"), want...)
		})
	}
}
