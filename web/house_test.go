package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/web"
)

// one is one pupil who reads, and the moments that their pages share.
type one struct {
	web.People
	begun, over, glances int
}

func (o *one) Present(context.Context, federation.Token) (federation.Presence, error) {
	return federation.Presence{Session: federation.Session{Profile: directory.Pupil}}, nil
}

func (o *one) Glance(ctx context.Context, token federation.Token) (federation.Presence, error) {
	o.glances++
	return o.Present(ctx, token)
}

func (o *one) CohortsOf(context.Context, directory.PersonID, directory.SchoolID) ([]directory.Cohort, error) {
	return nil, nil
}

type shared struct{}

func (o *one) Share(ctx context.Context) (context.Context, func()) {
	o.begun++
	return context.WithValue(ctx, shared{}, true), func() { o.over++ }
}

func TestAPageIsOfOneMomentUntilItsFirstByte(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method  string
		write   func(w http.ResponseWriter)
		sharing bool
	}{
		"a page":             {http.MethodGet, func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }, true},
		"bytes, no status":   {http.MethodGet, func(w http.ResponseWriter) { w.Write([]byte("x")) }, true},
		"sent as it is made": {http.MethodGet, func(w http.ResponseWriter) { http.NewResponseController(w).Flush() }, true},
		"a form":             {http.MethodPost, func(w http.ResponseWriter) { w.WriteHeader(http.StatusSeeOther) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := &one{}
			house := &web.House{Sessions: o, People: o, Shared: o}
			w := httptest.NewRecorder()
			err := house.For(func(w http.ResponseWriter, r *http.Request, _ *web.Reader) error {
				if got := r.Context().Value(shared{}) != nil; got != c.sharing || o.over > 0 {
					t.Errorf("shares: %v, and was over %d times before its first byte", got, o.over)
				}
				c.write(w)
				if c.sharing && o.over == 0 {
					t.Error("it outlives its first byte: whoever reads slowly keeps a connection of the database")
				}
				return nil
			})(w, httptest.NewRequest(c.method, "/", nil))
			if err != nil || c.sharing != (o.begun == 1) || c.sharing != (o.over > 0) {
				t.Errorf("%v; begun %d times, over %d", err, o.begun, o.over)
			}
		})
	}
}

// What a page asks by itself keeps nobody signed in.
func TestAPageThatRenewsItselfUsesNoSession(t *testing.T) {
	t.Parallel()
	for header, value := range map[string]string{"Accept": "text/html", web.GlanceHeader: "1", "accept": "text/event-stream"} {
		o := &one{}
		house := &web.House{Sessions: o, People: o}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set(header, value)
		err := house.For(func(http.ResponseWriter, *http.Request, *web.Reader) error { return nil })(httptest.NewRecorder(), r)
		if want := map[bool]int{true: 1}[header != "Accept"]; err != nil || o.glances != want {
			t.Errorf("%s: %s: %d glances, %v", header, value, o.glances, err)
		}
	}
}
