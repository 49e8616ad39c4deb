package lti

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
)

// answered is a tool's Deep Linking response (Deep Linking 2.0 §3.4.2), checked but for its data.
type answered struct {
	Type       string            `json:"https://purl.imsglobal.org/spec/lti/claim/message_type"`
	Version    string            `json:"https://purl.imsglobal.org/spec/lti/claim/version"`
	Deployment string            `json:"https://purl.imsglobal.org/spec/lti/claim/deployment_id"`
	Data       string            `json:"https://purl.imsglobal.org/spec/lti-dl/claim/data"`
	Items      []json.RawMessage `json:"https://purl.imsglobal.org/spec/lti-dl/claim/content_items"`

	client federation.Client
	body   string // the items as they will be pinned, as JSON
}

// item is one thing that was chosen.
type item struct {
	Type     string            `json:"type"`
	URL      string            `json:"url"`
	Title    string            `json:"title"`
	Text     string            `json:"text,omitempty"`
	Custom   map[string]string `json:"custom,omitempty"`
	LineItem *lineItemClaim    `json:"lineItem,omitempty"`
}

// lineItemClaim is the column of the gradebook that comes with a link (Deep Linking 2.0 §3.1, lineItem).
type lineItemClaim struct {
	Label    string  `json:"label,omitempty"`
	Maximum  float64 `json:"scoreMaximum"`
	Resource string  `json:"resourceId,omitempty"`
	Tag      string  `json:"tag,omitempty"`
}

// What we accept.
const (
	resourceLinkType    = "ltiResourceLink"
	deepLinkingResponse = "LtiDeepLinkingResponse"
	mostItems           = 20
	longestTitle        = 200 // characters
	longestText         = 1000
	mostCustom          = 20
	longestCustom       = 1024
)

// answers are the nonces of responses.
const answerKind proof.Kind = "answer"

// readAnswer checks a response: its signature by the tool's key, who speaks to whom, that it is shown once, and each thing in it.
// Nothing is taken in part: of a wrong item the whole answer is refused, so that a teacher never believes that it is there.
func (p *Platform) readAnswer(ctx context.Context, token string) (answered, error) {
	client, err := p.tool(ctx, federation.ClientID(proof.Unchecked(token).Issuer))
	if err != nil {
		return answered{}, err
	}
	claims, payload, err := p.Proofs.Verify(ctx, client, token, p.Issuer)
	if err != nil {
		return answered{}, err
	}
	a := answered{client: client}
	if err := json.Unmarshal(payload, &a); err != nil {
		return a, fault.Wrap(err, fault.Denied, "federation.proof.unreadable")
	}
	refuse := func(code string, params ...any) error { return fault.New(fault.Denied, code, params...) }
	switch {
	case a.Type != deepLinkingResponse || a.Version != version:
		return a, refuse("federation.lti.answer.type")
	case a.Deployment != client.LTI.Deployment:
		return a, refuse("federation.lti.answer.deployment")
	case claims.Nonce == "" || len(claims.Nonce) > maxNonce:
		return a, refuse("federation.lti.answer.nonce")
	case a.Data == "":
		return a, refuse("federation.lti.answer.data")
	case len(a.Items) > mostItems:
		return a, refuse("federation.lti.answer.many", "most", mostItems)
	}
	items := []item{}
	for i, raw := range a.Items {
		one, err := readItem(raw, client)
		if err != nil {
			return a, fmt.Errorf("content item %d of %s: %w", i+1, client.ID, err)
		}
		items = append(items, one)
	}
	body, err := json.Marshal(items)
	if err != nil {
		return a, err
	}
	a.body = string(body)
	first, err := p.Proofs.Spend(ctx, client.ID, answerKind, claims.Nonce, claims.Until())
	if err == nil && !first {
		err = refuse("federation.lti.answer.nonce")
	}
	return a, err
}

// readItem checks one thing that was chosen. It is pure.
func readItem(raw json.RawMessage, client federation.Client) (item, error) {
	var one item
	refuse := func(code string, params ...any) error { return fault.New(fault.Denied, code, params...) }
	if err := json.Unmarshal(raw, &one); err != nil {
		return one, fault.Wrap(err, fault.Denied, "federation.lti.answer.item")
	}
	if one.Type != resourceLinkType {
		return one, refuse("federation.lti.answer.kind")
	}
	if one.URL == "" { // the tool's own target (Deep Linking 2.0 §3.1)
		one.URL = client.LTI.Targets[0].Address
	}
	if _, below := client.LTI.Covers(one.URL); !below {
		return one, refuse("federation.lti.answer.address")
	}
	one.Title, one.Text = strings.TrimSpace(one.Title), strings.TrimSpace(one.Text)
	if one.Title == "" {
		one.Title = client.Name
	}
	if tooLong(one.Title, longestTitle) || tooLong(one.Text, longestText) || len(one.Custom) > mostCustom {
		return one, refuse("federation.lti.answer.long")
	}
	for name, value := range one.Custom {
		if len(name) > longestCustom || len(value) > longestCustom {
			return one, refuse("federation.lti.answer.long")
		}
		if strings.HasPrefix(name, ours) {
			return one, refuse("federation.lti.answer.custom", "name", ours)
		}
	}
	if l := one.LineItem; l != nil && (!(l.Maximum > 0 && l.Maximum <= mostPoints) || tooLong(l.Label, longestTitle) || tooLong(l.Resource, longestTitle) || tooLong(l.Tag, longestTitle)) {
		return one, refuse("federation.lti.answer.lineitem")
	}
	return one, nil
}

func tooLong(s string, most int) bool {
	return utf8.RuneCountInString(s) > most || !utf8.ValidString(s)
}
