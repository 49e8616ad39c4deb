package repository

import (
	"encoding/base64"
	"encoding/json"

	"pupitre/catalogue"
)

// resumption is what a token says (§3.5): what was asked first, and where the list goes on. Everything in it is public, and anything that
// somebody makes up is a list like another; so it is not signed, and never ends.
type resumption struct {
	Edition  int                  `json:"e"`
	Verb     string               `json:"v"`
	Prefix   string               `json:"p"`
	From     string               `json:"f,omitempty"`
	Until    string               `json:"u,omitempty"`
	Set      string               `json:"s,omitempty"`
	Revision catalogue.Revision   `json:"r"`
	ID       catalogue.ResourceID `json:"i"`
	Sent     int                  `json:"n"` // records before: the cursor
}

// edition changes with what a token means.
const edition = 1

const longestToken = 2000

func (t resumption) String() string {
	t.Edition = edition
	b, err := json.Marshal(t)
	if err != nil {
		panic(err) // texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

var errToken = refused(badToken, "this token is not one of ours, or of another verb: begin the list anew")

// readToken reads a token of a verb.
func readToken(text, verb string) (t resumption, err error) {
	if len(text) > longestToken {
		return t, errToken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return t, errToken
	}
	if err := json.Unmarshal(b, &t); err != nil || t.Edition != edition || t.Verb != verb || t.Sent < 1 || t.ID == "" {
		return t, errToken
	}
	return t, nil
}
