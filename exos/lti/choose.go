package lti

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/signin"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/tx"
)

// Choice is what a teacher may pick for a link of their platform.
type Choice struct {
	Visitor  exos.Visitor
	Platform string
	Token    exos.Token // to be sent back
	Many     bool
	Modules  []exos.Contents
}

const (
	choiceLife = time.Hour        // that a teacher may take
	answerLife = 4 * time.Minute  // from signing until the platform reads
	mostChosen = 20               // in one answer
	choicePath = "/lti/choisir"   //
	choiceName = "choix"          // of the field that says what was picked
	tokenName  = "jeton"          // of the one that says for which question
	tokenKind  = "deep linking: " // so that no other waiting thing is taken for a choice
)

var (
	errChoice  = fault.New(fault.Denied, "exoslti.choice")
	errTeacher = fault.New(fault.Denied, "exoslti.teacher")
)

// asked is a choice that is open: who was asked, and what for.
type asked struct {
	Learner exos.LearnerID `json:"l"`
	In      waiting        `json:"in"`
}

func choiceHash(token exos.Token) string { return exos.Token(tokenKind + string(token)).Hash() }

// toChoice opens the question, and leads to its page.
func (t *Tool) toChoice(ctx context.Context, v exos.Visitor, _ Platform, in waiting) (string, error) {
	if !v.Learner.Profile.Teaches() {
		return "", errTeacher
	}
	body, err := json.Marshal(asked{v.Learner.ID, in})
	if err != nil {
		return "", err
	}
	token := exos.NewToken()
	err = t.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		return w.AddWaiting(ctx, choiceHash(token), string(body), w.Now().Add(choiceLife))
	})
	return choicePath + "?" + url.Values{tokenName: {string(token)}}.Encode(), err
}

// choice reads a question that is open, of the teacher who is here.
func (t *Tool) choice(r *http.Request) (exos.Visitor, asked, Platform, error) {
	var a asked
	v, err := t.Service.Enter(r.Context(), signin.Token(r))
	if err != nil {
		return v, a, Platform{}, err
	}
	token := exos.Token(r.FormValue(tokenName))
	body, err := tx.Answer(r.Context(), t.Store.Write, func(ctx context.Context, w Writer) (string, error) { return w.Waiting(ctx, choiceHash(token)) })
	if fault.Is(err, fault.NotFound) {
		return v, a, Platform{}, errChoice
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &a)
	}
	if err != nil {
		return v, a, Platform{}, err
	}
	if a.Learner != v.Learner.ID || !v.Learner.Profile.Teaches() {
		return v, a, Platform{}, errChoice
	}
	p, err := t.platform(r.Context(), a.In.Platform)
	return v, a, p, err
}

// showChoice shows what may be picked: what opens for the teacher.
func (t *Tool) showChoice(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	v, a, p, err := t.choice(r)
	if err != nil {
		return err
	}
	out := Choice{Visitor: v, Platform: p.Name, Token: exos.Token(r.FormValue(tokenName)), Many: a.In.Settings.many()}
	cards, err := t.Service.Modules(r.Context(), v)
	if err != nil {
		return err
	}
	for _, c := range cards {
		if c.Closed != nil || !strings.HasPrefix(string(c.ARK), "ark:/") { // own notebooks have another way to pupils
			continue
		}
		contents, err := t.Service.Published(r.Context(), v, c.Module)
		if err != nil {
			return err
		}
		out.Modules = append(out.Modules, contents)
	}
	return t.Pages.Choose(w, r, out)
}

func (s *settings) many() bool { return s.Multiple != nil && *s.Multiple }

// choose answers the platform with what was picked (Deep Linking 2.0 §3.4.2): once, signed, posted by the browser.
func (t *Tool) choose(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "exoslti.choice")
	}
	v, a, p, err := t.choice(r)
	if err != nil {
		return err
	}
	picked := slices.DeleteFunc(slices.Clone(r.PostForm[choiceName]), func(s string) bool { return s == "" })
	if len(picked) > mostChosen || len(picked) > 1 && !a.In.Settings.many() {
		return fault.New(fault.Invalid, "exoslti.choice.many", "most", mostChosen)
	}
	items := []map[string]any{}
	for _, one := range picked {
		item, err := t.item(r.Context(), v, a.In.Settings, one)
		if err != nil {
			return err
		}
		items = append(items, item)
	}
	answer, err := t.answer(r.Context(), p, a.In, items)
	if err != nil {
		return err
	}
	token := exos.Token(r.PostForm.Get(tokenName))
	err = t.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		_, err := w.TakeWaiting(ctx, choiceHash(token))
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return errChoice
	}
	if err != nil {
		return err
	}
	return t.Pages.Post(w, r, p.Name, a.In.Settings.Return, "JWT", answer)
}

// item is what was picked, as the platform keeps it (Deep Linking 2.0 §3.1): « module » or « module/exercise », which must open for the
// teacher.
func (t *Tool) item(ctx context.Context, v exos.Visitor, s *settings, picked string) (map[string]any, error) {
	module, exercise, _ := strings.Cut(picked, "/")
	to := target{Module: exos.ModuleID(module), Exercise: exos.ExerciseID(exercise)}
	c, err := t.Service.Published(ctx, v, to.Module)
	if err != nil {
		return nil, err
	}
	title, points := c.Title, 0.0
	for _, chapter := range c.Sections {
		for _, e := range chapter.Entries {
			points += e.Max
		}
	}
	if to.Exercise != "" {
		_, e, ok := entryOf(c, to.Exercise)
		if !ok {
			return nil, fault.New(fault.NotFound, "exos.exercise.unknown")
		}
		title, points = e.Title, e.Max
	}
	title = bounded(title)
	out := map[string]any{"type": linkType, "title": title, "url": to.address(t.Base)}
	if points > 0 && (s.LineItem == nil || *s.LineItem) {
		out["lineItem"] = map[string]any{"label": title, "scoreMaximum": points, "resourceId": picked}
	}
	return out, nil
}

// answer signs the response. No choice is an answer too.
func (t *Tool) answer(ctx context.Context, p Platform, in waiting, items []map[string]any) (string, error) {
	now := t.Now()
	claims := map[string]any{
		"iss": p.ClientID, "aud": p.Issuer, "iat": now.Unix(), "exp": now.Add(answerLife).Unix(), "nonce": string(exos.NewToken()),
		"https://purl.imsglobal.org/spec/lti/claim/message_type":     "LtiDeepLinkingResponse",
		"https://purl.imsglobal.org/spec/lti/claim/version":          version,
		"https://purl.imsglobal.org/spec/lti/claim/deployment_id":    in.Deployment,
		"https://purl.imsglobal.org/spec/lti-dl/claim/content_items": items,
	}
	if in.Settings.Data != nil { // it must come back as it was given
		claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"] = *in.Settings.Data
	}
	return t.sign(ctx, claims)
}
